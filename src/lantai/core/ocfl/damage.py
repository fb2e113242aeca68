"""Damage 损坏: the classes of what can happen to a stored object, with words and next step."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Damage:
    """One damage of one place in the store; ``seen`` holds what was found there."""

    code: str
    path: str
    seen: Mapping[str, str] = field(default_factory=dict)

    @property
    def zh(self) -> str:
        """What happened and what to do next, in Chinese."""
        return damage_words()[self.code]["zh"] + self._detail

    @property
    def en(self) -> str:
        """The same in English."""
        return damage_words()[self.code]["en"] + self._detail

    @property
    def _detail(self) -> str:
        told = "; ".join(f"{k.strip('_')} {v}" for k, v in self.seen.items() if k != "seen")
        return f" ({told})" if told else ""


@functools.cache
def damage_words() -> dict[str, dict[str, str]]:
    """Every class of damage by code."""
    return tomllib.loads(Path(__file__).with_name("damage.toml").read_text("utf-8"))
