"""The Chinese names of elements in a package, to and from the canonical names."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from lantai.core.description.element import dictionary


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    with (Path(__file__).with_name("labels.toml")).open("rb") as stream:
        table: dict[str, dict[str, list[str]]] = tomllib.load(stream)
    table.pop("values", None)
    taken = {label for labels in table["elements"].values() for label in labels}
    for name, element in dictionary().items():
        if name in table["elements"]:
            table["elements"][name] += [element.label_zh]
        elif element.label_zh not in taken:
            table["elements"][name] = [element.label_zh]
    return table


def label_of(name: str, section: str = "elements") -> str:
    """The label written for a canonical name; empty where there is none."""
    labels = _table()[section].get(name)
    return labels[0] if labels else ""


@cache
def _values() -> dict[str, dict[str, str]]:
    with (Path(__file__).with_name("labels.toml")).open("rb") as stream:
        values: dict[str, dict[str, str]] = tomllib.load(stream)["values"]
    return values


def value_of(name: str, text: str) -> str:
    """A value as it was written, in the words of the element's own vocabulary."""
    return _values().get(name, {}).get(text, text)


@cache
def names_by_label(section: str) -> dict[str, str]:
    """Canonical name by every label that is read."""
    return {label: name for name, labels in _table()[section].items() for label in labels}


def name_of(label: str, section: str = "elements") -> str:
    """The canonical name of a label; empty where nobody knows it."""
    return names_by_label(section).get(label.strip(), "")
