"""Following beside 并行索引: another process indexes while this one imports; both cores work."""

from __future__ import annotations

import multiprocessing
import time
from typing import Any

MANY = 40_000  # changes in one commit: few commits, few segments to merge
PAUSE = 0.2  # seconds between looks


class FollowingBeside:
    """Starts the process; `finish` lets it read to the end and waits for it.

    Killed or failed, it leaves the rest to whoever follows next: the cursor moves only after
    a commit of the index.
    """

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._over: Any = context.Event()
        self._process: Any = context.Process(target=_follow, args=(self._over,), daemon=True)
        self._process.start()

    def finish(self) -> None:
        """Read to the end, then stop."""
        self._over.set()
        self._process.join(timeout=600)
        if self._process.is_alive():
            self._process.terminate()
            self._process.join()


def _follow(over: Any) -> None:
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantai.web.settings")
    django.setup()
    from lantai.access.search.followers import IndexFollower
    from lantai.foundation.changes.following import follow_with
    from lantai.foundation.changes.models import Change, FollowerCursor

    follower = IndexFollower()
    while True:
        last = over.is_set()
        cursor = FollowerCursor.objects.filter(pk=follower.id).values_list("number", flat=True)
        ahead = Change.objects.filter(number__gt=cursor.first() or 0).count()
        if last or ahead >= MANY // 2:
            if not follow_with(follower, MANY) and last:
                return
        else:
            time.sleep(PAUSE)
