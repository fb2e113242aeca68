"""OpenSearch 检索集群: an alias behind the port, for archives that run such a cluster already.

Every question is one body of the same query tree, with the viewer's tokens as a filter. A
rebuild fills an index beside and moves the alias in one step.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from lantai.core.search.analysis import compact, doc_no_tokens, grams, title_key
from lantai.core.search.asking import MAX_FACET_VALUES, NOT_YET, check_query
from lantai.core.search.columns import SHOWN, columns_of, schema_name, shown_document
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
from lantai.engines.search import opensearch_queries as compiled
from lantai.engines.search.http_server import HttpServer, away

BATCH = 1_000  # records of one bulk request
CANDIDATES = 150  # titles verified for one wrong character
HIGHLIGHTED = ("title", "text", "fulltext", "reference_code", "doc_no", "creator")
SEARCHED = ("title_grams", "title_key_grams", "body_grams", "full_grams", "creator_grams",
            "code_grams", "doc_no_words")  # fmt: skip
KEYS = ("id", "tokens", "chars", "title_key", "creator_keys", "code_key", "doc_no_code", "doc_no_key",
        "sounds", "fonds_key", "record_class_key", "code_sort", "fonds", "record_class", "level",
        "access_status", "holder")  # fmt: skip
NUMBERS = {"year": "integer", "day": "integer", "date_sort": "long", "title_length": "integer"}
SORTS: dict[str, list[dict[str, str]]] = {
    "relevance": [{"_score": "desc"}, {"title_length": "asc"}, {"id": "asc"}],
    "date": [{"date_sort": "asc"}],
    "-date": [{"date_sort": "desc"}],
    "reference_code": [{"code_sort": "asc"}],
}


def mapping() -> dict[str, Any]:
    """The index's fields. Bigrams are made here, so that folding is the same everywhere."""
    fields: dict[str, Any] = {name: {"type": "text", "analyzer": "whitespace"} for name in SEARCHED}
    fields |= {name: {"type": "keyword"} for name in KEYS}
    fields |= {name: {"type": kind} for name, kind in NUMBERS.items()}
    return {"_meta": {"lantai": schema_name()}, "dynamic": False, "properties": fields}


class OpenSearchSearch(IndexEngine):
    """``opensearch://user:password@host:9200/name``; ``?secure=1`` for TLS."""

    id = "opensearch"

    def __init__(self, server: HttpServer, name: str) -> None:
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,99}", name):
            raise ValueError(f"{name!r} is no index name")
        self._server, self._name = server, name
        self._waiting: list[SearchDocument | str] = []
        self._lock = threading.RLock()
        self._made = False

    @classmethod
    def open(cls, location: str) -> Self:
        """The index at a server."""
        parts = urlsplit(f"//{location}")
        if not parts.hostname:
            raise ValueError("opensearch:// needs a host, as in opensearch://localhost:9200/lantai")
        name = unquote(parts.path.strip("/")) or "lantai"
        return cls(HttpServer.at("OpenSearch", parts, 9200, 9200), name)

    # -- writing ------------------------------------------------------------

    def put(self, documents: Iterable[SearchDocument]) -> int:
        """Add or replace; visible after `commit`."""
        with self._lock:
            before = len(self._waiting)
            self._waiting += list(documents)
            return len(self._waiting) - before

    def delete(self, ids: Iterable[str]) -> None:
        """Remove by id; done after `commit`."""
        with self._lock:
            self._waiting += list(ids)

    def commit(self) -> None:
        """Send what waits and make it visible. Sent twice it is the same."""
        with self._lock:
            if not self._checked():
                self._switch(self._create())
            if not self._waiting:
                return
            self._send(self._name, self._waiting)
            self._ask("POST", f"/{self._name}/_refresh")
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
        """Fill an index beside and move the alias. Searching and writing go on meanwhile."""
        beside = self._create()
        try:
            sink = _Sink(self, beside)
            count = sink.put(documents)
            if catch_up is not None:
                catch_up(sink)
            self._ask("POST", f"/{beside}/_refresh")
            self._switch(beside)
        except BaseException:
            self._ask("DELETE", f"/{beside}", missing=True)
            raise
        return count

    def _create(self) -> str:
        name = f"{self._name}-{time.time_ns()}"
        self._ask("PUT", f"/{name}", {"mappings": mapping()})
        return name

    def _switch(self, new: str) -> None:
        """Move the alias in one step, then remove what it named before."""
        found = self._ask("GET", f"/_alias/{self._name}", missing=True) or {}
        old = [name for name in found if name.startswith(f"{self._name}-")]
        actions = [{"remove": {"index": name, "alias": self._name}} for name in old]
        actions.append({"add": {"index": new, "alias": self._name}})
        self._ask("POST", "/_aliases", {"actions": actions})
        for name in old:
            self._ask("DELETE", f"/{name}", missing=True)
        self._made = True

    def _send(self, index: str, changes: Iterable[SearchDocument | str]) -> int:
        waiting, count = iter(changes), 0
        while batch := list(islice(waiting, BATCH)):
            lines = [line for change in batch for line in _lines(index, change)]
            answer = self._ask("POST", "/_bulk", "".join(f"{json.dumps(x)}\n" for x in lines)) or {}
            if answer.get("errors"):
                wrong = [
                    item for row in answer["items"] for item in row.values() if "error" in item
                ]
                if wrong:
                    raise away("OpenSearch", str(wrong[0]["error"]))
            count += len(batch)
        return count

    def _checked(self) -> bool:
        """Whether there is an index; `IndexOutdated` when another version made it."""
        if not self._made:
            found = self._ask("GET", f"/{self._name}/_mapping", missing=True)
            if not found:
                return False
            made = next(iter(found.values()))["mappings"].get("_meta", {}).get("lantai", "")
            if made != schema_name():
                raise IndexOutdated(
                    "检索索引由其他版本建立，请执行 lantai rebuild index 重建。",
                    f"The index was made by schema {made}, this version needs {schema_name()}: "
                    "run `lantai rebuild index`.",
                )
            self._made = True
        return True

    def _ask(
        self, method: str, path: str, body: Any = None, missing: bool = False
    ) -> dict[str, Any] | None:
        """The answer; None for what is not there, when that is ``missing`` and allowed."""
        text = body if isinstance(body, str) else json.dumps(body) if body is not None else ""
        kind = "application/x-ndjson" if isinstance(body, str) else "application/json"
        status, answer = self._server.ask(method, path, text.encode(), kind)
        if status == 404:
            self._made = False
            if missing:
                return None
        if status >= 300:
            raise away("OpenSearch", answer)
        return dict(json.loads(answer)) if answer else {}

    # -- reading ------------------------------------------------------------

    def count(self) -> int:
        """How many records the index holds."""
        if not self._checked():
            return 0
        found = self._ask("GET", f"/{self._name}/_count", missing=True)
        return int(found["count"]) if found else 0

    def search(self, query: SearchQuery) -> SearchPage:
        """One page of answers."""
        started = time.perf_counter()
        parsed = parse_query(query.text)
        check_query(query)
        place = read_cursor(query)
        nearly = None if query.exact else asked_nearly(parsed)
        near = bool(nearly and place and place.get("n"))
        found = None
        if self._checked():
            limits = compiled.permitted(query)
            if not near:
                match, lifted = compiled.matching(parsed), compiled.ranking(parsed)
                found = self._asked(query, [*limits, match], lifted, place)
            if nearly and (near or (found and not found["hits"]["total"]["value"])):
                forgiven = self._forgiven(nearly, limits)
                match, lifted = compiled.near(nearly, forgiven)
                found = self._asked(query, [*limits, match], lifted, place)
                near = True
        if found is None:
            return SearchPage((), 0, _since(started), notes=(*parsed.notes, NOT_YET))
        return _page(query, parsed, found, nearly if near else None, started)

    def _asked(
        self,
        query: SearchQuery,
        filters: Sequence[compiled.Clause],
        lifted: Sequence[compiled.Clause],
        place: dict[str, Any] | None,
    ) -> dict[str, Any] | None:
        shown = ["id", "source_id", "year"]
        if query.highlight or query.explain:
            shown += SHOWN
        body: dict[str, Any] = {
            "query": {"bool": {"filter": list(filters), "should": list(lifted)}},
            "size": query.limit + 1 if query.limit else 0,
            "track_total_hits": True,
            "_source": shown,
            "sort": SORTS[query.sort],
        }
        if query.facets:
            body["aggs"] = {
                name: {"terms": {"field": name, "size": MAX_FACET_VALUES}} for name in query.facets
            }
        if place is not None:
            body["search_after"] = place["k"]
        return self._ask("POST", f"/{self._name}/_search", body, missing=True)

    def _forgiven(self, nearly: Nearly, limits: Sequence[compiled.Clause]) -> list[str]:
        """Records whose title holds the question but for one wrong character."""
        key = nearly.key
        if not key:
            return []
        body = {
            "query": {"bool": {"filter": [*limits, compiled.candidates(key)]}},
            "size": CANDIDATES,
            "_source": ["id", "title"],
            "sort": [{"title_length": "asc"}, {"id": "asc"}],
        }
        found = self._ask("POST", f"/{self._name}/_search", body, missing=True)
        rows = [hit["_source"] for hit in found["hits"]["hits"]] if found else []
        return [row["id"] for row in rows if nearly_contains(key, title_key(row["title"]))]

    def suggest(
        self, prefix: str, viewer_tokens: frozenset[str] | None, limit: int = 8
    ) -> list[str]:
        """Titles that begin with the text, then those that hold it, short ones first."""
        text = compact(prefix[:100])
        if not text or limit <= 0 or not self._checked():
            return []
        viewer = compiled.permitted(SearchQuery(viewer_tokens=viewer_tokens))
        first = {"constant_score": {"filter": compiled.begins(text), "boost": 1000}}
        body = {
            "query": {
                "bool": {
                    "filter": [*viewer, compiled.holds(text, "title_grams")],
                    "should": [first],
                }
            },
            "size": min(limit, 50) * 4,
            "_source": ["title"],
            "sort": [{"_score": "desc"}, {"title_length": "asc"}, {"title_key": "asc"}],
        }
        found = self._ask("POST", f"/{self._name}/_search", body, missing=True)
        titles = [hit["_source"]["title"] for hit in found["hits"]["hits"]] if found else []
        return list(dict.fromkeys(titles))[:limit]


@dataclass(frozen=True, slots=True)
class _Sink:
    """An index being filled, for what is and what changed meanwhile."""

    engine: OpenSearchSearch
    index: str

    def put(self, documents: Iterable[SearchDocument]) -> int:
        return self.engine._send(self.index, documents)

    def delete(self, ids: Iterable[str]) -> None:
        self.engine._send(self.index, ids)


def _lines(index: str, change: SearchDocument | str) -> list[dict[str, Any]]:
    if isinstance(change, str):
        return [{"delete": {"_index": index, "_id": _key(change)}}]
    return [{"index": {"_index": index, "_id": _key(change.id)}}, _document(change)]


def _key(identifier: str) -> str:
    return f"r-{identifier}"  # an id may be empty, a document's key may not


def _document(record: SearchDocument) -> dict[str, Any]:
    """The columns, text as bigrams instead of as it stands."""
    row = columns_of(record)
    key = row["title_key"]
    made = {
        name.replace("_text", "_grams"): grams(row.pop(name))
        for name in ("title_text", "body_text", "full_text", "creator_text", "code_text")
    }
    row["chars"] = [gram for gram in row.pop("grams") if len(gram) == 1]
    row["title_key_grams"] = made["title_grams"] if not key else grams(f"\ue000{key}\ue000")
    row["doc_no_key"] = "".join(doc_no_tokens(record.doc_no))[: compiled.MAX_KEY]
    row["title_length"] = len(key)
    row["title_key"] = key[: compiled.MAX_KEY]
    row["creator_keys"] = [name[: compiled.MAX_KEY] for name in row["creator_keys"]]
    row["code_sort"] = row["code_sort"][: compiled.MAX_KEY * 2]
    for name in ("fonds", "record_class", "level", "access_status", "holder", "fonds_key",
                 "record_class_key"):  # fmt: skip
        row[name] = row[name][: compiled.MAX_KEY] or None  # no value, so in no facet
    row["year"] = row["year"] or None
    return row | made


def _page(
    query: SearchQuery,
    parsed: ParsedQuery,
    found: dict[str, Any],
    nearly: Nearly | None,
    started: float,
) -> SearchPage:
    rows = found["hits"]["hits"]
    following = ""
    if len(rows) > query.limit > 0:
        following = write_cursor(query, {"k": rows[query.limit - 1]["sort"], "n": bool(nearly)})
    return SearchPage(
        hits=[_hit(query, parsed, row, nearly) for row in rows[: query.limit]],
        total=int(found["hits"]["total"]["value"]),
        took_ms=_since(started),
        facets={
            name: [(str(b["key"]), int(b["doc_count"])) for b in agg["buckets"]]
            for name, agg in found.get("aggregations", {}).items()
        },
        next=following,
        near=nearly is not None,
        notes=notes_of(parsed, nearly, int(found["hits"]["total"]["value"])),
    )


def _hit(
    query: SearchQuery, parsed: ParsedQuery, row: dict[str, Any], nearly: Nearly | None
) -> SearchHit:
    document = shown_document(row["_source"])
    shown = {}
    if query.highlight:
        fields = {name: getattr(document, name) for name in HIGHLIGHTED}
        words = nearly.words if nearly else parsed.terms()
        shown = highlight(fields, [term.text for term in words], bool(nearly))
    points = float(row.get("_score") or 0.0) if query.sort == "relevance" else 0.0
    why = reasons(Readable(document), parsed, bool(nearly)) if query.explain else ()
    return SearchHit(document.id, round(points, 4), document.source_id, shown, why)


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)
