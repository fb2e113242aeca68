"""Presets 预置内容: lines that a field begins with, by what the case says; a data file each.

``<floor>/presets/*.toml``: ``[lists.CODE] lines = […]`` for each code of the field that chooses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lantai.core.desks.case_definition import Field
from lantai.core.registry import DataShelf

_ROOT = Path(__file__).resolve().parents[3]
FLOORS = ("governance", "catalogue", "preservation", "resources", "access")


@dataclass(frozen=True)
class Preset:
    """One file: lines by code, where they come from, and whether that was verified."""

    id: str
    lists: Mapping[str, tuple[str, ...]]
    source: str
    verified: bool


def _load(path: Path, data: dict[str, Any]) -> Preset:
    lists = {str(k): tuple(map(str, row["lines"])) for k, row in data["lists"].items()}
    return Preset(path.stem, lists, str(data["source"]), bool(data.get("verified", False)))


@cache
def presets() -> DataShelf[Preset]:
    """Every file of presets."""
    return DataShelf(_load, *(_ROOT / floor / "presets" for floor in FLOORS))


def preset_for(entry: Field, data: Mapping[str, Any]) -> tuple[str, ...]:
    """The lines the field begins with; none where it has no preset or the case has no list."""
    if not entry.preset:
        return ()
    return presets().get(entry.preset).lists.get(str(data.get(entry.preset_by, "")), ())
