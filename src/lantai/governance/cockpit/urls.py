"""Addresses of the cockpit."""

from django.urls import path

from lantai.governance.cockpit import map_views, views

app_name = "cockpit"
urlpatterns = [
    path("cockpit/", views.cockpit, name="cockpit"),
    path("cockpit/map/", map_views.map_page, name="map"),
    path("cockpit/<slug:key>/<str:code>/", views.figure, name="figure"),
]
