"""Addresses of arranging."""

from django.urls import path

from lantai.catalogue.arranging import views

app_name = "arranging"
urlpatterns = [
    path("records/<uuid:uid>/move/", views.move, name="move"),
    path("moves/", views.moves, name="moves"),
    path("moves/<int:pk>/", views.one_move, name="one"),
    path("moves/<int:pk>/go-on/", views.go_on, name="go_on"),
]
