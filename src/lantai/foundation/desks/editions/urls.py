"""Addresses of the definition editor."""

from django.urls import path

from lantai.foundation.desks.editions import views

app_name = "editions"
urlpatterns = [path("definitions/<slug:desk>/<slug:key>/edit/", views.edit, name="edit")]
