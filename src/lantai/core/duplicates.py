"""Likely duplicates 疑似重复: the same record entered twice, told by three kinds of likeness.

exact 完全相同: title, number and date the same; normalised 归一相同: the same but for width, variants
and punctuation, or one of them silent about number or date; near 相近: four fifths of the title's bigrams shared. Records with
different document numbers or dates are never taken for one: versions of a regulation share
its title.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

from lantai.core.search.analysis import doc_no_tokens, title_key

LIKENESS = 0.8  # of the bigrams two titles have together
PERMUTATIONS, BANDS = 64, 16
MOST_IN_GROUP = 50  # records of one title that are compared with each other
SHORTEST = 6  # characters of a title that may be near another


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
    kind: str  # exact | normalised | near
    likeness: float


@dataclass(frozen=True, slots=True)
class _Known:
    row: Described
    title: str
    doc_no: str
    date: str
    creator: str


def likely_pairs(rows: Iterable[Described]) -> Iterator[Pair]:
    """Every likely pair once: equal titles first, then near ones."""
    groups: dict[str, list[_Known]] = defaultdict(list)
    for row in rows:
        key = title_key(row.title)
        if key:
            number = "".join(doc_no_tokens(row.doc_no))
            groups[key].append(_Known(row, key, number, row.date, title_key(row.creator)))
    for group in groups.values():
        for one, other in combinations(group[:MOST_IN_GROUP], 2):
            if _may_be_one(one, other):
                yield _pair(one, other, _kind(one, other), 1.0)
    yield from _near([group[0] for group in groups.values() if len(group[0].title) >= SHORTEST])


def _near(known: list[_Known]) -> Iterator[Pair]:
    from rensa import RMinHash, RMinHashLSH  # only where near titles are looked for

    table = RMinHashLSH(threshold=LIKENESS, num_perm=PERMUTATIONS, num_bands=BANDS)
    pairs = [_bigrams(one.title) for one in known]
    for number, one in enumerate(known):
        sketch = RMinHash(num_perm=PERMUTATIONS, seed=64)
        sketch.update(list(pairs[number]))
        for found in table.query(sketch):
            other = known[found]
            likeness = _shared(pairs[number], pairs[found])
            if likeness >= LIKENESS and _may_be_one(one, other) and _same_figures(one, other):
                yield _pair(other, one, "near", round(likeness, 3))
        table.insert(number, sketch)


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
    mine = (one.row.title, one.row.doc_no, one.row.date)
    return "exact" if mine == (other.row.title, other.row.doc_no, other.row.date) else "normalised"


def _pair(one: _Known, other: _Known, kind: str, likeness: float) -> Pair:
    first, second = sorted((one.row.key, other.row.key))
    return Pair(first, second, kind, likeness)


def _bigrams(text: str) -> frozenset[str]:
    return frozenset(a + b for a, b in pairwise(text))


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, len(one | other))
