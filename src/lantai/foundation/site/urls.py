"""Addresses for machines."""

from django.urls import path

from lantai.foundation.site import views

app_name = "site"
urlpatterns = [
    path("healthz", views.alive, name="alive"),
    path("readyz", views.ready, name="ready"),
    path("metrics", views.metrics, name="metrics"),
]
