"""The Django app of the catalogue floor 目录."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """目录."""

    name = "lantai.catalogue"
    label = "catalogue"
