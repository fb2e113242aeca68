"""Addresses of the overview."""

from django.urls import path

from lantai.preservation.overview import views

app_name = "preservation"
urlpatterns = [
    path("preservation/", views.overview, name="overview"),
    path("preservation/reconcile/", views.reconcile, name="reconcile"),
    path("preservation/verify/", views.verify, name="verify"),
]
