"""Addresses of exporting."""

from django.urls import path

from lantai.access.exporting import views

app_name = "exporting"
urlpatterns = [path("export/", views.export, name="export")]
