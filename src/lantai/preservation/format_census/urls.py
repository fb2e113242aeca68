"""Addresses of the format census."""

from django.urls import path

from lantai.preservation.format_census import views

app_name = "format_census"
urlpatterns = [
    path("preservation/census/", views.census, name="census"),
    path("preservation/census/<path:puid>/", views.files, name="files"),
]
