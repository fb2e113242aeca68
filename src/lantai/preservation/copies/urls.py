"""Addresses of the desk of copies."""

from django.urls import path

from lantai.preservation.copies import views

app_name = "copies"
urlpatterns = [
    path("preservation/copies/", views.copies, name="copies"),
    path("preservation/copies/policy/", views.policy, name="policy"),
    path("preservation/copies/stores/", views.add_store, name="add_store"),
    path("preservation/copies/stores/<str:code>/retire/", views.retire, name="retire"),
    path("preservation/copies/replicate/", views.replicate, name="replicate"),
    path("preservation/copies/frozen/<int:pk>/thaw/", views.thaw, name="thaw"),
]
