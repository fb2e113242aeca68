"""Addresses of search."""

from django.urls import path

from lantai.access.search import views

app_name = "search"
urlpatterns = [
    path("search/", views.search_page, name="page"),
    path("search/suggestions/", views.suggestions, name="suggestions"),
    path("search/saved/", views.saved_page, name="saved"),
    path("search/saved/<int:pk>/", views.run_saved, name="run"),
    path("search/saved/<int:pk>/change/", views.change_saved, name="change"),
]
