"""The index of registers follows the entries: changed ones are put again, all in one commit."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from lantai.core.search.port import IndexDamaged, IndexOutdated
from lantai.foundation.changes.following import Follower
from lantai.foundation.changes.models import Change
from lantai.foundation.desks.registers.searching import put_entries, register_index
from lantai.foundation.jobs.queue import enqueue

REBUILD = "registers.rebuild_index"
log = logging.getLogger("lantai.search")


class RegisterFollower(Follower):
    """台账检索跟随者: reads ``register:<id>/<key>`` subjects; harmless when given twice."""

    id = "register-index"

    def follow(self, changes: Sequence[Change]) -> None:
        """Bring the index up to these changes. A broken index is rebuilt as a job instead."""
        keys = changed_entries(changes)
        if not keys:
            return
        engine = register_index()
        try:
            put_entries(engine, keys)
            engine.commit()
        except (IndexDamaged, IndexOutdated) as fault:
            log.warning("the index of registers must be rebuilt: %s", fault.message_en)
            enqueue(REBUILD, title="重建台账检索索引", key=REBUILD)
        finally:
            engine.close()  # another process may be the next to write


def changed_entries(changes: Iterable[Change]) -> list[int]:
    """The keys of the entries these changes touch, each once, in order."""
    found: dict[int, None] = {}
    for change in changes:
        kind, _colon, rest = change.subject.partition(":")
        key = rest.rpartition("/")[2]
        if kind == "register" and key.isdigit():
            found[int(key)] = None
    return list(found)
