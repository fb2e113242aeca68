"""Addresses of the union catalogue."""

from django.urls import path

from lantai.access.union import views

app_name = "union"
urlpatterns = [
    path("union/", views.search_page, name="search"),
    path("union/<uuid:uid>/", views.entry_page, name="entry"),
]
