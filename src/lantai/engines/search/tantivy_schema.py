"""The index's fields 索引字段, and a record made into an index document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import islice

import tantivy

from lantai.core.search.analysis import (
    bounded,
    code_key,
    compact,
    date_sort_key,
    distinct,
    doc_no_tokens,
    folding_fingerprint,
    grams,
    id_number,
    key_of,
    names,
    natural_key,
)
from lantai.core.search.bulk import Analysed, analysed
from lantai.core.search.persons import sounds
from lantai.core.search.port import SearchDocument
from lantai.core.search.query import KEYWORD_FIELDS

VERSION = 2  # raise when fields or analysis change
KEYWORDS = ("fonds", "record_class", "level", "access_status", "holder")
ANALYSED = ("title_grams", "body_grams", "full_grams", "creator_grams", "code_grams")
BATCH = 256  # records analysed at once
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
MAX_KEY = 250  # characters of a raw term that count
MAX_FULLTEXT = 20_000_000  # characters of full text indexed for one record


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
    for name in ("title_grams", "body_grams", "full_grams", "creator_grams", "code_grams"):
        builder.add_text_field(name, tokenizer_name="blank", index_option="position")
    for name in ("title_key_grams", "doc_no_tokens"):
        builder.add_text_field(name, tokenizer_name="blank", index_option="position")
    for name in ("chars", "full_chars", "sounds"):
        builder.add_text_field(name, tokenizer_name="blank", index_option="basic")
    for name in ("title_key", "creator_key", "doc_no_key", "reference_code", "doc_no", "tokens"):
        raw(name)
    for name in ("fonds_key", "record_class_key"):
        raw(name)
    for name in (*KEYWORDS, "code_sort"):
        raw(name, fast=True)
    for name in ("year", "date_sort", "number"):
        builder.add_unsigned_field(name, indexed=name != "number", fast=True)
    return builder.build()


def register_tokenizers(index: tantivy.Index) -> None:
    """Tell an opened index how "blank" fields are parted."""
    blank = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("blank", blank)


def build_document(record: SearchDocument) -> tantivy.Document:
    """One record as the index takes it."""
    return next(build_documents([record]))


def build_documents(records: Iterable[SearchDocument]) -> Iterator[tantivy.Document]:
    """Records as the index takes them, analysed many at once."""
    waiting = iter(records)
    while batch := list(islice(waiting, BATCH)):
        fields = analysed([field for record in batch for field in _fields(record)])
        step = len(ANALYSED)
        for number, record in enumerate(batch):
            yield _document(record, fields[number * step : (number + 1) * step])


def _fields(record: SearchDocument) -> tuple[Sequence[str], ...]:
    """The elements of each of `ANALYSED`."""
    return (
        (record.title,),
        (*record.text.splitlines(), record.doc_no),
        (record.fulltext[:MAX_FULLTEXT],) if record.fulltext else (),
        (record.creator,),
        (record.reference_code,),
    )


def _document(record: SearchDocument, fields: Sequence[Analysed]) -> tantivy.Document:
    out = tantivy.Document()
    out.add_text("id", record.id)
    out.add_bytes("title", record.title.encode("utf-8", "replace"))
    out.add_bytes("shown", _shown(record))
    if record.source_id:
        out.add_bytes("source_id", record.source_id.encode("utf-8", "replace"))
    for name, field in zip(ANALYSED, fields, strict=True):
        if field.grams:
            out.add_text(name, field.grams)
    title, rest, full, creator, code = (field.compact for field in fields)
    out.add_text("chars", distinct(title + rest + creator + code))
    if full:
        out.add_text("full_chars", distinct(full))
    _add_title(out, title)
    _add_creator(out, record.creator, creator)
    if spoken := sounds(record.creator, record.persons):
        out.add_text("sounds", " ".join(spoken))
    _add_codes(out, record, code)
    for name in KEYWORDS:
        if value := getattr(record, name):
            out.add_text(name, value[:MAX_KEY])
    for token in dict.fromkeys(record.tokens):
        out.add_text("tokens", token)
    if record.year > 0:
        out.add_unsigned("year", record.year)
    out.add_unsigned("date_sort", date_sort_key(record))
    out.add_unsigned("number", id_number(record.id))
    return out


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


def _shown(record: SearchDocument) -> bytes:
    values = {name: value for name in SHOWN if (value := getattr(record, name))}
    if "fulltext" in values:
        values["fulltext"] = values["fulltext"][:MAX_FULLTEXT]
    return json.dumps(values, ensure_ascii=False).encode("utf-8", "replace")


def _add_title(out: tantivy.Document, title: str) -> None:
    plain = title[1:-1]
    key = key_of(plain)
    if key:
        out.add_text("title_key", key[:MAX_KEY])
        if key != plain:  # else the title's own bigrams are the same
            out.add_text("title_key_grams", grams(bounded(key)))


def _add_creator(out: tantivy.Document, given: str, creator: str) -> None:
    plain = creator[1:-1]
    if plain.isalnum():
        out.add_text("creator_key", plain[:MAX_KEY])
    elif plain:
        for name in names(given)[:50]:
            out.add_text("creator_key", name[:MAX_KEY])


def _add_codes(out: tantivy.Document, record: SearchDocument, code: str) -> None:
    plain = code[1:-1]
    if plain:
        out.add_text("reference_code", plain[:MAX_KEY])
    out.add_text("code_sort", natural_key(plain, record.id)[: MAX_KEY * 2])
    if record.doc_no:
        if tokens := doc_no_tokens(record.doc_no):
            out.add_text("doc_no_tokens", " ".join(tokens))
            out.add_text("doc_no_key", "".join(tokens)[:MAX_KEY])
        if number := code_key(record.doc_no):
            out.add_text("doc_no", number[:MAX_KEY])
    for name in KEYWORD_FIELDS:
        if key := compact(getattr(record, name)):
            out.add_text(f"{name}_key", key[:MAX_KEY])
