"""Addresses of search."""

from django.urls import path

from lantai.access.search import views

app_name = "search"
urlpatterns = [
    path("search/", views.search_page, name="page"),
    path("search/suggestions/", views.suggestions, name="suggestions"),
]
