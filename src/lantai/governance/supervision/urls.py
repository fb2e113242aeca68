"""Addresses of supervision."""

from django.urls import path

from lantai.governance.supervision import views

app_name = "supervision"
urlpatterns = [
    path("supervision/", views.results, name="results"),
    path("supervision/draws/", views.draws, name="draws"),
    path("supervision/draws/<str:number>.json", views.draw_json, name="file"),
    path("supervision/draws/<str:number>/", views.draw, name="draw"),
    path("supervision/draws/<str:number>/hold/", views.hold, name="hold"),
    path("supervision/site/<str:number>/", views.on_site, name="site"),
    path("supervision/site/<str:number>/form.html", views.site_file, name="site_file"),
]
