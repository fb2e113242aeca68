"""Addresses of uploads (tus 1.0)."""

from django.urls import path

from lantai.resources.uploads import views

app_name = "uploads"
urlpatterns = [
    path("uploads/", views.uploads, name="uploads"),
    path("uploads/<uuid:uid>/", views.upload, name="upload"),
]
