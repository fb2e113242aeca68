"""Addresses of examinations."""

from django.urls import path

from lantai.governance.examinations import views

app_name = "examinations"
urlpatterns = [
    path("examinations/", views.examinations, name="examinations"),
    path("examinations/<str:number>/", views.examination, name="examination"),
    path("examinations/<str:number>/begin/", views.begin, name="begin"),
    path("examinations/<str:number>/paper/", views.paper, name="paper"),
    path("examinations/<str:number>/clock/", views.clock, name="clock"),
    path("examinations/<str:number>/close/", views.close, name="close"),
    path("examinations/<str:number>/certificate.<str:kind>", views.certificate, name="certificate"),
]
