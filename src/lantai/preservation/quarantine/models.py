"""QuarantinedFile 隔离文件: one refused file, why, and who let it out."""

from __future__ import annotations

from django.db import models

from lantai.foundation.institutions.models import Institution


class QuarantinedFile(models.Model):
    """隔离文件: its bytes lie in the quarantine folder under ``sha512``, unreadable to viewers."""

    HELD, ASKED, RELEASED = "held", "asked", "released"

    holder = models.ForeignKey(Institution, on_delete=models.PROTECT)
    name = models.CharField(max_length=500)
    origin = models.CharField(max_length=200)  # the package or folder it came with
    size = models.BigIntegerField()
    sha512 = models.CharField(max_length=128)
    sm3 = models.CharField(max_length=64)
    reasons = models.JSONField(default=list)  # findings: code, message
    state = models.CharField(max_length=10, default=HELD, db_index=True)
    arrived_at = models.DateTimeField()
    asked_by = models.CharField(max_length=120, blank=True)
    asked_by_name = models.CharField(max_length=120, blank=True)
    asked_reason = models.TextField(blank=True)
    released_by = models.CharField(max_length=120, blank=True)
    released_by_name = models.CharField(max_length=120, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["holder", "origin", "name", "sha512"], name="quarantined_once"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"quarantine:{self.pk}"
