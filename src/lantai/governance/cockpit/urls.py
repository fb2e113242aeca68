"""Addresses of the cockpit."""

from django.urls import path

from lantai.governance.cockpit import views

app_name = "cockpit"
urlpatterns = [
    path("cockpit/", views.cockpit, name="cockpit"),
    path("cockpit/<slug:key>/<str:code>/", views.figure, name="figure"),
]
