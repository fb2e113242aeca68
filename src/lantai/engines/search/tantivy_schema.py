"""The index's fields 索引字段, and a record made into an index document."""

from __future__ import annotations

import json
from binascii import b2a_base64
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import islice
from operator import attrgetter
from typing import Any

import tantivy

from lantai.core.search.analysis import (
    BREAK,
    bounded,
    compact,
    dated_key,
    folding_fingerprint,
    grams,
    id_number,
    key_of,
    names,
    natural_key,
    number_tokens,
    tie_key,
)
from lantai.core.search.bulk import analysed
from lantai.core.search.persons import sounds
from lantai.core.search.port import SearchDocument

VERSION = 3  # raise when fields or analysis change
KEYWORDS = ("fonds", "record_class", "level", "access_status", "holder")
ANALYSED = ("title_grams", "body_grams", "full_grams", "creator_grams", "code_grams")
BATCH = 1_000  # records analysed at once
SHOWN = (
    "text",
    "fulltext",
    "reference_code",
    "doc_no",
    "creator",
    "persons",
    "source_id",
    "date",
    "year",
    "fonds",
    "record_class",
)
_shown_values, _keywords = attrgetter(*SHOWN), attrgetter(*KEYWORDS)
MAX_KEY = 250  # characters of a raw term that count
MAX_FULLTEXT = 20_000_000  # characters of full text indexed for one record
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@cache
def schema_name() -> str:
    """The version of fields and folding together."""
    return f"{VERSION}-{folding_fingerprint()}"


def build_schema() -> tantivy.Schema:
    """The fields, all analysed by ourselves: the engine only parts at blanks."""
    builder = tantivy.SchemaBuilder()

    def raw(name: str, **options: bool) -> None:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", **options)

    raw("id", stored=True)
    builder.add_bytes_field("title", stored=True)
    builder.add_bytes_field("shown", stored=True)
    builder.add_bytes_field("source_id", stored=True)
    for name in (*ANALYSED, "title_key_grams", "doc_no_tokens"):
        builder.add_text_field(name, tokenizer_name="blank", index_option="position")
    for name in ("chars", "full_chars"):
        builder.add_text_field(name, tokenizer_name="signs", index_option="basic")
    builder.add_text_field("sounds", tokenizer_name="blank", index_option="basic")
    builder.add_unsigned_field("exact", indexed=True)  # whole values, by their hash
    raw("reference_code", fast=True)  # as `analysis.natural_key` writes it
    for name in ("doc_no", "tokens"):
        raw(name)
    for name in KEYWORDS:
        raw(name, fast=True)
    for name in ("year", "date_sort", "tie"):
        builder.add_unsigned_field(name, fast=True)
    return builder.build()


def register_tokenizers(index: tantivy.Index) -> None:
    """Tell an opened index how "blank" and "signs" fields are parted."""
    blank = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    signs = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(1, 1, False)).build()
    index.register_tokenizer("blank", blank)
    index.register_tokenizer("signs", signs)


def exact_key(name: str, text: str) -> int:
    """A whole value of a field as one number: half the cost of a term as long as the value."""
    given = f"{name}\0{text[:MAX_KEY]}".encode("utf-8", "replace")
    return int.from_bytes(blake2b(given, digest_size=8).digest(), "big")


_keyword_key = lru_cache(maxsize=20_000)(exact_key)  # of few values, in many records


def build_documents(records: Iterable[SearchDocument]) -> Iterator[tuple[str, str]]:
    """(id, the record as the index takes it: JSON), analysed many at once."""
    waiting = iter(records)
    while batch := list(islice(waiting, BATCH)):
        compacts, grams_ = analysed([field for record in batch for field in _fields(record)])
        step = len(ANALYSED)
        for number, record in enumerate(batch):
            part = slice(number * step, (number + 1) * step)
            yield record.id, _document(record, compacts[part], grams_[part])


def _fields(record: SearchDocument) -> tuple[Sequence[str], ...]:
    """The elements of each of `ANALYSED`."""
    return (
        (record.title,),
        (*record.text.splitlines(), record.doc_no),
        (record.fulltext[:MAX_FULLTEXT],) if record.fulltext else (),
        (record.creator,),
        (record.reference_code,),
    )


def _document(record: SearchDocument, compacts: Sequence[str], grams_: Sequence[str]) -> str:
    title, rest, full, creator, code = compacts
    number = id_number(record.id)
    exact: list[int] = []
    texts = {name: text for name, text in zip(ANALYSED, grams_, strict=True) if text}
    texts["id"] = record.id
    texts["chars"] = (title + rest + creator + code).replace(BREAK, "")
    if full:
        texts["full_chars"] = full.replace(BREAK, "")
    _add_title(texts, exact, title)
    _add_creator(exact, record.creator, creator)
    if spoken := sounds(record.creator, record.persons):
        texts["sounds"] = " ".join(spoken)
    _add_codes(texts, exact, record, code[1:-1], rest)
    for name, value in zip(KEYWORDS, _keywords(record), strict=True):
        if value:
            texts[name] = value[:MAX_KEY]
    out: dict[str, Any] = {
        **texts,
        "title": _bytes(record.title),
        "shown": _bytes(_shown(record)),
        "tokens": list(dict.fromkeys(record.tokens)),
        "exact": exact,
        "date_sort": dated_key(record, number),
        "tie": tie_key(number),
    }
    if record.source_id:
        out["source_id"] = _bytes(record.source_id)
    if record.year > 0:
        out["year"] = record.year
    return _json(out)


def read_title(stored: tantivy.Document) -> str:
    """The title as it was given."""
    return bytes(stored.get_first("title") or b"").decode()


def read_keys(stored: tantivy.Document) -> SearchDocument:
    """The record's id and the source's own, all that is needed where no text is shown."""
    source = bytes(stored.get_first("source_id") or b"").decode()
    return SearchDocument(id=str(stored.get_first("id")), tokens=(), source_id=source)


def read_shown(stored: tantivy.Document) -> SearchDocument:
    """The text of a record as it was given, as far as it is kept for showing."""
    values = json.loads(bytes(stored.get_first("shown") or b"{}"))
    keys = read_keys(stored)
    return replace(keys, title=read_title(stored), **values)


def _shown(record: SearchDocument) -> str:
    values = {n: v for n, v in zip(SHOWN, _shown_values(record), strict=True) if v}
    if "fulltext" in values:
        values["fulltext"] = values["fulltext"][:MAX_FULLTEXT]
    return _json(values)


def _bytes(text: str) -> str:
    """Text as the engine takes bytes in JSON."""
    return b2a_base64(text.encode("utf-8", "replace"), newline=False).decode("ascii")


def _add_title(texts: dict[str, str], exact: list[int], title: str) -> None:
    plain = title[1:-1]
    key = key_of(plain)
    if key:
        exact.append(exact_key("title", key))
        if key != plain:  # else the title's own bigrams are the same
            texts["title_key_grams"] = grams(bounded(key))


def _add_creator(exact: list[int], given: str, creator: str) -> None:
    plain = creator[1:-1]
    if plain.isalnum():
        exact.append(_keyword_key("creator", plain))
    elif plain:
        exact.extend(_keyword_key("creator", name) for name in names(given)[:50])


def _add_codes(
    texts: dict[str, str], exact: list[int], record: SearchDocument, plain: str, rest: str
) -> None:
    texts["reference_code"] = natural_key(plain[:MAX_KEY]) or f"{BREAK}{record.id}"
    if record.doc_no and not record.doc_no.isspace():
        number = rest.rsplit(BREAK, 2)[1] if rest else ""  # the last element of the body
        if tokens := number_tokens(number):
            texts["doc_no_tokens"] = " ".join(tokens)
            exact.append(exact_key("doc_no", "".join(tokens)))
        if number:
            texts["doc_no"] = number[:MAX_KEY]
    if record.fonds:
        exact.append(_compact_key("fonds", record.fonds))
    if record.record_class:
        exact.append(_compact_key("record_class", record.record_class))


@lru_cache(maxsize=20_000)
def _compact_key(name: str, value: str) -> int:
    return exact_key(name, compact(value))
