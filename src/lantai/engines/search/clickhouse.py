"""ClickHouse's text index 列式检索引擎: one table behind the port, in this process or on a cluster.

A record is a row of a ReplacingMergeTree by its id: a change is a new row of a later version, a
removal a row marked gone, and questions read the last (FINAL). A rebuild fills a table beside
and exchanges the two names in one step.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Self

from lantai.core.search.analysis import BREAK, compact
from lantai.core.search.asking import MAX_FACET_VALUES, NOT_YET, check_query
from lantai.core.search.columns import columns_of, schema_name, shown_document
from lantai.core.search.cursor import read_cursor, write_cursor
from lantai.core.search.highlighting import highlight
from lantai.core.search.matching import Readable
from lantai.core.search.nearness import Nearly, asked_nearly, nearly_contains, notes_of
from lantai.core.search.port import (
    IndexEngine,
    IndexOutdated,
    IndexSink,
    SearchDocument,
    SearchHit,
    SearchPage,
    SearchQuery,
)
from lantai.core.search.query import ParsedQuery, parse_query
from lantai.core.search.reasons import reasons
from lantai.engines.search import clickhouse_queries as compiled
from lantai.engines.search.clickhouse_servers import (
    NoSuchTable,
    Server,
    insert,
    quoted,
    rows,
    server_at,
)

BATCH = 2_000  # rows of one INSERT
CANDIDATES = 150  # titles verified for one wrong character
HIGHLIGHTED = ("title", "text", "fulltext", "reference_code", "doc_no", "creator")
SHOWN = ("persons", "source_id", "date", "fonds", "record_class", "year")
COLUMNS = """
    id String, title String, text String, fulltext String, reference_code String, doc_no String,
    creator String, persons String, source_id String, date String,
    fonds LowCardinality(String), record_class LowCardinality(String), level LowCardinality(String),
    access_status LowCardinality(String), holder LowCardinality(String), year UInt16,
    tokens Array(String), title_text String, body_text String, full_text String,
    creator_text String, code_text String, grams Array(String), title_key String,
    creator_keys Array(String), code_key String, doc_no_code String, doc_no_words String,
    sounds Array(String), fonds_key String, record_class_key String,
    day UInt32, date_sort UInt64, code_sort String, version UInt64, gone UInt8,
    INDEX of_grams grams TYPE text(tokenizer = 'array'),
    INDEX of_tokens tokens TYPE text(tokenizer = 'array')
"""


class ClickHouseSearch(IndexEngine):
    """``clickhouse:///folder?database=name`` in this process, ``clickhouse://host:8123/name`` beyond."""

    id = "clickhouse"

    def __init__(self, server: Server, database: str) -> None:
        self._server, self._database = server, database
        self._table = f"{self._database}.records"
        self._waiting: list[tuple[int, SearchDocument | str]] = []
        self._lock = threading.RLock()
        self._made = False
        self._last = 0

    @classmethod
    def open(cls, location: str) -> Self:
        """The index at a folder or a server."""
        if not location:
            raise ValueError("clickhouse:// needs a folder or a host")
        return cls(*server_at(location))

    # -- writing ------------------------------------------------------------

    def put(self, documents: Iterable[SearchDocument]) -> int:
        """Add or replace; visible after `commit`."""
        with self._lock:
            before = len(self._waiting)
            self._waiting += [(self._version(), document) for document in documents]
            return len(self._waiting) - before

    def delete(self, ids: Iterable[str]) -> None:
        """Remove by id; done after `commit`."""
        with self._lock:
            self._waiting += [(self._version(), identifier) for identifier in ids]

    def commit(self) -> None:
        """Send what waits. Rows sent twice are one row, so a failed commit may be repeated."""
        with self._lock:
            self._make()
            _send(self._server, self._table, self._waiting)
            self._waiting = []

    def close(self) -> None:
        """Drop what was not committed; the object may be used again."""
        with self._lock:
            self._waiting = []
            self._server.close()

    def rebuild(
        self,
        documents: Iterable[SearchDocument],
        catch_up: Callable[[IndexSink], None] | None = None,
    ) -> int:
        """Fill a table beside and exchange the names. Searching and writing go on meanwhile."""
        beside = f"{self._database}.records_{time.time_ns()}"
        self._server.run(f"CREATE DATABASE IF NOT EXISTS {self._database} ENGINE = Atomic")
        self._server.run(_creation(beside))
        try:
            sink = _Sink(self._server, beside, self._version)
            count = sink.put(documents)
            if catch_up is not None:
                catch_up(sink)
            if self._exists():
                self._server.run(f"EXCHANGE TABLES {self._table} AND {beside}")
                self._server.run(f"DROP TABLE {beside}")
            else:
                self._server.run(f"RENAME TABLE {beside} TO {self._table}")
        except BaseException:
            self._server.run(f"DROP TABLE IF EXISTS {beside}")
            raise
        self._made = False  # look at the new table's schema
        return count

    def _version(self) -> int:
        with self._lock:
            self._last = max(self._last + 1, time.time_ns())
            return self._last

    def _make(self) -> None:
        if not self._checked():
            self._server.run(f"CREATE DATABASE IF NOT EXISTS {self._database} ENGINE = Atomic")
            self._server.run(_creation(self._table))
            self._made = True

    def _exists(self) -> str:
        """The schema by which the table was made; "" when there is none."""
        found = rows(
            self._server,
            "SELECT comment FROM system.tables WHERE name = 'records' AND database = "  # noqa: S608
            f"{quoted(self._database.strip('`'))}",
        )
        return str(found[0]["comment"]) if found else ""

    def _checked(self) -> bool:
        """Whether there is a table; `IndexOutdated` when another version made it."""
        if not self._made:
            schema = self._exists()
            if schema and schema != schema_name():
                raise IndexOutdated(
                    "检索索引由其他版本建立，请执行 lantai rebuild index 重建。",
                    f"The index was made by schema {schema}, this version needs {schema_name()}: "
                    "run `lantai rebuild index`.",
                )
            self._made = bool(schema)
        return self._made

    # -- reading ------------------------------------------------------------

    def count(self) -> int:
        """How many records the index holds."""
        try:
            if not self._checked():
                return 0
            return int(rows(self._server, f"SELECT count() AS n FROM {self._table} FINAL")[0]["n"])  # noqa: S608
        except NoSuchTable:
            self._made = False
            return 0

    def search(self, query: SearchQuery) -> SearchPage:
        """One page of answers."""
        started = time.perf_counter()
        parsed = parse_query(query.text)
        check_query(query)
        place = read_cursor(query)
        try:
            if not self._checked():
                return SearchPage((), 0, _since(started), notes=(*parsed.notes, NOT_YET))
            return self._answered(_Asked(query, parsed), place, started)
        except NoSuchTable:
            self._made = False
            return SearchPage((), 0, _since(started), notes=(*parsed.notes, NOT_YET))

    def _answered(self, asked: _Asked, place: dict[str, Any] | None, started: float) -> SearchPage:
        query, parsed = asked.query, asked.parsed
        limits = compiled.permitted(query)
        match, points = compiled.matching(parsed), compiled.score(parsed)
        total, facets = self._counted(asked, [*limits, match])
        nearly = None if total or query.exact else asked_nearly(parsed)
        if nearly:
            forgiven = self._forgiven(nearly, limits)
            match, points = compiled.near(nearly, forgiven)
            total, facets = self._counted(asked, [*limits, match])
        found = self._page(asked, [*limits, match], points, place) if total else []
        hits = [_hit(asked, row, nearly) for row in found[: query.limit]]
        following = _place(query, found[query.limit - 1]) if len(found) > query.limit > 0 else None
        return SearchPage(
            hits=hits,
            total=total,
            took_ms=_since(started),
            facets=facets,
            next=write_cursor(query, following) if following else "",
            near=nearly is not None,
            notes=notes_of(parsed, nearly, total),
        )

    def _counted(
        self, asked: _Asked, where: Sequence[str]
    ) -> tuple[int, dict[str, list[tuple[str, int]]]]:
        """The total and the facets, in one pass."""
        wanted = list(dict.fromkeys(asked.query.facets))
        pairs = ["('', '')", *(f"('{name}', toString({name}))" for name in wanted)]
        found = rows(
            self._server,
            "SELECT pair.1 AS facet, pair.2 AS value, count() AS n FROM "  # noqa: S608
            f"(SELECT arrayJoin([{', '.join(pairs)}]) AS pair FROM {self._table} FINAL "
            f"WHERE {' AND '.join(where)}) GROUP BY facet, value ORDER BY n DESC, value "
            f"LIMIT {MAX_FACET_VALUES} BY facet",
        )
        facets: dict[str, list[tuple[str, int]]] = {name: [] for name in wanted}
        total = 0
        for row in found:
            if not row["facet"]:
                total = int(row["n"])
            elif row["value"] not in ("", "0") or (row["facet"] != "year" and row["value"]):
                facets[row["facet"]].append((row["value"], int(row["n"])))
        return total, facets

    def _page(
        self, asked: _Asked, where: Sequence[str], points: str, place: dict[str, Any] | None
    ) -> list[dict[str, Any]]:
        """The rows after ``place`` and one more. Each order ends in what no two records share."""
        sort = asked.query.sort
        key, order, beyond = {
            "relevance": (points, "key DESC, id", ""),
            "date": ("date_sort", "key", "key > {k}"),
            "-date": ("date_sort", "key DESC", "key < {k}"),
            "reference_code": ("code_sort", "key", "key > {k}"),
        }[sort]
        conditions = list(where)
        if place is not None:
            mark = quoted(place["k"]) if isinstance(place["k"], str) else str(int(place["k"]))
            if sort == "relevance":
                beyond = "(key < {k} OR (key = {k} AND id > {i}))"
            conditions.append(beyond.format(k=mark, i=quoted(str(place["i"]))))
        shown = ["source_id"]
        if asked.query.highlight or asked.query.explain:
            shown = [*HIGHLIGHTED, *SHOWN]
        return rows(
            self._server,
            f"SELECT id, {key} AS key, {', '.join(shown)} FROM {self._table} FINAL "  # noqa: S608
            f"WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT {asked.query.limit + 1}",
        )

    def _forgiven(self, nearly: Nearly, limits: Sequence[str]) -> list[str]:
        """Records whose title holds the question but for one wrong character."""
        key = nearly.key
        if not key:
            return []
        where = " AND ".join([*limits, compiled.candidates(key)])
        found = rows(
            self._server,
            f"SELECT id, title_key FROM {self._table} FINAL WHERE {where} "  # noqa: S608
            f"ORDER BY lengthUTF8(title_key), id LIMIT {CANDIDATES}",
        )
        return [row["id"] for row in found if nearly_contains(key, row["title_key"])]

    def suggest(
        self, prefix: str, viewer_tokens: frozenset[str] | None, limit: int = 8
    ) -> list[str]:
        """Titles that begin with the text, then those that hold it, short ones first."""
        text = compact(prefix[:100])
        if not text or limit <= 0 or not self._checked():
            return []
        viewer = compiled.permitted(SearchQuery(viewer_tokens=viewer_tokens))
        where = " AND ".join([*viewer, compiled.holds(text, "title_text")])
        begins = f"startsWith(title_text, {quoted(BREAK + text)})"
        try:
            found = rows(
                self._server,
                f"SELECT title, any({begins}) AS begins FROM {self._table} FINAL WHERE {where} "  # noqa: S608
                f"GROUP BY title ORDER BY begins DESC, lengthUTF8(title), title LIMIT {min(limit, 50)}",
            )
        except NoSuchTable:
            self._made = False
            return []
        return [row["title"] for row in found]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question and how it was read."""

    query: SearchQuery
    parsed: ParsedQuery


@dataclass(frozen=True, slots=True)
class _Sink:
    """A table being filled, for what is and what changed meanwhile."""

    server: Server
    table: str
    version: Callable[[], int]

    def put(self, documents: Iterable[SearchDocument]) -> int:
        return _send(self.server, self.table, ((self.version(), d) for d in documents))

    def delete(self, ids: Iterable[str]) -> None:
        _send(self.server, self.table, ((self.version(), identifier) for identifier in ids))


def _send(server: Server, table: str, changes: Iterable[tuple[int, SearchDocument | str]]) -> int:
    waiting, count = iter(changes), 0
    while batch := list(islice(waiting, BATCH)):
        insert(server, table, (_row(version, change) for version, change in batch))
        count += len(batch)
    return count


def _row(version: int, change: SearchDocument | str) -> dict[str, Any]:
    if isinstance(change, str):
        return {"id": change, "version": version, "gone": 1}
    return {**columns_of(change), "version": version, "gone": 0}


def _creation(table: str) -> str:
    return (
        f"CREATE TABLE {table} ({COLUMNS}) ENGINE = ReplacingMergeTree(version, gone) "
        f"ORDER BY id COMMENT {quoted(schema_name())}"
    )


def _hit(asked: _Asked, row: dict[str, Any], nearly: Nearly | None) -> SearchHit:
    query, parsed = asked.query, asked.parsed
    document = shown_document(row)
    shown = {}
    if query.highlight:
        fields = {name: getattr(document, name) for name in HIGHLIGHTED}
        words = nearly.words if nearly else parsed.terms()
        shown = highlight(fields, [term.text for term in words], bool(nearly))
    points = int(row["key"]) / compiled.POINT if query.sort == "relevance" else 0.0
    why = reasons(Readable(document), parsed, bool(nearly)) if query.explain else ()
    return SearchHit(document.id, round(points, 4), document.source_id, shown, why)


def _place(query: SearchQuery, row: dict[str, Any]) -> dict[str, Any]:
    key = row["key"] if query.sort == "reference_code" else int(row["key"])
    return {"k": key, "i": row["id"]}


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)
