"""Addresses of accounts."""

from django.urls import path

from lantai.foundation.accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.sign_in, name="login"),
    path("logout/", views.sign_out, name="logout"),
    path("accounts/", views.people, name="people"),
    path("accounts/me/", views.own, name="own"),
    path("accounts/<str:username>/", views.person, name="person"),
    path("accounts/<str:username>/revoke/<int:assignment>/", views.revoke, name="revoke"),
    path("accounts/<str:username>/state/<int:active>/", views.set_state, name="state"),
    path("accounts/<str:username>/reset/", views.reset, name="reset"),
]
