"""Where the index under measure reads what it shows: the entries in a table, as a catalogue has them.

Entries have ids of the kind records have, UUIDs ordered by time, from which their number is known.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from uuid import UUID

from benchmarks.search.generated import as_document
from lantai.core.search.port import SearchDocument, Texts

BEGUN = 1_795_000_000_000  # milliseconds; eight entries come in each
_ODD = 2_654_435_761
_BACK = pow(_ODD, -1, 1 << 32)
_MANY = 10_000
Row = tuple[str, ...]


def uid_of(number: int) -> str:
    """The id of an entry: time, and signs that look drawn."""
    drawn = int.from_bytes(blake2b(b"%d" % number, digest_size=6).digest(), "big")
    high = (BEGUN + number // 8) << 16 | 7 << 12 | drawn >> 36
    low = 2 << 62 | (drawn & 0x3FFF_FFFF) << 32 | number * _ODD % (1 << 32)
    return str(UUID(int=high << 64 | low))


def number_of(uid: str) -> int:
    """The entry of an id."""
    return (UUID(uid).int & 0xFFFF_FFFF) * _BACK % (1 << 32)


def document(row: Row) -> SearchDocument:
    """An entry as the index takes it."""
    return replace(as_document(row), id=uid_of(int(row[0][1:])), source_id=row[0])


class EntryTexts(Texts):
    """The entries by number, in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened = threading.local()

    def kept(self, rows: Iterator[Row]) -> Iterator[Row]:
        """The rows, written as they pass."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.unlink(missing_ok=True)
        to = sqlite3.connect(self.path)
        to.executescript("pragma journal_mode=off; pragma synchronous=off")
        to.execute("create table entry (number integer primary key, row text)")
        while part := list(islice(rows, _MANY)):
            _insert(to, part)
            yield from part
        to.close()

    def add(self, rows: Sequence[Row]) -> None:
        """A few more."""
        _insert(self._from(), rows)

    def remove(self, numbers: Iterable[int]) -> None:
        """Take some out again."""
        to = self._from()
        to.executemany("delete from entry where number = ?", [(number,) for number in numbers])
        to.commit()

    def documents(
        self, ids: Sequence[str], viewer_tokens: frozenset[str] | None
    ) -> Mapping[str, SearchDocument]:
        """As `lantai.core.search.port.Texts`; all are open."""
        asked = json.dumps([number_of(uid) for uid in ids])
        found = self._from().execute(
            "select row from entry where number in (select value from json_each(?))", (asked,)
        )
        made = [document(tuple(json.loads(row))) for (row,) in found]
        return {one.id: one for one in made}

    def _from(self) -> sqlite3.Connection:
        if not hasattr(self._opened, "connection"):
            self._opened.connection = sqlite3.connect(self.path)
        return self._opened.connection  # type: ignore[no-any-return]


def _insert(to: sqlite3.Connection, rows: Sequence[Row]) -> None:
    told = [(int(row[0][1:]), json.dumps(row, ensure_ascii=False)) for row in rows]
    to.executemany("insert or replace into entry values (?, ?)", told)
    to.commit()
