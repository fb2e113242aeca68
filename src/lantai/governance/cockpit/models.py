"""BodyReadings 指标读数: what a body's indicators stood at on a day, so that change can be told."""

from __future__ import annotations

from django.db import models

from lantai.foundation.institutions.models import Institution


class BodyReadings(models.Model):
    """指标读数 of a body on a day: indicator → [value, flag]; a day without change has no row.

    Worked out from live data; what was read cannot be read again, so the ledger keeps it.
    """

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="+")
    day = models.DateField(db_index=True)
    values = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "day"], name="body_readings_once_a_day")
        ]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"readings:{self.pk}"
