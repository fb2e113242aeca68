"""Moving a branch to its end: ``python -m benchmarks.moving --records 100000``.

A class with so many items below it, in years of 2,000 each, is moved to another class of the same
fonds, and the job that re-issues every code by the fonds' rule runs until the move is done. Told
for each step: wall time, processor and memory; at last that every item has a new code, each once,
and its former one. The longest time a page of the job held the catalogue's only writing lock is
told too: so long others waited.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Callable
from typing import Any

from benchmarks.figure import Figure
from benchmarks.importing import Spent, measured, say
from benchmarks.installation import installation

A_YEAR = 2_000  # items; the rule's numbers have four digits


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=5_000)
    count = parser.parse_args().records
    say(f"{count:,} records to move; load {os.getloadavg()[0]:.1f}")
    with installation():
        from lantai.catalogue.arranging.operations import move_subtree
        from lantai.catalogue.arranging.queries import plan_of

        county, top, other = _branch(count)
        act = county.act("archivist", reason="整理")
        _step("preview", lambda: plan_of(act.by, top, other))
        move = _step(
            "the move itself",
            lambda: move_subtree(
                act, record=top, parent=other, category="", version=top.version
            ),
        )  # fmt: skip
        held = _watched()
        spent = Spent()
        with measured(spent):
            _run_the_job()
        _told("codes, history and ledger", spent)
        _judge(move, count)
        say(f"longest write {max(held):.2f} s of {len(held)}, each {A_YEAR} records at most")
        Figure(
            f"codes of a moved branch of {count} re-issued, by CPU",
            count / spent.cpu, "records/s", "", None,
            note=f"longest write {max(held):.2f} s; load {os.getloadavg()[0]:.1f}",
        ).tell()  # fmt: skip


def _branch(count: int) -> tuple[Any, Any, Any]:
    """(the county, the class with the items below it, the class to move it to)."""
    from tests.people import make_county
    from tests.resources.office import put_in_force

    from lantai.catalogue.records.bulk import RecordColumns, enter_columns
    from lantai.catalogue.records.models import Record
    from lantai.catalogue.records.operations import enter_records

    county = make_county()
    put_in_force(county)
    act = county.act("archivist")
    top, other = enter_records(
        act,
        fonds=county.fonds,
        descriptions=[
            {"title": "群众来信", "_level": "class", "record_class": "WS"},
            {"title": "应急", "_level": "class", "record_class": "YJ"},
        ],
    )
    for start in range(0, count, A_YEAR):
        rows = range(start, min(start + A_YEAR, count))
        year = str(1930 + start // A_YEAR)
        same = {"record_class": "WS", "year": year, "retention": "Y", "organ": "SHJZ"}
        numbers = [f"{n - start + 1:04}" for n in rows]
        values = {name: [value] * len(rows) for name, value in same.items()} | {
            "title": [f"关于第 {n} 号来信的处理意见" for n in rows],
            "item_no": numbers,
            "reference_code": [f"J012-WS·{year}·Y·SHJZ-{number}" for number in numbers],
        }
        own = {"level": ["item"] * len(rows)}
        enter_columns(act, fonds=county.fonds, records=RecordColumns(len(rows), values, own))
    below = Record.objects.filter(level="item")
    below.update(parent=top)  # laid below the class at once: only the move is to be timed
    return county, top, other


def _watched() -> list[float]:
    """Seconds of every page's transaction, gathered while the job runs."""
    from lantai.catalogue.arranging import tasks

    held: list[float] = []
    real = tasks.recode_batch

    def timed(*args: Any, **named: Any) -> Any:
        begun = time.perf_counter()
        try:
            return real(*args, **named)
        finally:
            held.append(time.perf_counter() - begun)

    tasks.recode_batch = timed
    return held


def _run_the_job() -> None:
    from lantai.foundation.jobs.queue import claim
    from lantai.foundation.jobs.worker import run_job

    job = claim("benchmark")
    assert job is not None
    run_job(job)


def _judge(move: Any, count: int) -> None:
    from lantai.catalogue.codes.models import FormerCode
    from lantai.catalogue.records.models import Record

    move.refresh_from_db()
    assert (move.state, move.recoded) == ("done", count), (move.state, move.recoded)
    moved = Record.objects.filter(level="item", reference_code__startswith="J012-YJ·")
    assert moved.values("reference_code").distinct().count() == count
    assert FormerCode.objects.count() == count


def _step(name: str, does: Callable[[], Any]) -> Any:
    spent = Spent()
    with measured(spent):
        found = does()
    _told(name, spent)
    return found


def _told(name: str, spent: Spent) -> None:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    say(f"{name}: {spent.wall:.1f} s, CPU {spent.cpu:.1f} s, {memory} MB at most")


if __name__ == "__main__":
    main()
