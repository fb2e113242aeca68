"""Addresses of the quarantine."""

from django.urls import path

from lantai.preservation.quarantine import views

app_name = "quarantine"
urlpatterns = [
    path("preservation/quarantine/", views.quarantine, name="quarantine"),
    path("preservation/quarantine/<int:pk>/ask/", views.ask, name="ask"),
    path("preservation/quarantine/<int:pk>/release/", views.release, name="release"),
]
