"""A record as columns 索引列: what engines of tables and of JSON documents keep of it.

Text columns are compact and bounded (`analysis.bounded`), so that holding a text is holding a
substring; ``grams`` are the distinct bigrams and single characters of them all, by which an
engine finds the few records worth reading.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from lantai.core.search.analysis import (
    BREAK,
    body,
    bounded,
    code_key,
    code_sort_key,
    compact,
    date_sort_key,
    doc_no_tokens,
    folding_fingerprint,
    names,
    title_key,
)
from lantai.core.search.matching import MAX_CODE
from lantai.core.search.persons import sounds
from lantai.core.search.port import SearchDocument

VERSION = 1  # raise when columns or analysis change
DAY_SHIFT = 36  # `analysis.date_sort_key`: the day stands above 36 bits of the id
SHOWN = (
    "title", "text", "fulltext", "reference_code", "doc_no", "creator", "persons", "source_id",
    "date", "fonds", "record_class", "level", "access_status", "holder",
)  # fmt: skip


def schema_name() -> str:
    """The version of columns and folding together."""
    return f"{VERSION}-{folding_fingerprint()}"


def columns_of(document: SearchDocument) -> dict[str, Any]:
    """Every column of one record, in plain values."""
    texts = {
        "title_text": bounded(compact(document.title)),
        "body_text": body(document),
        "full_text": bounded(compact(document.fulltext)),
    }
    dated = date_sort_key(document)
    return {
        "id": document.id,
        **{name: clean(getattr(document, name)) for name in SHOWN},
        "year": max(document.year, 0) % 65_536,
        "tokens": [clean(token) for token in dict.fromkeys(document.tokens)],
        **texts,
        "creator_text": bounded(compact(document.creator)),
        "code_text": bounded(code_key(document.reference_code)),
        "grams": grams_of(texts.values()),
        "title_key": title_key(document.title),
        "creator_keys": names(document.creator)[:50],
        "code_key": code_key(document.reference_code)[:MAX_CODE],
        "doc_no_code": code_key(document.doc_no)[:MAX_CODE],
        "doc_no_words": f" {' '.join(doc_no_tokens(document.doc_no))} ",
        "sounds": sounds(document.creator, document.persons),
        "fonds_key": compact(document.fonds),
        "record_class_key": compact(document.record_class),
        "day": dated >> DAY_SHIFT,
        "date_sort": dated,
        "code_sort": code_sort_key(document),
    }


def shown_document(row: dict[str, Any]) -> SearchDocument:
    """The record as far as it is shown, from its columns."""
    shown = {name: str(row.get(name) or "") for name in SHOWN}
    return SearchDocument(id=str(row["id"]), tokens=(), year=int(row.get("year") or 0), **shown)


def grams_of(texts: Iterable[str]) -> list[str]:
    """Distinct bigrams and characters of bounded texts, without the breaks."""
    found: dict[str, None] = {}
    for text in texts:
        found |= dict.fromkeys(text)
        found |= dict.fromkeys(a + b for a, b in pairwise(text) if BREAK not in (a, b))
    found.pop(BREAK, None)
    return list(found)


def grams_asked(text: str) -> list[str]:
    """The grams that a record holding the compact text has, each once."""
    if len(text) < 2:
        return [text] if text else []
    return list(dict.fromkeys(a + b for a, b in pairwise(text)))


def clean(text: str) -> str:
    """The text without what no engine stores (halves of surrogate pairs)."""
    return text.encode("utf-8", "replace").decode()
