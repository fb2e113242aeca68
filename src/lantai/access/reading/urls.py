"""Addresses of records."""

from django.urls import path

from lantai.access.reading import views

app_name = "reading"
urlpatterns = [
    path("records/<uuid:uid>/", views.record, name="record"),
    path("records/<uuid:uid>/describe/", views.describe, name="describe"),
]
