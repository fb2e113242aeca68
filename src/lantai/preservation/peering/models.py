"""PeerPoll 互校轮次: what one round of asking a peer showed."""

from __future__ import annotations

from django.db import models


class PeerPoll(models.Model):
    """互校轮次: objects asked about, and what came of each kind."""

    peer = models.CharField(max_length=40)
    polled_at = models.DateTimeField()
    asked = models.PositiveIntegerField(default=0)
    agreed = models.PositiveIntegerField(default=0)
    peer_wrong = models.PositiveIntegerField(default=0)
    ours_wrong = models.PositiveIntegerField(default=0)
    absent = models.PositiveIntegerField(default=0)
    mended = models.PositiveIntegerField(default=0)
    findings = models.JSONField(default=list)

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"peer-poll:{self.pk}"
