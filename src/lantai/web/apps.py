"""The Django app of the web floor 门户."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """门户."""

    name = "lantai.web"
    label = "web"
