"""Addresses of the portal."""

from django.urls import path

from lantai.access.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("portal/search/", views.search_page, name="search"),
    path("portal/search/suggestions/", views.suggestions, name="suggest"),
    path("portal/records/<uuid:uid>/", views.record, name="record"),
    path("portal/opened/", views.opened_list, name="opened"),
    path("portal/opened/<path:publication>/", views.batch, name="batch"),
]
