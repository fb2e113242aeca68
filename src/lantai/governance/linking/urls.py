"""Addresses of linking."""

from django.urls import path

from lantai.governance.linking import views

app_name = "linking"
urlpatterns = [
    path("linking/", views.platforms, name="platforms"),
    path("linking/report.json", views.report, name="report"),
    path("linking/take/", views.take, name="take"),
    path("linking/<str:code>/", views.platform, name="platform"),
]
