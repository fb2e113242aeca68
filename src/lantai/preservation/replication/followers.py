"""Follows the changes to have what was taken in copied to the other stores."""

from __future__ import annotations

from collections.abc import Sequence

from lantai.foundation.changes.following import Follower
from lantai.foundation.changes.models import Change
from lantai.foundation.jobs.queue import enqueue


class CopiesFollow(Follower):
    """多副本跟随: a deposit wants its copies; one waiting round is enough for many."""

    id = "replication"

    def follow(self, changes: Sequence[Change]) -> None:
        """Deposits and stores are what a round is for."""
        if any(change.subject.startswith(("deposit:", "store:")) for change in changes):
            enqueue(
                "replication.run", title="复制到各存储库 Copy to the stores", key="replication.run",
                priority=6,
            )  # fmt: skip
