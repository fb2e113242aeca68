"""The index's fields 索引字段."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import cache
from hashlib import blake2b

import tantivy

from lantai.core.search.analysis import folding_fingerprint
from lantai.engines.search.tantivy.ids import HIGH, LOW

VERSION = 9  # raise when fields or analysis change
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
RANKED = frozenset({"title", "creator", "doc_no"})  # whole values that only rank what is found
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
    for name in ("year", "date_sort", "tie", HIGH, LOW):
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
    if name in RANKED:  # of a few signs: equal ones among what answers a question are not met
        whole = b"".join([b"\0\0\0" + blake2b(one, digest_size=5).digest() for one in given])
    else:
        whole = b"".join([blake2b(one, digest_size=8).digest() for one in given])
    return list(struct.unpack(f">{len(given)}Q", whole))
