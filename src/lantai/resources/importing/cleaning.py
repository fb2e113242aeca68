"""Cleaning 清洗: values of older catalogues set right by rules that are data (cleaning.toml)."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
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


def cleaned(values: Mapping[str, str]) -> dict[str, str]:
    """The values by every rule that means their element; what becomes empty is left out."""
    made: dict[str, str] = {}
    for name, given in values.items():
        value = given
        for rule in rules():
            value = rule.over(value) if name in rule.elements else value
        if value.strip():
            made[name] = value.strip()
    return made
