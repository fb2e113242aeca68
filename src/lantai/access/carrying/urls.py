"""Addresses of carrying."""

from django.urls import path

from lantai.access.carrying import views

app_name = "carrying"
urlpatterns = [path("carrying/", views.bundles, name="bundles")]
