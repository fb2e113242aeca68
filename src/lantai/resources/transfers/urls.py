"""Addresses of transfers (the sending side)."""

from django.urls import path

from lantai.resources.transfers import views

app_name = "transfers"
urlpatterns = [
    path("transfers/", views.transfers, name="transfers"),
    path("transfers/new/", views.new, name="new"),
    path("transfers/<str:number>/", views.transfer, name="transfer"),
    path("transfers/<str:number>/build/", views.build, name="build"),
    path("transfers/<str:number>/sign/", views.sign, name="sign"),
    path("transfers/<str:number>/submit/", views.submit, name="submit"),
    path("transfers/<str:number>/remove/<uuid:uid>/", views.remove, name="remove"),
    path("transfers/<str:number>/report/<int:pk>/", views.report, name="report"),
    path("transfers/<str:number>/report/<int:pk>.pdf", views.report_pdf, name="report_pdf"),
    path("transfers/<str:number>/register/", views.register, name="register"),
    path("transfers/<str:number>/register.pdf", views.register_pdf, name="register_pdf"),
]
