"""The index of the desks follows the matters: changed ones are put again, all in one commit."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from lantai.core.search.port import IndexDamaged, IndexOutdated
from lantai.foundation.changes.following import Follower
from lantai.foundation.changes.models import Change
from lantai.foundation.desks.searching.indexing import (
    FOLLOWER,
    desk_index,
    put_matters,
    touched_by,
)
from lantai.foundation.jobs.queue import enqueue

REBUILD = "desks.rebuild_index"
log = logging.getLogger("lantai.search")


class DeskFollower(Follower):
    """四桌检索跟随者: reads the subjects that the desks name; harmless when given twice."""

    id = FOLLOWER

    def follow(self, changes: Sequence[Change]) -> None:
        """Bring the index up to these changes. A broken index is rebuilt as a job instead."""
        touched = touched_by(changes)
        if not touched:
            return
        engine = desk_index()
        try:
            put_matters(engine, touched)
            engine.commit()
        except (IndexDamaged, IndexOutdated) as fault:
            log.warning("the index of the desks must be rebuilt: %s", fault.message_en)
            enqueue(REBUILD, title="重建台账、办件、评价和填报的检索索引", key=REBUILD)
        finally:
            engine.close()  # another process may be the next to write
