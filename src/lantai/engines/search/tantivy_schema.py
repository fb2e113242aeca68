"""The index's fields 索引字段, and what is read back of a document."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from hashlib import blake2b

import tantivy

from lantai.core.search.analysis import folding_fingerprint
from lantai.core.search.port import SearchDocument

VERSION = 3  # raise when fields or analysis change
KEYWORDS = ("fonds", "record_class", "level", "access_status", "holder")
ANALYSED = ("title_grams", "body_grams", "full_grams", "creator_grams", "code_grams")
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
