"""The index's fields 索引字段, and a record made into an index document."""

from __future__ import annotations

import json
from functools import cache

import tantivy

from lantai.core.search.analysis import (
    body,
    bounded,
    code_key,
    code_sort_key,
    compact,
    date_sort_key,
    distinct,
    doc_no_tokens,
    folding_fingerprint,
    grams,
    id_number,
    names,
    title_key,
)
from lantai.core.search.port import SearchDocument
from lantai.core.search.query import KEYWORD_FIELDS

VERSION = 1  # raise when fields or analysis change
KEYWORDS = ("fonds", "record_class", "level", "access_status", "holder")
GRAMS = {"title": "title_grams", "text": "body_grams", "fulltext": "full_grams"}
SHOWN = ("text", "fulltext", "reference_code", "doc_no", "creator", "source_id")
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
    for name in ("title_grams", "body_grams", "full_grams", "creator_grams", "code_grams"):
        builder.add_text_field(name, tokenizer_name="blank", index_option="position")
    for name in ("title_key_grams", "doc_no_tokens"):
        builder.add_text_field(name, tokenizer_name="blank", index_option="position")
    for name in ("chars", "full_chars"):
        builder.add_text_field(name, tokenizer_name="blank", index_option="basic")
    for name in ("title_key", "creator_key", "doc_no_key", "reference_code", "doc_no", "tokens"):
        raw(name)
    for name in ("fonds_key", "record_class_key"):
        raw(name)
    for name in (*KEYWORDS, "code_sort"):
        raw(name, fast=True)
    for name in ("year", "date_sort", "number"):
        builder.add_unsigned_field(name, indexed=name == "year", fast=True)
    return builder.build()


def register_tokenizers(index: tantivy.Index) -> None:
    """Tell an opened index how "blank" fields are parted."""
    blank = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("blank", blank)


def build_document(record: SearchDocument) -> tantivy.Document:
    """One record as the index takes it."""
    out = tantivy.Document()
    out.add_text("id", record.id)
    out.add_bytes("title", record.title.encode("utf-8", "replace"))
    out.add_bytes("shown", _shown(record))
    _add_grams(out, record)
    _add_keys(out, record)
    for name in KEYWORDS:
        if value := getattr(record, name):
            out.add_text(name, value[:MAX_KEY])
    for token in dict.fromkeys(record.tokens):
        out.add_text("tokens", token)
    if record.year > 0:
        out.add_unsigned("year", record.year)
    out.add_unsigned("date_sort", date_sort_key(record))
    out.add_unsigned("number", id_number(record.id))
    out.add_text("code_sort", code_sort_key(record)[: MAX_KEY * 2])
    return out


def read_title(stored: tantivy.Document) -> str:
    """The title as it was given."""
    return bytes(stored.get_first("title") or b"").decode()


def read_shown(stored: tantivy.Document) -> SearchDocument:
    """The text of a record as it was given, as far as it is kept for showing."""
    values = json.loads(bytes(stored.get_first("shown") or b"{}"))
    identifier = str(stored.get_first("id"))
    return SearchDocument(id=identifier, tokens=(), title=read_title(stored), **values)


def _shown(record: SearchDocument) -> bytes:
    values = {name: value for name in SHOWN if (value := getattr(record, name))}
    if "fulltext" in values:
        values["fulltext"] = values["fulltext"][:MAX_FULLTEXT]
    return json.dumps(values, ensure_ascii=False).encode("utf-8", "replace")


def _add_grams(out: tantivy.Document, record: SearchDocument) -> None:
    title, rest = bounded(compact(record.title)), body(record)
    full = bounded(compact(record.fulltext[:MAX_FULLTEXT]))
    fields = {
        "title_grams": title,
        "body_grams": rest,
        "full_grams": full,
        "creator_grams": bounded(compact(record.creator)),
        "code_grams": bounded(code_key(record.reference_code)),
        "title_key_grams": bounded(title_key(record.title)),
    }
    for name, text in fields.items():
        if text:
            out.add_text(name, grams(text))
    out.add_text("chars", distinct(title + rest))
    if full:
        out.add_text("full_chars", distinct(full))


def _add_keys(out: tantivy.Document, record: SearchDocument) -> None:
    if key := title_key(record.title):
        out.add_text("title_key", key[:MAX_KEY])
    for name in names(record.creator)[:50]:
        out.add_text("creator_key", name[:MAX_KEY])
    if tokens := doc_no_tokens(record.doc_no):
        out.add_text("doc_no_tokens", " ".join(tokens))
        out.add_text("doc_no_key", "".join(tokens)[:MAX_KEY])
    for name in ("reference_code", "doc_no"):
        if key := code_key(getattr(record, name)):
            out.add_text(name, key[:MAX_KEY])
    for name in KEYWORD_FIELDS:
        if key := compact(getattr(record, name)):
            out.add_text(f"{name}_key", key[:MAX_KEY])
