"""The records of the mixed set laid to be read 题库底本, and what a question of it is."""

from __future__ import annotations

import random
import re
import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import accumulate

import opencc

from lantai.core.search.port import SearchDocument

MOST = 100  # records that may answer; a question that more answer is drawn again
TOO_MANY = 2_000  # records; what more hold is not asked for
SIGNS = re.compile(r"[\W_]+")
SIMPLE = opencc.OpenCC("t2s")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: every record that answers it, and those that may stand first."""

    kind: str
    text: str
    wanted: frozenset[str]
    first: frozenset[str]


def plain(text: str) -> str:
    """Signs as they are compared: NFKC, small letters, simplified, no blank; punctuation as |."""
    told = SIMPLE.convert("".join(unicodedata.normalize("NFKC", text).lower().split()))
    return SIGNS.sub("|", told)


def key(text: str) -> str:
    """The same without punctuation."""
    return plain(text).replace("|", "")


@dataclass
class Shelves:
    """All records, and the plain texts in which answers are looked for."""

    documents: list[SearchDocument]
    titles: dict[str, str] = field(init=False)
    texts: dict[str, str] = field(init=False)
    creators: dict[str, str] = field(init=False)
    by_title: dict[str, set[str]] = field(init=False)
    people: dict[str, set[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.titles = {one.id: plain(one.title) for one in self.documents}
        self.creators = {one.id: plain(one.creator) for one in self.documents}
        self.texts = {
            one.id: "\n".join(
                (self.titles[one.id], plain(one.text), plain(one.fulltext), plain(one.doc_no),
                 self.creators[one.id])
            )
            for one in self.documents
        }  # fmt: skip
        self.by_title = defaultdict(set)
        self.people, self._kinds = defaultdict(set), defaultdict(list)
        for one in self.documents:
            self.by_title[key(one.title)].add(one.id)
            self._kinds[one.record_class].append(one)
            if one.persons:
                self.people[one.persons].add(one.id)
        self.by_id = {one.id: one for one in self.documents}
        signs = Counter(sign for title in self.titles.values() for sign in set(title))
        self.rare_signs = sorted(s for s, n in signs.items() if n < MOST // 2 and s != "|")
        self._ids = list(self.texts)
        self._whole = "\0".join(self.texts.values())
        self._ends = list(accumulate(len(text) + 1 for text in self.texts.values()))

    def a_record(self, rng: random.Random, least: int = 6) -> SearchDocument:
        """One of a corpus drawn first, so that the small ones are asked as often."""
        while True:
            one = rng.choice(self._kinds[rng.choice(list(self._kinds))])
            if len(self.titles[one.id]) >= least:
                return one

    def same(self, one: SearchDocument) -> frozenset[str]:
        """Records of the same title."""
        return frozenset(self.by_title[key(one.title)])

    def titled(self, *parts: str) -> frozenset[str]:
        """Records whose title holds every part."""
        wanted = [plain(part) for part in parts]
        return frozenset(k for k, t in self.titles.items() if all(p in t for p in wanted))

    def holding(self, *parts: str) -> frozenset[str]:
        """Records that hold every part, each somewhere; none of what stands in very many."""
        first, *rest = sorted(map(plain, parts), key=len, reverse=True)
        found, place = set(), self._whole.find(first)
        while place >= 0 and first:
            number = bisect_right(self._ends, place)
            found.add(self._ids[number])
            if len(found) > TOO_MANY:
                return frozenset()
            place = self._whole.find(first, self._ends[number])
        return frozenset(k for k in found if all(part in self.texts[k] for part in rest))
