"""Jobs of what is owed: reminders 提醒 of every desk, four times a day."""

from __future__ import annotations

from typing import Any

from lantai.foundation.desks.owed.desk import owing_desks
from lantai.foundation.jobs.recurring import recurring
from lantai.foundation.jobs.tasks_shelf import Running, task

REMIND = "desks.remind"
EVERY = 6 * 3600

recurring(REMIND, every=EVERY, title="办件、评价、填报到期提醒")


@task(REMIND)
def remind(running: Running) -> dict[str, Any]:
    """Remind once when it comes near, once when it is over; running it again changes nothing."""
    return {"sent": sum(desk.remind(running.act) for desk in owing_desks())}
