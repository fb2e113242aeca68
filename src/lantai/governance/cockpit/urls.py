"""Addresses of the cockpit."""

from django.urls import path

from lantai.governance.cockpit import limit_views, map_views, store_views, views

app_name = "cockpit"
urlpatterns = [
    path("cockpit/", views.cockpit, name="cockpit"),
    path("cockpit/map/", map_views.map_page, name="map"),
    path("cockpit/readings/", views.readings_page, name="readings"),
    path("cockpit/limits/<str:code>/", limit_views.limits, name="limits"),
    path("cockpit/stores/", store_views.stores, name="stores"),
    path("cockpit/stores/<str:code>/", store_views.store, name="store"),
    path("cockpit/<slug:key>/<str:code>/", views.figure, name="figure"),
]
