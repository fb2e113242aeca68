"""The Django app of the foundation 底座."""

from django.apps import AppConfig


class FoundationConfig(AppConfig):
    """底座."""

    name = "lantai.foundation"
    label = "foundation"
