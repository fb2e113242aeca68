"""Peers of the index on the same entries: FTS5, Xapian; Groonga and PostgreSQL beside in files of
their own. Each answers with the total and twenty rows, as a search page needs, and keeps what it
was filled with in a folder, so that it can be asked again another day.
"""

from __future__ import annotations

import resource
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lantai.core.search.analysis import compact, grams

Row = tuple[str, ...]  # benchmarks.search.generated.COLUMNS, and `text_of` them
TEXT = 10  # where that stands


@dataclass(frozen=True)
class Asked:
    """A question of one kind; words are compact, all must stand in the text."""

    kind: str
    words: tuple[str, ...]
    fonds: str = ""
    years: tuple[int, int] | None = None
    prefix: str = ""  # of the reference code
    by_date: bool = False
    facets: bool = False
    offset: int = 0


def text_of(row: Row) -> str:
    """What is searched of an entry."""
    return compact("|".join((row[2], row[9], row[3])))


class Peer(ABC):
    """One engine, its entries in a folder of its own."""

    name = ""
    estimated = False  # whether the total of the last answer is an estimate, and says so

    def __init__(self, place: Path) -> None:
        self.place = place

    @abstractmethod
    def fill(self, rows: Iterator[Row]) -> None:
        """Take the entries and make the index, in an empty folder."""

    @abstractmethod
    def open(self) -> None:
        """Be ready to be asked what was filled."""

    @abstractmethod
    def ask(self, asked: Asked) -> int:
        """The total; the twenty rows are fetched too."""

    def close(self) -> None:  # noqa: B027 -- few have something to close
        """Done with it."""

    def able(self, asked: Asked) -> bool:
        """Whether the peer's index can answer it."""
        return True

    def processor(self) -> float:
        """Seconds of processor its own process has used, where it has one."""
        return 0.0

    def memory(self) -> int:
        """Megabytes resident at most, of the process that answers."""
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

    def ids(self, asked: Asked) -> set[str] | None:
        """The ids of all hits, where the peer can tell them."""
        return None

    def adding(self) -> AbstractContextManager[None] | None:
        """While it lasts entries are added; None where that is not measured."""
        return None

    def soon_found(self) -> list[float]:
        """Milliseconds from adding an entry until it is found, where that is measured."""
        return []


def used_by(process: int) -> float:
    """Seconds of processor a process has used, all its threads, to the nanosecond (Linux)."""
    spent = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(one.read_text().split()[0]) for one in spent) / 1e9


def resident(process: int) -> int:
    """Megabytes that a process had resident at most (Linux)."""
    status = Path(f"/proc/{process}/status")
    lines = status.read_text().splitlines() if status.exists() else []  # it has ended
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)


def own_memory() -> int:
    """Megabytes this process has to itself now: its pages of mapped files are the system's to take."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in status if line.startswith("RssAnon"))


class Fts5(Peer):
    """SQLite FTS5, contentless, beside a table with B-trees on code, fonds and date."""

    def __init__(self, place: Path, kind: str) -> None:
        super().__init__(place)
        self.kind, self.name = kind, f"SQLite FTS5 {kind}"

    def open(self) -> None:
        self.db = sqlite3.connect(self.place / "records.db")
        self.db.execute("pragma cache_size=-262144")
        self.db.execute("pragma mmap_size=17179869184")

    def close(self) -> None:
        self.db.close()

    def fill(self, rows: Iterator[Row]) -> None:
        self.open()
        self.db.execute("pragma synchronous=off")
        self.db.execute(
            "create table record (n integer primary key, code text, title text, fonds text,"
            " day integer, year integer)"
        )
        tokenizer = "unicode61" if self.kind == "bigram" else "trigram"
        self.db.execute(
            f"create virtual table words using fts5(w, content='', tokenize='{tokenizer}')"
        )
        for n, row in enumerate(rows):
            values = (n, row[1], row[2], row[1][:4], int(row[5]), int(row[6]))
            self.db.execute("insert into record values (?,?,?,?,?,?)", values)
            self.db.execute("insert into words(rowid, w) values (?,?)", (n, self._text(row[TEXT])))
        for column in ("code", "fonds, year", "day"):
            self.db.execute(f"create index by_{column[:4]} on record({column})")
        self.db.execute("insert into words(words) values ('optimize')")
        self.db.execute("analyze")
        self.db.commit()

    def _text(self, text: str) -> str:
        return (
            grams("".join(c if c.isalnum() else "x" for c in text))
            if self.kind == "bigram"
            else text
        )

    def able(self, asked: Asked) -> bool:
        return self.kind == "bigram" or all(len(word) > 2 for word in asked.words)

    def ask(self, asked: Asked) -> int:
        where, values = [], []
        source = "record r"
        if asked.words:
            source = "words join record r on r.n = words.rowid"
            where.append("words match ?")
            values.append(" AND ".join(f'"{self._text(word)}"' for word in asked.words))
        if asked.fonds:
            where.append("r.fonds = ?")
            values.append(asked.fonds)
        if asked.years:
            where.append("r.year between ? and ?")
            values += asked.years  # type: ignore[arg-type]
        if asked.prefix:
            where.append("r.code >= ? and r.code < ?")
            values += [asked.prefix, asked.prefix + "\U0010ffff"]
        condition = " and ".join(where) or "1"
        if asked.words and not (asked.fonds or asked.years or asked.prefix):
            counted = f"select count(*) from words where {where[0]}"
        else:
            counted = f"select count(*) from {source} where {condition}"
        total = int(self.db.execute(counted, values).fetchone()[0])
        order = "r.day" if asked.by_date or not asked.words else "rank"
        self.db.execute(
            f"select r.n, r.code, r.title from {source} where {condition} order by {order} "
            f"limit 20 offset {asked.offset}", values,
        ).fetchall()  # fmt: skip
        if asked.facets:
            for column in ("fonds", "year"):
                self.db.execute(
                    f"select {column}, count(*) from {source} where {condition} group by 1", values
                ).fetchall()
        return total


class Xapian(Peer):
    """Xapian with bigram terms, the viewer's token, values for code, day, year and fonds.

    It has no positions here: a phrase is the AND of its bigrams. Unranked it gives the first
    twenty in the order of entry; ranked by its own BM25.
    """

    def __init__(self, place: Path, ranked: bool) -> None:
        import xapian

        super().__init__(place)
        self.x: Any = xapian
        self.ranked = ranked
        self.name = f"Xapian bigrams {'BM25' if ranked else 'unranked'}"
        self.path = str(place / "records")

    def open(self) -> None:
        self.db: Any = self.x.Database(self.path)

    def close(self) -> None:
        self.db.close()

    def fill(self, rows: Iterator[Row]) -> None:
        self.db = self.x.WritableDatabase(self.path, self.x.DB_CREATE)
        for row in rows:
            document = self.x.Document()
            all_pairs = pairs(row[TEXT])
            for pair in all_pairs if self.ranked else set(all_pairs):
                if self.ranked:
                    document.add_term(pair)
                else:
                    document.add_boolean_term(pair)
            document.add_boolean_term("XTpublic")
            document.add_boolean_term("XF" + row[1][:4])
            document.add_boolean_term("XY" + row[6])
            document.add_value(0, row[1])
            document.add_value(1, row[5])
            document.add_value(2, row[6])
            document.add_value(3, row[1][:4])
            document.set_data(row[2])
            self.db.add_document(document)
        self.db.commit()

    def ask(self, asked: Asked) -> int:
        x = self.x
        parts = [x.Query(pair) for word in asked.words for pair in pairs(word)]
        limits = [x.Query("XTpublic")]
        if asked.fonds:
            limits.append(x.Query("XF" + asked.fonds))
        if asked.years:
            first, last = asked.years
            limits.append(x.Query(x.Query.OP_OR, [f"XY{y}" for y in range(first, last + 1)]))
        if asked.prefix:
            parts.append(x.Query(x.Query.OP_VALUE_RANGE, 0, asked.prefix, asked.prefix + "\uffff"))
        enquire = x.Enquire(self.db)
        words = x.Query(x.Query.OP_AND, parts) if parts else x.Query("")
        enquire.set_query(x.Query(x.Query.OP_FILTER, words, x.Query(x.Query.OP_AND, limits)))
        if not self.ranked:
            enquire.set_weighting_scheme(x.BoolWeight())
        if asked.by_date:
            enquire.set_sort_by_value(1, False)
        spies = [x.ValueCountMatchSpy(n) for n in (2, 3)] if asked.facets else []
        for spy in spies:
            enquire.add_matchspy(spy)
        found = enquire.get_mset(asked.offset, 20, self.db.get_doccount())
        for match in found:
            match.document.get_data()
        for spy in spies:
            list(spy.values())
        return int(found.get_matches_estimated())


def pairs(text: str) -> list[str]:
    """Overlapping bigrams."""
    return [text[i : i + 2] for i in range(len(text) - 1)] or [text]
