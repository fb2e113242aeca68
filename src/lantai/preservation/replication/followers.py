"""Follows the changes to have what was taken in copied to the other stores."""

from __future__ import annotations

from collections.abc import Sequence

from lantai.catalogue.records.models import Component
from lantai.foundation.changes.following import Follower
from lantai.foundation.changes.models import Change
from lantai.foundation.jobs.queue import enqueue
from lantai.preservation.replication.models import PreservedObject


class CopiesFollow(Follower):
    """多副本跟随: a deposit wants its copies; one waiting round is enough for many."""

    id = "replication"

    def follow(self, changes: Sequence[Change]) -> None:
        """Deposits and stores are what a round is for."""
        added = [int(change.subject.removeprefix("component:")) for change in changes
                 if change.subject.startswith("component:") and change.kind == "created"]  # fmt: skip
        grown = list(
            PreservedObject.objects.filter(
                object_id__in=Component.objects.filter(pk__in=added).values("record__object_id")
            ).order_by("pk").values_list("pk", flat=True)
        ) if added else []  # fmt: skip
        if grown:
            enqueue(
                "replication.follow", title="新版本封存并复制 Seal and copy new versions",
                arguments={"objects": grown}, priority=6,
            )  # fmt: skip
        if any(change.subject.startswith(("deposit:", "store:")) for change in changes):
            enqueue(
                "replication.run", title="复制到各存储库 Copy to the stores", key="replication.run",
                priority=6,
            )  # fmt: skip
