"""The Django app of the resources floor 资源."""

from django.apps import AppConfig


class ResourcesConfig(AppConfig):
    """资源."""

    name = "lantai.resources"
    label = "resources"
