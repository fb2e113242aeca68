"""The index at scale beside its peers: ``python -m benchmarks.search.million --count 1000000``.

Made entries (benchmarks.search.generated), the same for all; at least 500 questions of twelve
kinds, drawn from the entries by a seed; the same work of each engine: the total and the first
twenty rows. Ours also filters the viewer's tokens, and is asked once more with highlights.
Exact totals are compared with a scan of all entries. A Markdown log is printed.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.figure import quantile
from benchmarks.search.generated import as_document, entries
from benchmarks.search.peers import Asked, Row, peers, text_of
from lantai.core.search.cursor import write_cursor
from lantai.core.search.port import SearchQuery
from lantai.engines.search.tantivy import TantivySearch

PEERS = (
    "fts5-trigram",
    "fts5-bigram",
    "xapian",
    "xapian-ranked",
    "groonga",
    "postgres-trgm",
    "postgres-bigram",
)
COMMON = ("通知", "报告", "关于", "工作", "人民政府", "委员会", "土地", "的通知", "同志", "问题")
EACH = 46
BUDGET = 12.0  # seconds given to a kind: slow peers are asked fewer questions of it
PUBLIC = frozenset({"public"})


@dataclass
class Times:
    """Milliseconds by kind of question."""

    clock: dict[str, list[float]] = field(default_factory=dict)
    processor: dict[str, list[float]] = field(default_factory=dict)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--peer", action="append", choices=PEERS, default=[])
    parser.add_argument("--scan", type=int, default=60, help="questions checked by a full scan")
    options = parser.parse_args()
    say(f"{options.count:,} made entries; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    sample = [row for n, row in enumerate(entries(min(options.count, 20_000))) if n % 7 == 0]
    asked = questions(sample, random.Random(7))
    with tempfile.TemporaryDirectory(prefix="lantai-bench-") as folder:
        place = Path(folder)
        engine = TantivySearch(place / "index", memory=256_000_000)
        timed_build("lantai", options.count, place / "index",
                    lambda: engine.rebuild(map(as_document, entries(options.count))))  # fmt: skip
        times = {"lantai": run(asked, lambda q: ours(engine, q, highlight=False))}
        times["lantai+marks"] = run(asked, lambda q: ours(engine, q, highlight=True))
        totals = {q: ours(engine, q) for q in asked if exact(q)}
        say(f"memory so far {peak()} MB")
        scan(options.count, totals, options.scan)
        table(times)
        for name, peer, why in peers(place, options.peer or PEERS):
            if peer is None:
                say(f"{name}: left out ({why})")
                continue
            timed_build(
                peer.name, options.count, None, lambda p=peer: p.fill(entries(options.count))
            )
            able = [q for q in asked if peer.able(q)]
            times[peer.name] = run(able, peer.ask, peer.processor)
            table({"lantai": times["lantai"], peer.name: times[peer.name]})
        summary(times)
        engine.close()
    return 0


def questions(sample: list[Row], rng: random.Random) -> list[Asked]:
    """`EACH` of every kind, words cut from the entries themselves."""

    def piece(length: int) -> str:
        while True:
            text = text_of(rng.choice(sample)).split("|")[0]
            start = rng.randrange(max(1, len(text) - length))
            word = text[start : start + length]
            if len(word) == length and word.isalpha() and not word.isascii():
                return word

    kinds: dict[str, Callable[[], Asked]] = {
        "word2": lambda: Asked("word2", (piece(2),)),
        "word3": lambda: Asked("word3", (piece(3),)),
        "phrase4": lambda: Asked("phrase4", (piece(4),)),
        "phrase8": lambda: Asked("phrase8", (piece(8),)),
        "and2": lambda: Asked("and2", (piece(2), piece(3))),
        "prefix": lambda: Asked("prefix", (), prefix=rng.choice(sample)[1][:13]),
        "filter": lambda: Asked("filter", (piece(2),), f"J{rng.randint(1, 60):03}", (1960, 1999)),
        "facet": lambda: Asked("facet", (piece(3),), facets=True),
        "by date": lambda: Asked("by date", (piece(3),), by_date=True),
        "deep": lambda: Asked("deep", (rng.choice(COMMON[:6]),), offset=2_000),
        "name": lambda: Asked("name", (_name(rng.choice(sample), rng),)),
        "common": lambda: Asked("common", (rng.choice(COMMON),)),
    }
    return [make() for make in kinds.values() for _ in range(EACH)]


def _name(row: Row, rng: random.Random) -> str:
    title = text_of(row).split("|")[0]
    place = title.find("等同志")
    return title[place - 3 : place] if place > 3 else title[: rng.choice((3, 4))]


def ours(engine: TantivySearch, asked: Asked, highlight: bool = False) -> int:
    """A question as a search page puts it."""
    text = " ".join(f'"{word}"' for word in asked.words)
    if asked.prefix:
        text = f"档号:{asked.prefix}*"
    query = SearchQuery(
        text,
        PUBLIC,
        filters={"fonds": [asked.fonds]} if asked.fonds else {},
        year_from=asked.years[0] if asked.years else None,
        year_to=asked.years[1] if asked.years else None,
        facets=("fonds", "year") if asked.facets else (),
        limit=20,
        sort="date" if asked.by_date else "relevance",
        highlight=highlight,
        exact=True,
    )
    if asked.offset:  # the cursor a reader has who came so far
        reader = engine._read()
        place = {"o": asked.offset, "i": "", "g": reader.state if reader else [], "n": False}
        query = replace(query, after=write_cursor(query, place))
    page = engine.search(query)
    return page.total


def exact(asked: Asked) -> bool:
    return bool(asked.words) and not (asked.fonds or asked.years or asked.offset)


def run(
    asked: list[Asked], ask: Callable[[Asked], int], served: Callable[[], float] = float
) -> Times:
    """Milliseconds by kind, the second of two askings (warm); a kind ends at its `BUDGET`.

    By the clock, and of the processor: this thread's and what ``served`` says of the peer's own
    process (seconds). The latter decides where the machine is shared.
    """
    times = Times()
    spent: dict[str, float] = {}
    for question in asked:
        if spent.get(question.kind, 0.0) > BUDGET:
            continue
        begun = time.perf_counter()
        ask(question)
        started, worked = time.perf_counter(), time.thread_time() + served()
        ask(question)
        worked = time.thread_time() + served() - worked
        times.clock.setdefault(question.kind, []).append((time.perf_counter() - started) * 1000)
        times.processor.setdefault(question.kind, []).append(worked * 1000)
        spent[question.kind] = spent.get(question.kind, 0.0) + time.perf_counter() - begun
    return times


def scan(count: int, totals: dict[Asked, int], most: int) -> None:
    """Totals against a scan of every entry's title, subjects and creator."""
    chosen = random.Random(3).sample(sorted(totals, key=str), min(most, len(totals)))
    true = dict.fromkeys(chosen, 0)
    for row in entries(count):
        text = text_of(row)
        for question in chosen:
            true[question] += all(word in text for word in question.words)
    short = [q for q in chosen if totals[q] < true[q]]
    more = [q for q in chosen if totals[q] > true[q]]
    say(
        f"totals of {len(chosen)} questions against a full scan: {len(chosen) - len(short) - len(more)}"
        f" equal, {len(short)} too few, {len(more)} too many "
        f"(rare near the 10,000 mark: bigrams without their order)"
    )


def timed_build(name: str, count: int, folder: Path | None, build: Callable[[], object]) -> None:
    started, worked = time.perf_counter(), time.process_time()
    build()
    wall, cpu = time.perf_counter() - started, time.process_time() - worked
    size = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) if folder else 0
    bytes_each = f", {size / count:.0f} bytes an entry" if size else ""
    say(f"{name}: filled in {wall:.0f} s ({count / wall:,.0f}/s; CPU here {cpu:.0f} s){bytes_each}")


def table(times: dict[str, Times]) -> None:
    """p50/p95/p99 by kind, by the clock and of the processor."""
    for what in ("clock", "processor"):
        by_kind = {name: getattr(one, what) for name, one in times.items()}
        say("")
        say(f"Milliseconds by the {what}; load {os.getloadavg()[0]:.1f}")
        say("")
        say("| kind | " + " | ".join(by_kind) + " |")
        say("|---" * (len(by_kind) + 1) + "|")
        for kind in next(iter(by_kind.values())):
            cells = [figures(one.get(kind, [])) for one in by_kind.values()]
            say(f"| {kind} | " + " | ".join(cells) + " |")
        cells = [figures([t for ts in one.values() for t in ts]) for one in by_kind.values()]
        say(f"| **all** | {' | '.join(cells)} |")
    say("")


def summary(times: dict[str, Times]) -> None:
    """Peers as multiples of ours, over the kinds the peer could answer."""
    for what in ("clock", "processor"):
        mine_by_kind = getattr(times["lantai"], what)
        for name, one in times.items():
            if name.startswith("lantai"):
                continue
            theirs = getattr(one, what)
            mine = [t for kind in theirs for t in mine_by_kind[kind]]
            other = [t for ts in theirs.values() for t in ts]
            ratio = {q: quantile(other, q) / quantile(mine, q) for q in (0.5, 0.95, 0.99)}
            told = ", ".join(f"p{int(q * 100)} {r:.1f}" for q, r in ratio.items())
            say(f"{name} / lantai by the {what}: {told}")
    say(f"memory at the end {peak()} MB; load {os.getloadavg()[0]:.1f}")


def figures(times: list[float]) -> str:
    if not times:
        return "–"
    return "/".join(f"{quantile(times, q):.2f}" for q in (0.5, 0.95, 0.99))


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
