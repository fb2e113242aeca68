"""Addresses of audit."""

from django.urls import path

from lantai.foundation.audit import views

app_name = "audit"
urlpatterns = [
    path("audit/", views.ledger, name="ledger"),
    path("audit/verify/", views.verify, name="verify"),
]
