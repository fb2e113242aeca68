"""Addresses of the check plans."""

from django.urls import path

from lantai.preservation.check_plans import views

app_name = "check_plans"
urlpatterns = [
    path("preservation/check-plans/", views.plans, name="plans"),
    path("preservation/check-plans/<slug:key>/", views.plan, name="plan"),
]
