"""The words of findings, by code and language, from messages.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
LONGEST = 200  # characters of a quoted value: a report is read by people


@dataclass(frozen=True, slots=True)
class Words:
    """Message and next step, in Chinese and English."""

    zh: str
    en: str
    next_zh: str
    next_en: str


@cache
def all_words() -> dict[str, Words]:
    """Every entry, by `<item>.<fault>`."""
    with Path(__file__).with_name("messages.toml").open("rb") as stream:
        data = tomllib.load(stream)
    return {key: Words(e["zh"], e["en"], e["next_zh"], e["next_en"]) for key, e in data.items()}


def words_for(
    check_id: str,
    fault: str,
    values: dict[str, Any],
    own: Mapping[str, Mapping[str, str]] | None = None,
) -> Words:
    """The words of a fault with its values set in: the check's own, else those of the table.

    `any.<fault>` serves all items.
    """
    table = all_words()
    if own and fault in own:
        entry = Words(**own[fault])
    else:
        entry = table.get(f"{check_id}.{fault}") or table[f"any.{fault}"]
    shown = _Shown({key: quote(value) for key, value in values.items()})
    return Words(
        entry.zh.format_map(shown), entry.en.format_map(shown),
        entry.next_zh.format_map(shown), entry.next_en.format_map(shown),
    )  # fmt: skip


def quote(value: object) -> str:
    """A value as it may be shown: no control or direction characters, not too long."""
    text = _CONTROL.sub(lambda m: f"<U+{ord(m[0]):04X}>", str(value))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


class _Shown(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"
