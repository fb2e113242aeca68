"""The index's fields 索引字段, and what is read back of a document."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable
from functools import cache
from hashlib import blake2b
from typing import Any

import tantivy

from lantai.core.search.analysis import folding_fingerprint
from lantai.core.search.port import SearchDocument

VERSION = 4  # raise when fields or analysis change
KEYWORDS = ("fonds", "record_class", "level", "access_status", "holder")
ANALYSED = ("title_grams", "body_grams", "full_grams", "creator_grams", "code_grams")
SHOWN = (
    "title",
    "text",
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

    raw("id")
    builder.add_bytes_field("shown", stored=True)
    builder.add_bytes_field("fulltext", stored=True)
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
    return exact_keys(name, [text])[0]


def exact_keys(name: str, texts: Iterable[str]) -> list[int]:
    """The same of many values."""
    given = [f"{name}\0{text[:MAX_KEY]}".encode("utf-8", "replace") for text in texts]
    whole = b"".join([blake2b(one, digest_size=8).digest() for one in given])
    return list(struct.unpack(f">{len(given)}Q", whole))


def read_keys(stored: tantivy.Document) -> SearchDocument:
    """The record's id and the source's own, all that is needed where no text is shown."""
    shown = _read(stored)
    return SearchDocument(shown["id"], (), source_id=shown.get("source_id", ""))


def read_title(stored: tantivy.Document) -> tuple[str, str]:
    """The record's id, and its title as it was given."""
    shown = _read(stored)
    return shown["id"], shown.get("title", "")


def read_shown(stored: tantivy.Document) -> SearchDocument:
    """The text of a record as it was given, as far as it is kept for showing."""
    full = stored.get_first("fulltext")
    return SearchDocument(tokens=(), fulltext=full.decode() if full else "", **_read(stored))


def _read(stored: tantivy.Document) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(stored.get_first("shown") or b"{}")
    return found
