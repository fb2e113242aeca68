"""One element of description 著录项目 and the dictionary of those that types share."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

DICTIONARY = Path(__file__).with_name("elements.toml")
OBLIGATIONS = ("mandatory", "if-present", "optional")  # 必著 M, 有则必著 C, 选著 O
DATATYPES = frozenset(
    ["text", "lines", "code", "integer", "decimal", "year", "date", "date_time", "duration",
     "reference_code", "boolean"]
)  # fmt: skip


class DescriptionDataError(ValueError):
    """A definition file of the description shelf is wrong; names the file and the place."""


@dataclass(frozen=True)
class Element:
    """One element 著录项目.

    ``obligation``: mandatory 必著, if-present 有则必著, optional 选著. ``datatype``: text, lines
    (several values, one a line), code (of ``vocabulary``), integer, decimal, year, date
    (YYYYMMDD, EDTF or a Chinese date), date_time (ISO 8601), duration (HH:MM:SS),
    reference_code, boolean. ``max_length`` in characters. ``column``: searched or sorted, so
    stored in a column. ``default`` is taken when nothing was given.
    """

    name: str
    label_zh: str
    label_en: str
    obligation: str = "optional"
    datatype: str = "text"
    max_length: int = 500
    vocabulary: str = ""
    column: bool = False
    standard: str = ""
    default: str = ""
    help_zh: str = ""
    help_en: str = ""
    personal: bool = False  # personal data 个人信息: masked in what the public sees
    group: str = "identity"

    def label(self, language: str = "zh") -> str:
        """The name of the element in ``zh`` or ``en``."""
        return self.label_en if language.startswith("en") else self.label_zh


def element_from(data: dict[str, Any], place: str) -> Element:
    """The element of a TOML row; ``place`` (file) goes into the error."""
    try:
        element = Element(**data)
    except TypeError as problem:
        raise DescriptionDataError(f"{place}: {data.get('name', '?')}: {problem}") from None
    if element.datatype not in DATATYPES:
        raise DescriptionDataError(f"{place}: {element.name}: datatype {element.datatype!r}")
    if element.obligation not in OBLIGATIONS:
        raise DescriptionDataError(f"{place}: {element.name}: obligation {element.obligation!r}")
    if (element.datatype == "code") != bool(element.vocabulary):
        raise DescriptionDataError(f"{place}: {element.name}: a code needs a vocabulary")
    return element


@cache
def dictionary() -> dict[str, Element]:
    """The shared elements (DA/T 18-2022, DA/T 46-2009, DA/T 54-2014 …) by name."""
    with DICTIONARY.open("rb") as stream:
        rows = tomllib.load(stream)["element"]
    return {row["name"]: element_from(row, DICTIONARY.name) for row in rows}


def with_obligation(name: str, obligation: str, place: str) -> Element:
    """A shared element with the obligation a type gives it."""
    try:
        return replace(dictionary()[name], obligation=obligation)
    except KeyError:
        raise DescriptionDataError(f"{place}: no element {name!r} in {DICTIONARY.name}") from None
