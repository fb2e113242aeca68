"""Likely duplicates 疑似重复: the same record entered twice, told by four kinds of likeness.

exact 完全相同: title, number and date the same; normalised 归一相同: the same but for width, variants
and punctuation, or one of them silent about number or date; title 仅题名相同: neither number nor
date is told by both; near 相近: four fifths of the title's bigrams shared. Records with different
document numbers or dates are never taken for one: versions of a regulation share its title.

What is compared lies in a file beside (SQLite), so that memory does not grow with the records and
a reading cut off goes on where it was; only the comparing begins anew.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, groupby, islice, pairwise
from pathlib import Path

from lantai.core.search.analysis import doc_no_tokens, title_key

LIKENESS = 0.8  # of the bigrams two titles have together
PERMUTATIONS, BANDS = 64, 16
MOST_IN_GROUP = 50  # records of one title that are compared with each other
MOST_IN_BUCKET = 100  # titles that share a band: more is a form of words, not a likeness
SHORTEST = 6  # characters of a title that may be near another
BATCH = 2_000
_TABLES = """
CREATE TABLE IF NOT EXISTS row (
  id INTEGER PRIMARY KEY, title TEXT, number TEXT, date TEXT, creator TEXT, as_found BLOB
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS band (place INTEGER, hash INTEGER, id INTEGER);
"""


@dataclass(frozen=True, slots=True)
class Described:
    """What is compared of a record; ``key`` is its primary key."""

    key: int
    title: str
    doc_no: str = ""
    date: str = ""  # EDTF
    creator: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one; ``first`` has the smaller key."""

    first: int
    second: int
    kind: str  # exact | normalised | title | near
    likeness: float


@dataclass(frozen=True, slots=True)
class _Known:
    key: int
    title: str
    doc_no: str
    date: str
    creator: str
    as_found: bytes = b""


def likely_pairs(rows: Iterable[Described]) -> Iterator[Pair]:
    """Every likely pair once, of rows few enough for memory: equal titles first, then near ones."""
    with closing(Comparison()) as comparison:
        comparison.add(rows)
        yield from comparison.pairs()


class Comparison:
    """比对: records put in as they are read, then compared; kept in a file when one is named."""

    def __init__(self, path: Path | None = None) -> None:
        self._base = sqlite3.connect(path or ":memory:", isolation_level=None)
        self._base.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-32768; "
            "PRAGMA temp_store=FILE;" + _TABLES
        )

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()

    @property
    def last(self) -> int:
        """The highest key put in, from which a reading goes on."""
        return int(self._base.execute("SELECT coalesce(max(id), 0) FROM row").fetchone()[0])

    def add(self, rows: Iterable[Described]) -> int:
        """Put records in; one whose title says nothing is passed over. Returns how many came."""
        source, count = iter(rows), 0
        while batch := list(islice(source, BATCH)):
            known = [k for row in batch if (k := _known(row)).title]
            self._base.execute("BEGIN")
            self._base.executemany(
                "INSERT OR REPLACE INTO row VALUES (?, ?, ?, ?, ?, ?)",
                [(k.key, k.title, k.doc_no, k.date, k.creator, k.as_found) for k in known],
            )
            self._base.execute("COMMIT")
            count += len(batch)
        return count

    def pairs(self) -> Iterator[Pair]:
        """Every likely pair once: equal titles first, then near ones."""
        self._base.execute("CREATE INDEX IF NOT EXISTS by_title ON row (title, id)")
        yield from self._equal()
        self._sketch()
        yield from self._near()

    def _equal(self) -> Iterator[Pair]:
        rows = self._base.execute(
            "SELECT id, title, number, date, creator, as_found FROM row WHERE title IN "
            "(SELECT title FROM row GROUP BY title HAVING count(*) > 1) ORDER BY title, id"
        )
        known = (_Known(*row) for row in rows)
        for _title, group in groupby(known, key=lambda one: one.title):
            for one, other in combinations(list(islice(group, MOST_IN_GROUP)), 2):
                if _may_be_one(one, other):
                    yield _pair(one, other, _kind(one, other), 1.0)

    def _sketch(self) -> None:
        """The bands of each title, the first record of it standing for all."""
        from rensa import RMinHash  # only where near titles are looked for

        self._base.execute("DELETE FROM band")
        firsts = self._base.execute(
            "SELECT min(id), title FROM row WHERE length(title) >= ? GROUP BY title", (SHORTEST,)
        )
        width = PERMUTATIONS // BANDS
        while batch := firsts.fetchmany(BATCH):
            bands = []
            for key, title in batch:
                sketch = RMinHash(num_perm=PERMUTATIONS, seed=64)
                sketch.update(list(_bigrams(title)))
                signs = sketch.digest()
                for place in range(BANDS):
                    few = signs[place * width : (place + 1) * width]
                    bands.append((place, _folded(few), key))
            self._base.execute("BEGIN")
            self._base.executemany("INSERT INTO band VALUES (?, ?, ?)", bands)
            self._base.execute("COMMIT")
        self._base.execute("CREATE INDEX IF NOT EXISTS by_hash ON band (place, hash, id)")

    def _near(self) -> Iterator[Pair]:
        """Titles that share a band, compared; a pair counts in the first band it shares."""
        rows = self._base.execute(
            "SELECT place, hash, id FROM band WHERE (place, hash) IN "
            "(SELECT place, hash FROM band GROUP BY place, hash HAVING count(*) BETWEEN 2 AND ?) "
            "ORDER BY place, hash, id", (MOST_IN_BUCKET,),
        )  # fmt: skip
        self._base.execute("CREATE TEMP TABLE IF NOT EXISTS seen (a, b, PRIMARY KEY (a, b))")
        self._base.execute("DELETE FROM seen")
        for _bucket, group in groupby(rows, key=lambda row: row[:2]):
            for first, second in combinations([row[2] for row in group], 2):
                pair = self._compared(first, second)
                if pair is not None and self._is_new(pair):
                    yield pair

    def _compared(self, first: int, second: int) -> Pair | None:
        one, other = self._known(first), self._known(second)
        if not (_may_be_one(one, other) and _same_figures(one, other)):
            return None
        likeness = _shared(_bigrams(one.title), _bigrams(other.title))
        return _pair(one, other, "near", round(likeness, 3)) if likeness >= LIKENESS else None

    def _is_new(self, pair: Pair) -> bool:
        put = self._base.execute(
            "INSERT OR IGNORE INTO seen VALUES (?, ?)", (pair.first, pair.second)
        )
        return put.rowcount > 0

    def _known(self, key: int) -> _Known:
        row = self._base.execute(
            "SELECT id, title, number, date, creator FROM row WHERE id = ?", (key,)
        ).fetchone()
        return _Known(*row)


def _known(row: Described) -> _Known:
    number = "".join(doc_no_tokens(row.doc_no))
    found = "\x00".join((row.title, row.doc_no, row.date)).encode("utf-8", "replace")
    return _Known(row.key, title_key(row.title), number, row.date, title_key(row.creator), found)


def _folded(signs: list[int]) -> int:
    """A few 32-bit signs as one signed number of 64 bits."""
    value = 0xCBF29CE484222325
    for sign in signs:
        value = ((value ^ sign) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return int(struct.unpack("q", struct.pack("Q", value))[0])


def _may_be_one(one: _Known, other: _Known) -> bool:
    """Nothing that both tell is different: number, date, creator."""
    for mine, theirs in ((one.doc_no, other.doc_no), (one.creator, other.creator)):
        if mine and theirs and mine != theirs:
            return False
    short = min(len(one.date), len(other.date))
    return one.date[:short] == other.date[:short]


def _same_figures(one: _Known, other: _Known) -> bool:
    """Titles that differ in a figure (第一批, 第二批; 1958, 1959) are of different records."""
    return _figures(one.title) == _figures(other.title)


def _figures(title: str) -> list[str]:
    return [sign for sign in title if sign.isnumeric()]


def _kind(one: _Known, other: _Known) -> str:
    if not (one.doc_no and other.doc_no) and not (one.date and other.date):
        return "title"
    return "exact" if one.as_found == other.as_found else "normalised"


def _pair(one: _Known, other: _Known, kind: str, likeness: float) -> Pair:
    first, second = sorted((one.key, other.key))
    return Pair(first, second, kind, likeness)


@lru_cache(maxsize=4_096)
def _bigrams(text: str) -> frozenset[str]:
    return frozenset(a + b for a, b in pairwise(text))


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, len(one | other))
