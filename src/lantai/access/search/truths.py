"""The third truth 检索索引: does the index hold the catalogue's records, open to whom they are open?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from lantai.access.search.followers import FOLLOWER, bring_up_to_date, put_records
from lantai.access.search.health import ask_for_rebuild, index_fault
from lantai.access.search.index import index
from lantai.catalogue.records.models import Record
from lantai.core.search.port import SearchQuery, SearchUnavailable
from lantai.foundation.changes.following import backlog
from lantai.foundation.policy import Anonymous
from lantai.governance.access_rules.visibility import record_tokens, viewer_tokens
from lantai.preservation.reconciling.truth import Difference, Options, Truth

AT_ONCE = 500
MOST = 100_000
"""Records asked for one by one unless all files are read as well: the newest; all are counted."""


class IndexAgrees(Truth):
    """Every record is found, and by the public only where it is open; what is not is put anew."""

    id = "index"
    order = 60

    def compare(self, options: Options) -> Iterator[Difference]:
        """Batch by batch, when the index has read all changes; one that is behind is counted so."""
        self.counts = {"records": 0, "documents": 0, "compared": 0, "behind": 0}
        try:
            yield from self._faults(options)
        except SearchUnavailable as fault:
            yield _unavailable(fault, options)
        finally:
            index().close()

    def _faults(self, options: Options) -> Iterator[Difference]:
        if fault := index_fault():
            yield _unavailable(fault, options)
            return
        if options.mend:
            bring_up_to_date()
        self.counts["behind"] = backlog().get(FOLLOWER, 0)
        if self.counts["behind"]:
            return
        wrong: list[Difference] = []
        lacking = 0
        for batch in _batches(None if options.digests else MOST):
            self.counts["compared"] += len(batch)
            found = list(_compare(batch, options.mend))
            lacking += sum(one.code == "index-lacks" for one in found)
            wrong += found
            if found and options.mend:
                put_records(index(), [one.subject.removeprefix("record:") for one in found])
                index().commit()
        yield from wrong
        yield from self._beyond(options, lacking)

    def _beyond(self, options: Options, lacking: int) -> Iterator[Difference]:
        """Documents of which the catalogue has no record."""
        self.counts["records"] = Record.objects.count()
        self.counts["documents"] = index().count()
        lacking = 0 if options.mend else lacking
        more = self.counts["documents"] - self.counts["records"] + lacking
        if more > 0 and not backlog().get(FOLLOWER, 0):
            if options.mend:
                ask_for_rebuild()
            yield Difference(
                "index-has-more", "I3", "index",
                f"索引比目录多 {more} 件" + ("，已安排重建" if options.mend else ""),
                f"the index holds {more} more than the catalogue"
                + (": a rebuild is queued" if options.mend else ""),
                healed=options.mend,
            )  # fmt: skip


def _unavailable(fault: SearchUnavailable, options: Options) -> Difference:
    if options.mend:
        ask_for_rebuild()
    return Difference(
        "index-unavailable", "I3", "index", fault.message_zh, fault.message_en, healed=options.mend
    )


def _batches(most: int | None) -> Iterator[list[Record]]:
    rows = Record.objects.select_related("holder", "creating_unit").order_by("-pk")
    waiting = (rows[:most] if most else rows).iterator(chunk_size=AT_ONCE)
    while batch := list(islice(waiting, AT_ONCE)):
        yield batch


def _compare(batch: Sequence[Record], mend: bool) -> Iterator[Difference]:
    """The records that the index lacks, and those it shows to others than the catalogue would."""
    everybody = viewer_tokens(Anonymous())
    held = _found(batch, None)
    shown = _found(batch, everybody)
    for record in batch:
        uid = str(record.uid)
        if uid not in held:
            yield Difference(
                "index-lacks", "I3", record.urn, "目录有此件而索引没有" + _mended(mend)[0],
                "in the catalogue and not in the index" + _mended(mend)[1], healed=mend,
            )  # fmt: skip
            continue
        is_open = bool(everybody and everybody & set(record_tokens(record)))
        if is_open != (uid in shown):
            yield Difference(
                "index-shows-otherwise", "I3", record.urn,
                ("索引向公众显示了未开放的件" if not is_open else "已开放而索引不向公众显示")
                + _mended(mend)[0],
                ("shown to the public and not open" if not is_open else "open and not shown")
                + _mended(mend)[1],
                healed=mend,
            )  # fmt: skip


def _mended(mend: bool) -> tuple[str, str]:
    return ("，已重新编入", ": put anew") if mend else ("", "")


def _found(batch: Sequence[Record], tokens: frozenset[str] | None) -> set[str]:
    query = SearchQuery(
        viewer_tokens=tokens, ids=frozenset(str(record.uid) for record in batch),
        limit=len(batch), sort="reference_code", highlight=False, exact=True,
    )  # fmt: skip
    return {hit.id for hit in index().search(query).hits}
