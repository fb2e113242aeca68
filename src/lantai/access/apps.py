"""The Django app of the access floor 利用."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """利用."""

    name = "lantai.access"
    label = "access"
