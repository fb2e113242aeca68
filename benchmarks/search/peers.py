"""Peers of the index on the same entries: FTS5, Xapian, Groonga, PostgreSQL; each answers with the total
and twenty rows, as a search page needs. A peer whose program is not here is left out and said so.
"""

from __future__ import annotations

import io
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lantai.core.search.analysis import compact, grams

Row = tuple[str, ...]  # benchmarks.search.generated.COLUMNS


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
    """One engine with the entries in it."""

    name = ""

    @abstractmethod
    def fill(self, rows: Iterator[Row]) -> None:
        """Take the entries and make the index."""

    @abstractmethod
    def ask(self, asked: Asked) -> int:
        """The total; the twenty rows are fetched too."""

    def able(self, asked: Asked) -> bool:
        """Whether the peer's index can answer it."""
        return True

    def processor(self) -> float:
        """Seconds of processor its own process has used, where it has one."""
        return 0.0


def used_by(process: int) -> float:
    """Seconds of processor a process has used, all its threads, to the nanosecond (Linux)."""
    spent = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(one.read_text().split()[0]) for one in spent) / 1e9


class Fts5(Peer):
    """SQLite FTS5, contentless, beside a table with B-trees on code, fonds and date."""

    def __init__(self, place: Path, kind: str) -> None:
        self.kind, self.name = kind, f"SQLite FTS5 {kind}"
        self.db = sqlite3.connect(place / f"{kind}.db")
        self.db.execute("pragma synchronous=off")
        self.db.execute(
            "create table record (n integer primary key, code text, title text, fonds text,"
            " day integer, year integer)"
        )
        tokenizer = "unicode61" if kind == "bigram" else "trigram"
        self.db.execute(
            f"create virtual table words using fts5(w, content='', tokenize='{tokenizer}')"
        )

    def fill(self, rows: Iterator[Row]) -> None:
        for n, row in enumerate(rows):
            values = (n, row[1], row[2], row[1][:4], int(row[5]), int(row[6]))
            self.db.execute("insert into record values (?,?,?,?,?,?)", values)
            self.db.execute(
                "insert into words(rowid, w) values (?,?)", (n, self._text(text_of(row)))
            )
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


class Postgres(Peer):
    """PostgreSQL: trigrams (pg_trgm) or bigrams as a text vector, GIN, and B-trees."""

    def __init__(self, url: str, kind: str) -> None:
        import psycopg

        self.kind, self.name = kind, f"PostgreSQL {kind}"
        self.db: Any = psycopg.connect(url, autocommit=True)
        self.table = f"record_{kind.replace(' ', '_')}"
        self.db.execute("set max_parallel_workers_per_gather = 0")  # one process to be timed
        self.backend = self.db.info.backend_pid
        self.db.execute("create extension if not exists pg_trgm")
        self.db.execute(
            f"create table {self.table} (n bigint, code text, title text, fonds text, day int,"
            " year int, body text" + (", v tsvector" if kind == "bigram" else "") + ")"
        )

    def processor(self) -> float:
        return used_by(self.backend)

    def fill(self, rows: Iterator[Row]) -> None:
        columns = "n, code, title, fonds, day, year, body" + (
            ", v" if self.kind == "bigram" else ""
        )
        with self.db.cursor().copy(f"copy {self.table} ({columns}) from stdin") as copy:
            for n, row in enumerate(rows):
                text = text_of(row)
                values = [n, row[1], row[2], row[1][:4], int(row[5]), int(row[6]), text]
                if self.kind == "bigram":
                    values.append(_vector(text))
                copy.write_row(values)
        how = "v" if self.kind == "bigram" else "body gin_trgm_ops"
        self.db.execute(f"create index on {self.table} using gin ({how})")
        for column in ("code text_pattern_ops", "fonds, year", "day"):
            self.db.execute(f"create index on {self.table} ({column})")
        self.db.execute(f"vacuum analyze {self.table}")

    def ask(self, asked: Asked) -> int:
        where, values = ["true"], []
        for word in asked.words:
            if self.kind == "bigram":
                where.append("v @@ %s::tsquery")
                values.append("<->".join(f"'{_sign(pair)}'" for pair in _pairs(word)))
            else:
                where.append("body like %s")
                values.append(f"%{word}%")
        if asked.fonds:
            where.append("fonds = %s")
            values.append(asked.fonds)
        if asked.years:
            where.append("year between %s and %s")
            values += asked.years  # type: ignore[arg-type]
        if asked.prefix:
            where.append("code like %s")
            values.append(f"{asked.prefix}%")
        condition = " and ".join(where)
        found = self.db.execute(f"select count(*) from {self.table} where {condition}", values)
        total = int(found.fetchone()[0])
        order = "day" if asked.by_date else "n"
        self.db.execute(
            f"select n, code, title from {self.table} where {condition} order by {order} "
            f"limit 20 offset {asked.offset}", values,
        ).fetchall()  # fmt: skip
        if asked.facets:
            for column in ("fonds", "year"):
                self.db.execute(
                    f"select {column}, count(*) from {self.table} where {condition} group by 1",
                    values,
                ).fetchall()
        return total


class Xapian(Peer):
    """Xapian with bigram terms, the viewer's token, values for code, day, year and fonds.

    It has no positions here: a phrase is the AND of its bigrams. Unranked it gives the first
    twenty in the order of entry; ranked by its own BM25.
    """

    def __init__(self, place: Path, ranked: bool) -> None:
        import xapian

        self.x: Any = xapian
        self.ranked = ranked
        self.name = f"Xapian bigrams {'BM25' if ranked else 'unranked'}"
        self.path = str(place / self.name.replace(" ", "-"))
        self.db: Any = xapian.WritableDatabase(self.path, xapian.DB_CREATE_OR_OPEN)

    def fill(self, rows: Iterator[Row]) -> None:
        for row in rows:
            document = self.x.Document()
            pairs = _pairs(text_of(row))
            for pair in pairs if self.ranked else set(pairs):
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
        self.db = self.x.Database(self.path)

    def ask(self, asked: Asked) -> int:
        x = self.x
        parts = [x.Query(pair) for word in asked.words for pair in _pairs(word)]
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


def _pairs(text: str) -> list[str]:
    return [text[i : i + 2] for i in range(len(text) - 1)] or [text]


def _sign(text: str) -> str:
    return text.replace("\\", "x").replace("'", "x")


def _vector(text: str) -> str:
    places: dict[str, list[int]] = {}
    for n, pair in enumerate(_pairs(text), 1):
        places.setdefault(_sign(pair), []).append(n)
    out = io.StringIO()
    for pair, where in places.items():
        out.write(f"'{pair}':{','.join(map(str, where[:200]))} ")
    return out.getvalue()


def peers(place: Path, names: Sequence[str]) -> Iterator[tuple[str, Peer | None, str]]:
    """(name, the peer or None, why not) for each peer wanted, opened one after the other."""
    for name in names:
        try:
            yield name, _open(place, name), ""
        except (ImportError, RuntimeError, OSError) as fault:
            yield name, None, str(fault)


def _open(place: Path, name: str) -> Peer:
    if name.startswith("xapian"):
        return Xapian(place, ranked=name.endswith("ranked"))
    if name == "groonga":
        from benchmarks.search.groonga import Groonga

        return Groonga(place)
    if name.startswith("fts5"):
        return Fts5(place, name.partition("-")[2])
    from tests.postgres import start

    return Postgres(start(), name.partition("-")[2])
