"""Where the API answers."""

from django.urls import path

from lantai.web.api.service import build_api

urlpatterns = [path("api/v1/", build_api().urls)]
