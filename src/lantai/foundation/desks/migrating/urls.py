"""The address of the page before a migration."""

from django.urls import path

from lantai.foundation.desks.migrating import views

app_name = "desk_migrations"
urlpatterns = [
    path("definitions/<slug:desk>/<slug:key>/migrate/", views.preview, name="preview"),
]
