"""The Django app of the governance floor 治理."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """治理."""

    name = "lantai.governance"
    label = "governance"
