"""Due rules 到期规则: which records fall due for opening, as data with its law.

Date arithmetic is that of STANDARDS §0.1: 29 February falls to the 28th; of a year alone the
31st of December counts, and the date is marked as estimated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from lantai.core.dates import DateNotUnderstood, parse_date
from lantai.core.registry import DataShelf

FOLDER = Path(__file__).parent / "rules"
MODES = ("due", "again", "early", "exclude")
YEARS_OF_T01 = 25  # what Record.opening_due was reckoned with


@dataclass(frozen=True)
class DueRule:
    """One rule. ``mode``: due, again (next review reached), early (may be), exclude."""

    id: str
    mode: str
    label_zh: str
    label_en: str
    statuses: tuple[str, ...]
    years: int = 0
    fonds_words: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    terms: Mapping[int, int] = field(default_factory=dict)  # secrecy level → longest years
    note_zh: str = ""
    order: int = 50
    verified: bool = False


def _load(path: Path, data: dict[str, Any]) -> DueRule:
    if data.get("mode") not in MODES:
        raise ValueError(f"{path.name}: mode {data.get('mode')!r} is none of {MODES}")
    return DueRule(
        id=str(data.get("id", path.stem)),
        mode=data["mode"],
        label_zh=data["label_zh"],
        label_en=data["label_en"],
        statuses=tuple(data.get("statuses", ())),
        years=int(data.get("years", 0)),
        fonds_words=tuple(data.get("fonds_words", ())),
        clauses=tuple(data.get("clauses", ())),
        terms={int(k): int(v) for k, v in data.get("terms", {}).items()},
        note_zh=data.get("note_zh", ""),
        order=int(data.get("order", 50)),
        verified=bool(data.get("verified", False)),
    )


@cache
def due_rules() -> DataShelf[DueRule]:
    """Every rule by id."""
    return DataShelf(_load, FOLDER)


def rules_of(mode: str) -> list[DueRule]:
    """The rules of a mode in their order."""
    return sorted((r for r in due_rules().all().values() if r.mode == mode), key=lambda r: r.order)


def add_years(day: date, years: int) -> date:
    """The same day ``years`` later (earlier when negative); 29 February falls to the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


def default_next_review(day: date) -> date:
    """When a record that is not opened comes back, unless the reviewer says otherwise (T25)."""
    return add_years(day, rules_of("again")[0].years)


def secrecy_ends(level: int, term: str, made: date | None) -> date | None:
    """When the secrecy of a record made on a day ends; None when that cannot be said.

    ``term`` as found: 10年, 20 年, a date, or 长期 and the like, which has no end.
    """
    text = str(term).strip()
    found = re.search(r"(\d{1,2})\s*年$", text)
    years = int(found.group(1)) if found else 0
    if not text:
        years = rules_of("exclude")[0].terms.get(level, 0)
    if years:
        return add_years(made, years) if made else None
    try:
        return parse_date(text).latest
    except DateNotUnderstood:
        return None
