"""Addresses of the definition editor."""

from django.urls import path

from lantai.foundation.desks.adapting import level_views, views

app_name = "adapting"
urlpatterns = [
    path("definitions/<slug:desk>/<slug:key>/edit/", views.edit, name="edit"),
    path("definitions/<slug:desk>/<slug:key>/at/<str:code>/", level_views.edit_at, name="edit_at"),
]
