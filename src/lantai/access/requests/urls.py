"""Addresses of requests: the citizen's below /portal/, the staff's below /desk/."""

from django.urls import path

from lantai.access.requests import desk, views

app_name = "requests"
urlpatterns = [
    path("portal/request/", views.request_form, name="form"),
    path("portal/request/<str:number>/receipt/", views.receipt, name="receipt"),
    path("portal/status/", views.status, name="status"),
    path("portal/status/<str:number>/", views.own, name="own"),
    path("portal/status/<str:number>/supplement/", views.supplement, name="supplement"),
    path("portal/status/<str:number>/withdraw/", views.withdraw, name="withdraw"),
    path("portal/status/<str:number>/rate/", views.rate, name="rate"),
    path("desk/requests/", desk.requests, name="desk"),
    path("desk/requests/register/", desk.register, name="register"),
    path("desk/consents/", desk.consents, name="consents"),
    path("desk/consents/<int:pk>/", desk.consent, name="consent"),
    path("desk/requests/<str:number>/", desk.one, name="request"),
    path("desk/requests/<str:number>/identity/", desk.reveal, name="reveal"),
    path("desk/requests/<str:number>/attach/", desk.attach, name="attach"),
    path("desk/requests/<str:number>/attached/<int:pk>/remove/", desk.detach, name="detach"),
    path("desk/requests/<str:number>/consents/", desk.ask_units, name="ask_units"),
]
