"""Addresses of importing."""

from django.urls import path

from lantai.resources.importing import views

app_name = "importing"
urlpatterns = [
    path("import/", views.start, name="start"),
    path("import/<str:key>/preview/", views.look, name="preview"),
    path("import/jobs/<int:pk>/refused/", views.refused, name="refused"),
]
