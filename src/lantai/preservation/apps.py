"""The Django app of the preservation floor 安全."""

from django.apps import AppConfig


class PreservationConfig(AppConfig):
    """安全."""

    name = "lantai.preservation"
    label = "preservation"
