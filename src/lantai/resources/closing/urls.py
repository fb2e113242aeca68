"""Addresses of month closing."""

from django.urls import path

from lantai.resources.closing import views

app_name = "closing"
urlpatterns = [
    path("accounts/", views.year, name="year"),
    path("accounts/<int:year>/<int:month>/", views.month, name="month"),
]
