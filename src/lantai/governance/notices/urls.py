"""Addresses of notices."""

from django.urls import path

from lantai.governance.notices import views

app_name = "notices"
urlpatterns = [path("notices/", views.notices, name="notices")]
