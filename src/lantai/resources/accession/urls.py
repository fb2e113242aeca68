"""Addresses of the accession desk (the receiving side)."""

from django.urls import path

from lantai.resources.accession import views

app_name = "accession"
urlpatterns = [
    path("accession/", views.desk, name="desk"),
    path("accession/receptions/", views.receptions, name="receptions"),
    path("accession/receive/", views.receive, name="receive"),
    path("accession/<str:number>/", views.arrival, name="arrival"),
    path("accession/<str:number>/accept/", views.accept, name="accept"),
    path("accession/<str:number>/return/", views.give_back, name="return"),
]
