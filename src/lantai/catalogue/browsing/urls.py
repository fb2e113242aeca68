"""Addresses of fonds."""

from django.urls import path

from lantai.catalogue.browsing import views

app_name = "fonds"
urlpatterns = [
    path("fonds/", views.fonds_list, name="list"),
    path("fonds/<str:holder>/<str:code>/", views.fonds_page, name="fonds"),
    path("fonds/<str:holder>/<str:code>/branch/", views.branch, name="branch"),
    path("fonds/<str:holder>/<str:code>/edit/", views.edit, name="edit"),
]
