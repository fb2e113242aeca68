"""Rules 规则: word lists and patterns as data, one TOML file each in ``rules``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lantai.core.registry import DataShelf

FOLDER = Path(__file__).parent / "rules"
TARGETS = ("open", "controlled", "delayed")
RECOGNISERS = ("words", "id_number", "phone", "bank_card", "person_beside_word", "secrecy_mark")


class RuleWrong(ValueError):
    """A rule file says something that cannot be followed."""


@dataclass(frozen=True)
class Rule:
    """A clause 条款 (KF-: speaks for opening, KZ-: against) with what it looks for."""

    id: str
    kind: str  # class: state_security, personal, minor, medical, judicial, personnel, secrecy …
    label_zh: str
    label_en: str
    reason_zh: str
    reason_en: str
    target: str
    recogniser: str
    weight: int
    confidence: float
    ground: str
    words: tuple[str, ...]
    source: str
    verified: bool
    enabled: bool
    titles_only: bool


def _load(path: Path, data: dict[str, Any]) -> Rule:
    rule = Rule(
        id=str(data["id"]),
        kind=str(data["class"]),
        label_zh=str(data["label_zh"]),
        label_en=str(data["label_en"]),
        reason_zh=str(data["reason_zh"]),
        reason_en=str(data["reason_en"]),
        target=str(data["target"]),
        recogniser=str(data.get("recogniser", "words")),
        weight=int(data["weight"]),
        confidence=float(data.get("confidence", 0.7)),
        ground=str(data.get("ground", "")),
        words=tuple(data.get("words", ())),
        source=str(data.get("source", "")),
        verified=bool(data.get("verified", False)),
        enabled=bool(data.get("enabled", True)),
        titles_only=bool(data.get("titles_only", False)),
    )
    if rule.target not in TARGETS or rule.recogniser not in RECOGNISERS:
        raise RuleWrong(f"{path.name}: target {rule.target!r}, recogniser {rule.recogniser!r}")
    if rule.recogniser in ("words", "person_beside_word") and not rule.words:
        raise RuleWrong(f"{path.name}: no words")
    return rule


@cache
def rules() -> DataShelf[Rule]:
    """Every rule by id; an archives may add a folder of its own."""
    return DataShelf(_load, FOLDER)
