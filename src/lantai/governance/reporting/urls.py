"""Addresses of reports."""

from django.urls import path

from lantai.governance.reporting import views

app_name = "reporting"
urlpatterns = [
    path("reports/", views.report_list, name="reports"),
    path("reports/<str:key>/", views.report, name="report"),
]
