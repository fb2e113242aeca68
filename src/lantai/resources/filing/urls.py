"""Addresses of filing."""

from django.urls import path

from lantai.resources.filing import views

app_name = "filing"
urlpatterns = [
    path("filing/", views.items, name="items"),
    path("filing/new/", views.new, name="new"),
    path("filing/bulk/", views.bulk, name="bulk"),
    path("filing/<uuid:uid>/", views.item, name="item"),
    path("filing/<uuid:uid>/files/", views.add_files, name="add_files"),
    path("filing/<uuid:uid>/files/<int:pk>/remove/", views.remove_file, name="remove_file"),
    path("filing/<uuid:uid>/register/", views.register, name="register"),
    path("filing/<uuid:uid>/discard/", views.discard, name="discard"),
]
