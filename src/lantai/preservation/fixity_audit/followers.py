"""Follows the changes: an object frozen or thawed is examined again at once."""

from __future__ import annotations

from collections.abc import Sequence

from lantai.foundation.changes.following import Follower
from lantai.foundation.changes.models import Change
from lantai.foundation.jobs.queue import enqueue
from lantai.preservation.replication.models import PreservedObject

AT_ONCE = 500


class AuditAfterEvents(Follower):
    """事件后校验: what was thawed must prove itself."""

    id = "fixity-after-events"

    def follow(self, changes: Sequence[Change]) -> None:
        """Objects whose rows were changed, not those newly sealed."""
        ids = ["urn:lantai:" + change.subject.removeprefix("object:") for change in changes
               if change.subject.startswith("object:") and change.kind == "updated"]  # fmt: skip
        for start in range(0, len(ids), AT_ONCE):
            rows = PreservedObject.objects.filter(
                object_id__in=ids[start : start + AT_ONCE], frozen_at=None
            )
            paths = list(rows.order_by("pk").values_list("path", flat=True))
            if paths:
                enqueue("fixity.objects", title="校验有变动的对象 Audit after an event",
                        arguments={"paths": paths}, priority=4)  # fmt: skip
