"""Addresses of components."""

from django.urls import path

from lantai.access.viewing import views

app_name = "viewing"
_STEM = "records/<uuid:uid>/components/<int:pk>"
urlpatterns = [
    path(f"{_STEM}/file", views.file, name="file"),
    path(f"{_STEM}/pages/<int:number>.png", views.page, name="page"),
    path(f"{_STEM}/attachments/<int:number>", views.attachment, name="attachment"),
    path(f"{_STEM}/text", views.text, name="text"),
]
