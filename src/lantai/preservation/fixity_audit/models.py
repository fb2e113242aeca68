"""FixityRun 校验轮次: one walk over all of storage, resumable, with what it found."""

from __future__ import annotations

from django.db import models


class FixityRun(models.Model):
    """校验轮次: ``cursor`` is the last object checked; findings are located by path."""

    PERSON, POLICY, EVENT = "person", "policy", "event"

    cause = models.CharField(max_length=10, default=PERSON)
    bytes_per_second = models.BigIntegerField(default=0)  # the pace; 0 is unpaced
    finish_estimate = models.DateTimeField(null=True, blank=True)
    copies = models.BigIntegerField(default=0)  # copies in other stores that were read
    repaired = models.PositiveIntegerField(default=0)
    frozen = models.PositiveIntegerField(default=0)
    away = models.JSONField(default=list)  # stores that could not be reached
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    cursor = models.CharField(max_length=500, blank=True)
    walked = models.BigIntegerField(default=0)  # objects so far
    expected = models.BigIntegerField(default=0)
    files = models.BigIntegerField(default=0)
    bytes = models.BigIntegerField(default=0)
    seconds = models.FloatField(default=0)
    faults = models.PositiveIntegerField(default=0)
    findings = models.JSONField(default=list)

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"fixity-run:{self.pk}"

    @property
    def unrepaired(self) -> int:
        """Faults that wait for a person."""
        return max(self.faults - self.repaired, 0)

    @property
    def rate(self) -> int:
        """Bytes a second."""
        return int(self.bytes / self.seconds) if self.seconds else 0
