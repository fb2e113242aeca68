"""Cleaning 清洗: values of older catalogues set right by rules that are data (cleaning.toml)."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

RULES = Path(__file__).with_name("cleaning.toml")


@dataclass(frozen=True)
class Rule:
    """One rule: which elements, what is found, what takes its place."""

    id: str
    zh: str
    elements: frozenset[str]
    pattern: re.Pattern[str] | None
    put: str

    def over(self, value: str) -> str:
        """The value by this rule."""
        if self.pattern is None:
            return unicodedata.normalize("NFKC", value)
        return self.pattern.sub(self.put, value)


@cache
def rules() -> Sequence[Rule]:
    """All rules in their order."""
    with RULES.open("rb") as stream:
        given = tomllib.load(stream)["rule"]
    return tuple(
        Rule(
            row["id"],
            row["zh"],
            frozenset(row["elements"]),
            re.compile(row["pattern"]) if "pattern" in row else None,
            row.get("put", ""),
        )
        for row in given
    )


def clean_column(element: str, column: Sequence[str]) -> list[str]:
    """An element's values by every rule that means it; what is empty then is left out."""
    made = list(column)
    for rule in rules():
        if element in rule.elements:
            made = [rule.over(value) for value in made]
    return [value.strip() for value in made]
