"""Addresses of migration."""

from django.urls import path

from lantai.preservation.migrating import views

app_name = "migrating"
urlpatterns = [
    path("preservation/formats/", views.formats, name="formats"),
    path("preservation/formats/migrate/", views.start, name="start"),
    path("preservation/formats/<int:pk>/again/", views.again, name="again"),
]
