"""Adaptation 定义修订: one version of what an institution changes in a definition."""

from __future__ import annotations

from django.db import models

from lantai.foundation.institutions.models import Institution


class Adaptation(models.Model):
    """A versioned row over a shipped definition; the newest is in force, the others are kept."""

    desk = models.CharField(max_length=20)  # registers | returns
    definition = models.CharField(max_length=60)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    version = models.PositiveIntegerField()
    changes = models.JSONField(default=dict)  # as lantai.core.desks.overlaying reads it
    note = models.CharField(max_length=300, blank=True)
    created_by = models.CharField(max_length=120)
    created_by_name = models.CharField(max_length=120)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "definition", "institution", "version"], name="adaptation_version"
            )
        ]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"definition:{self.desk}/{self.definition}@{self.institution_id}"
