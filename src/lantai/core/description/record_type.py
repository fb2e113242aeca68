"""Record types 门类: which elements describe a class of records, and how its code is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from lantai.core.description.element import (
    DescriptionDataError,
    Element,
    dictionary,
    element_from,
    with_obligation,
)
from lantai.core.identifiers import ReferenceCodeRule
from lantai.core.registry import DataShelf

FOLDER = Path(__file__).with_name("types")
_LISTS = {"mandatory": "mandatory", "if_present": "if-present", "optional": "optional"}


@dataclass(frozen=True)
class RecordType:
    """One record type 门类 (or a kind inside one, as 婚姻登记 inside 专业).

    ``code`` is the 档案门类代码; ``class2`` the second-level class a kind stands for.
    ``arrangement`` is ``item`` (按件) or ``volume`` (按卷).
    """

    id: str
    code: str
    label_zh: str
    label_en: str
    elements: tuple[Element, ...]
    standard: str = ""
    verified: bool = True
    arrangement: str = "item"
    class2: str = ""
    reference_code_rule: ReferenceCodeRule | None = None
    title_pattern: str = ""  # how a title is composed, for the form's hint

    @cached_property
    def by_name(self) -> Mapping[str, Element]:
        """The elements by name."""
        return {element.name: element for element in self.elements}

    def element(self, name: str) -> Element | None:
        """The element of this name, or None."""
        return self.by_name.get(name)

    @property
    def columns(self) -> tuple[Element, ...]:
        """The elements that are stored in columns."""
        return tuple(element for element in self.elements if element.column)


def _load(path: Path, data: dict[str, Any]) -> RecordType:
    place = path.name
    elements: dict[str, Element] = {}
    for key, obligation in _LISTS.items():
        for name in data.get(key, []):
            if name in elements:
                raise DescriptionDataError(f"{place}: {name} is listed twice")
            elements[name] = with_obligation(name, obligation, place)
    for row in data.get("element", []):
        own = element_from(row, place)
        if own.name in elements:
            raise DescriptionDataError(f"{place}: {own.name} is listed twice")
        elements[own.name] = own
    for name, value in data.get("defaults", {}).items():
        if name not in elements:
            raise DescriptionDataError(f"{place}: default for {name}, which is not in the type")
        elements[name] = replace(elements[name], default=str(value))
    rule = data.get("reference_code")
    return RecordType(
        id=str(data.get("id", path.stem)),
        code=str(data["code"]),
        label_zh=str(data["label_zh"]),
        label_en=str(data["label_en"]),
        elements=tuple(elements.values()),
        standard=str(data.get("standard", "")),
        verified=bool(data.get("verified", True)),
        arrangement=str(data.get("arrangement", "item")),
        class2=str(data.get("class2", "")),
        reference_code_rule=ReferenceCodeRule.from_data(rule) if rule else None,
        title_pattern=str(data.get("title_pattern", "")),
    )


_SHELF: DataShelf[RecordType] = DataShelf(_load, FOLDER)


CATALOGUE_ENTRY = "catalogue_entry"  # a line of a catalogue, not yet described by a type


def record_types() -> DataShelf[RecordType]:
    """The shelf of record types, one TOML file each."""
    return _SHELF


def record_type(key: str, class2: str = "") -> RecordType:
    """The type of this id, or the one for a class code (``WS``) and second-level class.

    A class code without a kind of its own gives the plain type of the class; raises
    `lantai.core.registry.UnknownId`.
    """
    found = _SHELF.all()
    if key in found:
        return found[key]
    kinds = [t for t in found.values() if t.code == key]
    for wanted in (class2, ""):
        for kind in kinds:
            if kind.class2 == wanted:
                return kind
    return kinds[0] if kinds else _SHELF.get(key)


def known_element(name: str) -> Element | None:
    """An element of the dictionary, or one that some type has of its own."""
    return next(_wherever(name), None)


def personal_somewhere(name: str) -> bool:
    """Is the element personal data in the dictionary or in any type?"""
    return any(element.personal for element in _wherever(name))


def _wherever(name: str) -> Iterator[Element]:
    """The element in the dictionary, then in each type that has it."""
    places = (dictionary().get(name), *(kind.element(name) for kind in _SHELF.all().values()))
    return (element for element in places if element)
