"""SiteSetting 设置项: one named value an installation or institution has set."""

from __future__ import annotations

from django.db import models

from lantai.foundation.institutions.models import Institution


class SiteSetting(models.Model):
    """A value by name; without institution it holds for the whole installation."""

    institution = models.ForeignKey(Institution, null=True, blank=True, on_delete=models.CASCADE)
    name = models.CharField(max_length=80)
    value = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "name"], name="setting_once", nulls_distinct=False
            )
        ]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"setting:{self.name}"
