"""The index at scale beside its peers, each kept in a folder of its own and measured alone.

``python -m benchmarks.search.million all --count 1000000 --folder /srv/bench`` or step by step:
``build`` fills what is not filled yet, ``measure`` asks (again, on another day, with nothing built
anew), ``report`` prints a Markdown log of what was measured last. All that is said is kept in
``log.md`` beside. At ten million and above choose ``--engine lantai --engine lantai-marks``: one
process makes the documents while the engine's own threads index them, which fills two cores.

Made entries (benchmarks.search.generated), the same for all; more than 500 questions of twelve
kinds, drawn from the entries by a seed; the same work of each engine: the total and the first
twenty rows. Ours also filters the viewer's tokens, and is asked once more with highlights.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import pickle
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from ahocorasick_rs import AhoCorasick

from benchmarks.search.generated import entries
from benchmarks.search.groonga import Groonga
from benchmarks.search.measuring import Truth, cpu_of_all, measured
from benchmarks.search.ours import Lantai
from benchmarks.search.peers import TEXT, Asked, Fts5, Peer, Row, Xapian, text_of
from benchmarks.search.postgres import Postgres
from benchmarks.search.questions import is_exact, questions
from benchmarks.search.reporting import LOG, report, say
from lantai.core.search.analysis import compact

ENGINES: dict[str, Callable[[Path], Peer]] = {
    "lantai": Lantai,
    "lantai-marks": lambda place: Lantai(place.with_name("lantai"), marked=True),
    "fts5-bigram": lambda place: Fts5(place, "bigram"),
    "fts5-trigram": lambda place: Fts5(place, "trigram"),
    "xapian": lambda place: Xapian(place, ranked=False),
    "xapian-ranked": lambda place: Xapian(place, ranked=True),
    "groonga": Groonga,
    "postgres-trgm": lambda place: Postgres(place, "trgm"),
    "postgres-bigram": lambda place: Postgres(place, "bigram"),
}
SAMPLE = 20_000  # entries questions are drawn from
MOST_WRITTEN = 5_000_000  # entries kept as a table, 450 bytes each; to make one takes longer
MOST_IDS = 10_000  # hits of a question whose ids are compared


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=("all", "build", "measure", "report", "one"))
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--engine", action="append", choices=tuple(ENGINES), default=[])
    options = parser.parse_args()
    place = options.folder / str(options.count)
    place.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault(LOG, str(place / "log.md"))
    names = options.engine or list(ENGINES)
    if options.step == "one":  # what `build` and `measure` run in a process of its own
        return _one(place, names[0], options.count)
    for step in ("build", "measure") if options.step == "all" else (options.step,):
        if step != "report":
            _prepare(place, options.count)
            for name in names:
                _alone(options, name, step)
    report(place, names, options.count)
    return 0


def _alone(options: argparse.Namespace, name: str, step: str) -> None:
    """A step of one engine in a process of its own: its memory is its own, its death too."""
    folder = options.folder / str(options.count) / name
    built = (folder / "built.json").exists()
    if step == "build" and (built or name == "lantai-marks"):
        return
    if step == "measure" and not built and name != "lantai-marks":
        say(f"{name}: not filled")
        return
    command = [sys.executable, "-m", "benchmarks.search.million", "one", "--engine", name]
    command += ["--count", str(options.count), "--folder", str(options.folder)]
    ended = subprocess.run(command, env={**os.environ, "BENCH_STEP": step}, check=False)
    if ended.returncode:
        say(f"{name}: {step} ended with {ended.returncode}")


def _one(place: Path, name: str, count: int) -> int:
    folder = place / name
    if os.environ.get("BENCH_STEP") == "measure":
        asked, truth = _asked(place)
        figures = measured(ENGINES[name], folder, asked, truth)
        folder.mkdir(exist_ok=True)
        (folder / "measured.json").write_text(json.dumps(figures, ensure_ascii=False))
        say(f"{name}: measured in {figures['seconds']:.0f} s, load {os.getloadavg()[0]:.1f}")
        return 0
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    begun, worked, load = time.perf_counter(), cpu_of_all(), os.getloadavg()[0]
    peer = ENGINES[name](folder)
    peer.fill(rows(place))
    seconds, cpu = time.perf_counter() - begun, cpu_of_all() - worked
    size = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
    built = {"seconds": seconds, "cpu": cpu, "bytes": size, "load": load, "memory": peer.memory()}
    (folder / "built.json").write_text(json.dumps(built))
    say(f"{name}: filled in {seconds:.0f} s (CPU {cpu:.0f} s), {size / count:.0f} bytes an entry")
    return 0


def _prepare(place: Path, count: int) -> None:
    """The entries, once; the questions; and the truth by a scan of every entry."""
    table = place / "entries.csv"
    if count <= MOST_WRITTEN and not table.exists():
        beside = table.with_suffix(".part")
        with beside.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows((*row, text_of(row)) for row in entries(count))
        beside.replace(table)
    if not (place / "truth.pickle").exists():
        say(f"{count:,} entries; scanning them for the truth")
        sample = [row for n, row in zip(range(min(count, SAMPLE)), rows(place), strict=False)
                  if n % 7 == 0]  # fmt: skip
        asked = questions(sample, random.Random(7))
        truth = scan(rows(place), [one for one in dict.fromkeys(asked) if is_exact(one)])
        (place / "truth.pickle").write_bytes(pickle.dumps((asked, truth)))


def scan(every: Iterator[Row], asked: list[Asked]) -> Truth:
    """What holds the words, read entry by entry: ids by question, and totals where there are many.

    "narrow" is the text all engines have; "wide" has the numbers and codes besides, as ours has.
    """
    narrow = dict.fromkeys(asked, 0)
    wide: dict[Asked, list[str]] = {one: [] for one in asked}
    totals = dict.fromkeys(asked, 0)
    by_words: dict[tuple[str, ...], list[Asked]] = {}
    for one in asked:
        by_words.setdefault(one.words, []).append(one)
    automaton = AhoCorasick(sorted({word for words in by_words for word in words}))
    starting: dict[str, list[tuple[str, ...]]] = {}
    for words in by_words:
        starting.setdefault(words[0], []).append(words)
    for row in every:
        text = row[TEXT]
        more = f"{text}|{compact(row[4])}|{row[1]}"
        found = set(automaton.find_matches_as_strings(more, overlapping=True))
        for words in chain.from_iterable(starting.get(word, ()) for word in found):
            if not found.issuperset(words):
                continue
            held = all(word in text for word in words)
            for one in by_words[words]:
                narrow[one] += held
                totals[one] += 1
                if totals[one] <= MOST_IDS:
                    wide[one].append(row[0])
    ids = {one: set(found) for one, found in wide.items() if totals[one] <= MOST_IDS}
    return Truth(narrow, totals, ids)


def _asked(place: Path) -> tuple[list[Asked], Truth]:
    asked, truth = pickle.loads((place / "truth.pickle").read_bytes())
    return asked, truth


def rows(place: Path) -> Iterator[Row]:
    """The entries as they were written; of very many, made again each time: the same ones."""
    if not (place / "entries.csv").exists():
        for row in entries(int(place.name)):
            yield (*row, text_of(row))
        return
    with (place / "entries.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.reader(stream):
            yield tuple(row)


if __name__ == "__main__":
    raise SystemExit(main())
