"""Addresses of sharing."""

from django.urls import path

from lantai.access.sharing import views

app_name = "sharing"
urlpatterns = [
    path("sharing/", views.sets, name="sets"),
    path("sharing/new/", views.offer, name="offer"),
    path("sharing/<str:number>/", views.one, name="set"),
    path("sharing/<str:number>/withdraw/", views.withdraw, name="withdraw"),
    path("sharing/<str:number>/ask/", views.ask, name="ask"),
    path("sharing/<str:number>/grants/<int:grant>/end/", views.end, name="end"),
]
