"""What people do at a catalogue, however large: open pages, ask, import a little, find what is new.

``python -m benchmarks.using FOLDER`` asks it of a catalogue that ``benchmarks.nation`` filled;
``--beside FOLDER`` names a small one (filled by it too), into which the small imports go turn about
with those into the large one. Each part is done in a process of its own (``--only`` names one).
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.figure import median, quantile
from benchmarks.growing import KINDS, SMALL, archivist, middle, opened, sizes
from benchmarks.importing import say
from benchmarks.installation import installed
from benchmarks.nation import OF_ONE_ARCHIVES
from benchmarks.resident import resident

TURNS = 3
DRAWN = 75  # records, of each of which questions of every kind are asked
WITH_RIGHTS = (1, 3, 10, 40)  # archives


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--beside", type=Path)
    parser.add_argument("--only", choices=PARTS)
    options = parser.parse_args()
    if options.only:
        PARTS[options.only](options.folder, installed(options.folder))
        return
    for name in ("pages", "questions", "found"):
        part(options.folder, name)
    places = [place for place in (options.folder, options.beside) if place]
    spent: dict[Path, list[dict[str, Any]]] = {place: [] for place in places}
    for _ in range(TURNS):
        for place in places:
            spent[place].append(json.loads(part(place, "imports", capture=True)))
    for kind in KINDS:
        told(kind, [[one[kind] for one in spent[place]] for place in places])


def part(folder: Path, name: str, capture: bool = False) -> str:
    """One part in a process of its own; what it wrote, if it is asked for."""
    command = [sys.executable, "-m", "benchmarks.using", str(folder), "--only", name]
    done = subprocess.run(
        command, check=True, text=True, stdout=subprocess.PIPE if capture else None
    )
    return done.stdout or ""


def told(kind: str, spent: list[list[tuple[float, float]]]) -> None:
    """Small imports of a kind, and how much dearer the first catalogue's are than the other's."""
    for figures in spent:
        say(f"{kind}: " + ", ".join(
            f"{seconds / SMALL * 1e6:.1f} ({yardstick:.3f})" for seconds, yardstick in figures
        ) + " us of CPU a row (the yardstick's seconds), medians of three each")  # fmt: skip
    by_yardstick = [median([a / b for a, b in figures]) for figures in spent]
    if len(spent) > 1:
        more = (by_yardstick[0] / by_yardstick[1] - 1) * 100
        say(f"{SMALL:,} rows, {kind}: {more:+.0f} % by the yardstick")


def pages(folder: Path, act: Any) -> None:
    """Pages of records drawn by chance, made in process for an archivist of all archives."""
    from lantai.foundation.accounts.operations import assign_role

    rows = newest()
    say(f"{rows:,} rows; {sizes(folder, rows)}")
    reader, person = archivist(act, holders()[0])
    for holder in holders()[1:]:
        assign_role(act, person=person, institution=holder, role="archivist")
    for name in ("first", "again"):
        took = opened(reader)
        say(
            f"record page, {name}: p50 {quantile(took, 0.5):.1f}, p95 {quantile(took, 0.95):.1f} ms"
        )
    say(f"here {resident()}")


def questions(_folder: Path, act: Any) -> None:
    """The same questions by people with different rights, each of whom may see what was drawn.

    By the clock, in which an answer waits for the next full step (10 ms; 50 of nothing), and of the
    processor, in which it does not.
    """
    from lantai.access.search.queries import search
    from lantai.catalogue.records.models import Record
    from lantai.foundation.policy import Anonymous

    rng = random.Random(11)
    first = holders()[0]
    drawn = rng.sample(range(1, min(OF_ONE_ARCHIVES, newest()) + 1), DRAWN)
    asked: dict[str, list[str]] = {name: [] for name in ("four", "eight", "creator", "code")}
    for row in Record.objects.filter(pk__in=drawn, holder=first):
        at = rng.randrange(max(1, len(row.title) - 8))
        texts = (row.title[at : at + 4], row.title[at : at + 8], row.creator, row.reference_code)
        for name, text in zip(asked, texts, strict=True):
            asked[name].append(text)
    for who, actor in viewers(act):
        for name in ("first", "again"):
            spent = {kind: [timed(search, actor, text) for text in asked[kind]] for kind in asked}
            spent["all"] = [one for kind in asked for one in spent[kind]]
            say(f"{who}, {name}, p50/p95/p99 ms by the clock and of the processor:")
            for kind, took in spent.items():
                clock, cpu = ([one[n] for one in took] for n in (0, 1))
                say(f"  {kind}: {three(clock)}, {three(cpu)}")
        say(f"  here {resident()}")
    assert search(Anonymous(), text=asked["eight"][0]).total == 0  # nothing here is open


def timed(search: Callable[..., Any], actor: Any, text: str) -> tuple[float, float]:
    """Milliseconds of a question, by the clock and of the processor."""
    began, cpu = time.perf_counter(), time.process_time()
    found = search(actor, text=text)
    took = (time.perf_counter() - began) * 1000, (time.process_time() - cpu) * 1000
    assert found.total or actor.pk is None, text
    return took


def three(took: list[float]) -> str:
    """p50, p95 and p99."""
    return "/".join(f"{quantile(took, share):.1f}" for share in (0.5, 0.95, 0.99))


def viewers(act: Any) -> Iterator[tuple[str, Any]]:
    """Who asks: the operator, whom nothing is kept from, archivists of more and more archives, all."""
    from lantai.foundation.accounts.models import Person
    from lantai.foundation.accounts.operations import assign_role, create_person
    from lantai.foundation.policy import Anonymous

    there = holders()
    yield "the operator", act.by
    for count in dict.fromkeys(min(count, len(there)) for count in WITH_RIGHTS):
        username = f"archivist-of-{count}"
        person = Person.objects.filter(username=username).first()
        if person is None:
            person = create_person(act, username=username, name=f"{count}馆管理员")
            for holder in there[:count]:
                assign_role(act, person=person, institution=holder, role="archivist")
        yield f"an archivist of {count}", person
    yield "the public", Anonymous()


def found(_folder: Path, act: Any) -> None:
    """One record entered: how long until a search finds it, the follower being at work."""
    from lantai.access.search.followers import bring_up_to_date
    from lantai.access.search.queries import search
    from lantai.catalogue.fonds.models import Fonds
    from lantai.catalogue.records.operations import enter_records

    fonds, took = Fonds.objects.get(holder=holders()[0]), []
    for n in range(10):
        title = f"独有题名第{n}号{time.time_ns()}"
        begun = time.perf_counter()
        enter_records(act, fonds=fonds, descriptions=[{"title": title}])
        bring_up_to_date()
        assert search(act.by, text=title).total == 1
        took.append(time.perf_counter() - begun)
    say(f"one record entered is found after {quantile(took, 0.5):.2f} s, at most {max(took):.2f}")


def imports(folder: Path, act: Any) -> None:
    """The middle of three small imports of each kind and of the yardstick, as one line of JSON."""
    from lantai.catalogue.fonds.models import Fonds

    fonds, first, spent = Fonds.objects.get(holder=holders()[0]), newest() + 1, {}
    for kind, made in KINDS.items():
        spent[kind] = middle(folder, act, fonds, made, first)
        first += 3 * SMALL
    sys.stdout.write(json.dumps(spent))


PARTS: dict[str, Callable[[Path, Any], None]] = {
    "pages": pages, "questions": questions, "found": found, "imports": imports,
}  # fmt: skip


def newest() -> int:
    """The number of the record entered last."""
    from lantai.catalogue.records.models import Record

    number: int = Record.objects.order_by("-pk").values_list("pk", flat=True)[0]
    return number


def holders() -> list[Any]:
    """The archives there are, in the order of their codes."""
    from lantai.foundation.institutions.models import Institution

    return list(Institution.objects.filter(code__startswith="N").order_by("code"))


if __name__ == "__main__":
    main()
