"""Addresses of the cases desk."""

from django.urls import path

from lantai.foundation.desks.cases import views

app_name = "cases"
urlpatterns = [
    path("cases/", views.cases, name="cases"),
    path("cases/definitions/", views.definitions, name="definitions"),
    path("cases/definitions/<slug:key>/", views.definition, name="definition"),
    path("cases/<str:number>/", views.case, name="case"),
    path("cases/<str:number>/move/<slug:transition>/", views.move, name="move"),
]
