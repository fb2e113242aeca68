"""Addresses of the definition editor."""

from django.urls import path

from lantai.foundation.desks.adapting import views

app_name = "adapting"
urlpatterns = [path("definitions/<slug:desk>/<slug:key>/edit/", views.edit, name="edit")]
