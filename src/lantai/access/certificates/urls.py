"""Addresses of certificates."""

from django.urls import path

from lantai.access.certificates import views

app_name = "certificates"
urlpatterns = [
    path("verify/", views.verify, name="verify"),
    path("verify/archives-certificate.pem", views.trust, name="trust"),
    path("portal/status/<str:number>/certificates/<str:certificate>/", views.fetch, name="fetch"),
    path("desk/certificates/", views.register, name="register"),
    path("desk/requests/<str:number>/certificates/", views.propose, name="propose"),
    path("desk/certificates/<str:number>/", views.one, name="certificate"),
    path("desk/certificates/<str:number>/pdf/", views.pdf, name="pdf"),
    path("desk/certificates/<str:number>/issue/", views.issue, name="issue"),
    path("desk/certificates/<str:number>/print/", views.print_copy, name="print"),
    path("desk/certificates/<str:number>/void/", views.void, name="void"),
]
