"""The job that moves chosen matters to the version in force: an entry in the ledger for each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lantai.foundation.desks.migrating.desk import migrating_desk
from lantai.foundation.jobs.tasks_shelf import Running, task
from lantai.foundation.refusal import Refusal

MIGRATE = "desks.migrate"
MOST_TOLD = 50  # matters left whose reason the result names


@task(MIGRATE)
def migrate(running: Running) -> dict[str, Any]:
    """Arguments: desk, definition, keys (None: all that the person may move), reason.

    What has gone over is not behind any more, so that the job killed goes on where it was.
    """
    given = running.arguments
    desk = migrating_desk(given["desk"])
    act = replace(running.act, reason=given.get("reason", ""))
    rows = desk.behind(act.by, given["definition"])
    if given.get("keys") is not None:
        rows = rows.filter(pk__in=given["keys"])
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    moved, left = 0, []
    for done, key in enumerate(keys, 1):
        row = desk.behind(act.by, given["definition"]).filter(pk=key).first()
        if row is not None:
            try:
                desk.migrate(act, row)
                moved += 1
            except Refusal as refused:
                left.append({"title": desk.line(row).title, "reason": str(refused)})
        running.progress(done, len(keys))
    return {"migrated": moved, "left": len(left), "reasons": left[:MOST_TOLD]}
