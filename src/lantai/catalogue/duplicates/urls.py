"""Addresses of likely duplicates."""

from django.urls import path

from lantai.catalogue.duplicates import views

app_name = "duplicates"
urlpatterns = [
    path("duplicates/", views.pairs_page, name="pairs"),
    path("duplicates/look/", views.look, name="look"),
    path("duplicates/<int:pk>/judge/", views.judge, name="judge"),
]
