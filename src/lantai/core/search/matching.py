"""Matching by reading 逐条比对: whether one record answers a question, with no index.

The judge of the engines: slow and plain. The in-memory engine is made of it, and the index
engine verifies with it what it only guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from lantai.core.search.analysis import (
    body,
    bounded,
    code_key,
    compact,
    date_sort_key,
    doc_no_tokens,
    looks_like_doc_no,
    names,
    title_key,
)
from lantai.core.search.persons import sound_asked, sounds
from lantai.core.search.port import SearchDocument
from lantai.core.search.query import (
    Alike,
    And,
    Dates,
    Node,
    Not,
    Or,
    ParsedQuery,
    Term,
    Wildcard,
    Years,
    wildcard_regex,
)

MAX_CODE = 250  # characters of a code that are compared


@dataclass
class Readable:
    """A record with its texts made comparable when they are first looked at."""

    document: SearchDocument

    @cached_property
    def title(self) -> str:
        return bounded(compact(self.document.title))

    @cached_property
    def text(self) -> str:
        return body(self.document)

    @cached_property
    def fulltext(self) -> str:
        return bounded(compact(self.document.fulltext))

    @cached_property
    def creator(self) -> str:
        return bounded(compact(self.document.creator))

    @cached_property
    def reference_code(self) -> str:
        return bounded(code_key(self.document.reference_code))

    @cached_property
    def title_key(self) -> str:
        return title_key(self.document.title)

    @cached_property
    def creator_keys(self) -> list[str]:
        return names(self.document.creator)

    @cached_property
    def doc_no(self) -> str:
        return f" {' '.join(doc_no_tokens(self.document.doc_no))} "

    @cached_property
    def day(self) -> int:
        return date_sort_key(self.document) >> 36

    @cached_property
    def sounds(self) -> list[str]:
        return sounds(self.document.creator, self.document.persons)

    def has_doc_no(self, text: str) -> bool:
        """Whether the document number holds this one, whatever the spelling."""
        tokens = doc_no_tokens(text)
        return bool(tokens) and f" {' '.join(tokens)} " in self.doc_no


def answers(record: Readable, parsed: ParsedQuery) -> bool:
    """Whether the record answers the question exactly."""
    return (
        matches(record, parsed.root)
        or (
            looks_like_doc_no(parsed.plain)
            and len(doc_no_tokens(parsed.plain)) > 1
            and record.has_doc_no(parsed.plain)
        )
        or (bool(sound_asked(parsed.plain)) and parsed.plain in record.sounds)
    )


def matches(record: Readable, node: Node) -> bool:
    """Whether the record answers this part of a question."""
    if isinstance(node, Term):
        return _holds(record, node)
    if isinstance(node, Alike):
        return _holds(record, node.term) or any(matches(record, other) for other in node.others)
    if isinstance(node, Dates):
        return node.first <= record.day <= node.last and record.day > 0
    if isinstance(node, And):
        return all(matches(record, part) for part in node.parts)
    if isinstance(node, Or):
        return any(matches(record, part) for part in node.parts)
    if isinstance(node, Not):
        return not matches(record, node.part)
    if isinstance(node, Wildcard):
        code = code_key(getattr(record.document, node.field))[:MAX_CODE]
        return bool(code and re.fullmatch(wildcard_regex(node.pattern), code, re.DOTALL))
    if isinstance(node, Years):
        year = record.document.year
        return year > 0 and (node.first or 1) <= year <= (9999 if node.last is None else node.last)
    return True


def _holds(record: Readable, term: Term) -> bool:
    if term.field in ("fonds", "record_class"):
        return compact(getattr(record.document, term.field)) == term.text
    if term.field == "doc_no":
        return record.has_doc_no(term.text)
    if term.field:
        return term.text in getattr(record, term.field)
    if term.text in record.title or term.text in record.text or term.text in record.fulltext:
        return True
    if sound_asked(term.text) and term.text in record.sounds:
        return True
    return (
        looks_like_doc_no(term.text)
        and len(doc_no_tokens(term.text)) > 1
        and record.has_doc_no(term.text)
    )
