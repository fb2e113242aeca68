"""LinkedPlatform 下级平台 and LinkedReport 下级平台上报."""

from __future__ import annotations

from django.db import models

from lantai.foundation.institutions.models import Institution


class LinkedPlatform(models.Model):
    """A platform below that reports to an authority here; known by its public key."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    owner = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    public_key = models.CharField(max_length=130)
    linked_by = models.CharField(max_length=120)
    linked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"platform:{self.code}"


class LinkedReport(models.Model):
    """What a platform reported at a moment, as it was signed."""

    platform = models.ForeignKey(LinkedPlatform, on_delete=models.PROTECT, related_name="reports")
    made_at = models.DateTimeField()
    digest = models.CharField(max_length=64)  # SM3 of what was signed
    data = models.JSONField(default=dict)
    taken_by = models.CharField(max_length=120)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["platform", "made_at"], name="linked_report_once")
        ]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"linked-report:{self.pk}"
