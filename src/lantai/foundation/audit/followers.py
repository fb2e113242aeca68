"""Follows the changes to have each day's acts sealed that night."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from lantai.foundation.changes.following import Follower
from lantai.foundation.changes.models import Change
from lantai.foundation.jobs.queue import enqueue


class DailySeal(Follower):
    """每日封段: whatever happens today, a seal is due when the day is over."""

    id = "ledger-seal"

    def follow(self, changes: Sequence[Change]) -> None:
        """One waiting job is enough, however many changes come."""
        midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        enqueue(
            "ledger.seal",
            title="台账封段 Seal the ledger",
            key="ledger.seal",
            run_after=midnight + timedelta(days=1),
        )
