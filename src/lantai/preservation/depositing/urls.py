"""Addresses of deposits."""

from django.urls import path

from lantai.preservation.depositing import views

app_name = "deposits"
urlpatterns = [path("preservation/deposits/<str:number>/", views.deposit, name="deposit")]
