"""How long a format will live 格式风险: the table of DA/T 47 and GB/T 18894 §8.3, as data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lantai.core.formats.identification import UNKNOWN, Identification

_TABLE = Path(__file__).with_name("risk.toml")


@dataclass(frozen=True)
class Risk:
    """``level`` preferred, acceptable, at-risk or unknown; ``action`` keep, normalise, watch or
    quarantine."""

    level: str
    action: str
    reason_zh: str
    reason_en: str
    target: str = ""


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, Risk], dict[str, Risk], Risk]:
    with _TABLE.open("rb") as stream:
        data = tomllib.load(stream)
    by_puid: dict[str, Risk] = {}
    by_format: dict[str, Risk] = {}
    for entry in data["entry"]:
        risk = Risk(
            entry["level"],
            entry["action"],
            entry["reason_zh"],
            entry["reason_en"],
            entry.get("target", ""),
        )
        by_puid.update(dict.fromkeys(entry.get("puids", ()), risk))
        by_format.update(dict.fromkeys(entry.get("formats", ()), risk))
    rest = data["unknown"]
    unknown = Risk("unknown", rest["action"], rest["reason_zh"], rest["reason_en"])
    return by_puid, by_format, unknown


def risk_of(identification: Identification) -> Risk:
    """The risk by PRONOM id first, then by our format."""
    by_puid, by_format, unknown = _table()
    if identification.puid != UNKNOWN and identification.puid in by_puid:
        return by_puid[identification.puid]
    return by_format.get(identification.format_id, unknown)
