"""Records for people: words for codes, the description in the order of its type."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

from lantai.catalogue.records.fields import description_of
from lantai.catalogue.records.models import Record
from lantai.core.description.element import Element, dictionary
from lantai.core.description.record_type import RecordType, record_types
from lantai.core.registry import UnknownId
from lantai.core.terms import vocabulary

TONES = {
    "open": "open",
    "pending": "review",
    "controlled": "controlled",
    "delayed": "delayed",
    "closed": "closed",
}
LEVEL_WORDS = {"class": "类别级", "file": "案卷级", "item": "文件级"}  # the vocabulary's own codes
ICONS = {Record.CLASS: "folder", Record.FILE: "folder", Record.ITEM: "file"}


def language() -> str:
    """``zh`` or ``en``: the reader's language, for words that are data."""
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def word(vocabulary_name: str, code: str) -> str:
    """The words for a code in the reader's language; the code itself when nobody knows it."""
    if vocabulary_name == "level":
        code = LEVEL_WORDS.get(code, code)
    try:
        return vocabulary(vocabulary_name).label(code, language())
    except UnknownId:
        return code


def status_badge(record: Record) -> tuple[str, str]:
    """The access status in words and its tone."""
    return word("access_status", record.access_status), TONES.get(record.access_status, "")


def type_of(record: Record) -> RecordType:
    """The record's type; documents 文书 when its own is not on the shelf any more."""
    found = record_types().all()
    return found.get(record.record_type) or found["document"]


def description_items(record: Record) -> list[dict[str, Any]]:
    """What is described, in the order of the type's elements, for the description list."""
    values = description_of(record)
    kind = type_of(record)
    names = [e.name for e in kind.elements if values.get(e.name)]
    names += [name for name in values if name not in names]
    items = []
    for name in names:
        element = kind.element(name) or dictionary().get(name)
        value = values[name]
        items.append(
            {
                "label": element.label(language()) if element else name,
                "value": shown_value(element, value),
                "wide": len(str(value)) > 40,
                "code": element.standard if element else "",
                "numeric": bool(element and element.datatype in {"integer", "year"}),
            }
        )
    return items


def shown_value(element: Element | None, value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, list):
        return "；".join(str(v) for v in value)
    text = str(value)
    if element and element.vocabulary:
        return word(element.vocabulary, text)
    return text
