"""Following beside 并行索引: another process indexes while this one imports; both cores work."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from typing import Any

MANY = 100_000  # changes in one commit: few commits, few segments to merge
LONG = 10.0  # seconds to a commit, if fewer come
PART = 4_000  # changes read at once
PAUSE = 0.1  # seconds between looks


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

    @property
    def runs(self) -> bool:
        """Whether the process is there still."""
        return bool(self._process.is_alive())

    @property
    def process(self) -> int:
        """The number of the process."""
        return int(self._process.pid)

    def no_more(self) -> None:
        """Nothing more will be written: what was is made searchable at once."""
        self._over.set()

    def finish(self) -> None:
        """Read to the end, let pieces of the index merge, then stop."""
        self.no_more()
        self._process.join()


def _follow(over: Any) -> None:
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantai.web.settings")
    django.setup()
    from lantai.access.search.followers import IndexFollower
    from lantai.access.search.index import index
    from lantai.core.collecting import seldom_collected
    from lantai.foundation.changes.following import follow_coming

    follower, coming = IndexFollower(), Coming(over)
    try:
        with seldom_collected():
            while True:
                last = coming.is_over()
                if follow_coming(follower.id, coming, follower.follow_parts):
                    continue
                if last:
                    return
                index().close()  # it failed, or nothing came for long: let others write
                time.sleep(PAUSE)
    finally:
        index().close()


class Coming:
    """What an import writes, as it comes, until there is enough of it for a commit."""

    def __init__(self, over: Any) -> None:
        self._over = over
        self._other = multiprocessing.parent_process()

    def is_over(self) -> bool:
        """Whether nothing more will be written: the import has ended, or was killed."""
        return bool(self._over.is_set()) or not (self._other and self._other.is_alive())

    def __call__(self, number: int) -> Iterator[Sequence[Any]]:
        from lantai.foundation.changes.following import changes_after

        taken, until = 0, time.monotonic() + LONG
        while taken < MANY and time.monotonic() < until:
            last = self.is_over()  # asked before looking: what is written after it is none of ours
            changes = changes_after(number, PART)
            if changes:
                taken += changes[-1].number - number
                number = changes[-1].number
                yield changes
            elif last:
                return
            else:
                time.sleep(PAUSE)
