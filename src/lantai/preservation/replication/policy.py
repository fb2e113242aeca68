"""Copy policy 副本策略: how many copies, of which kinds, in how many places; a data file each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lantai.core.registry import DataShelf
from lantai.foundation.refusal import localised
from lantai.foundation.site.models import SiteSetting

SETTING, DEFAULT = "copy-policy", "ndsa-1"


@dataclass(frozen=True)
class CopyPolicy:
    """One level. Counts are the least that must be; 0 bytes a second is unpaced."""

    id: str
    zh: str
    en: str
    source: str
    verified: bool
    copies: int
    places: int
    threats: int
    media: int
    offline: int
    audit_days: int
    bytes_per_second: int

    @property
    def label(self) -> str:
        """In the reader's language."""
        return localised(self.zh, self.en)


@dataclass(frozen=True)
class Kept:
    """Where one copy lies, as far as a policy asks."""

    place: str
    threat: str
    medium: str
    offline: bool


def _load(path: Path, data: dict[str, Any]) -> CopyPolicy:
    return CopyPolicy(**data)


@cache
def copy_policies() -> DataShelf[CopyPolicy]:
    """Every policy this installation knows."""
    return DataShelf(_load, Path(__file__).resolve().parents[1] / "policies")


def policy_in_force() -> CopyPolicy:
    """The one chosen, else the least."""
    row = SiteSetting.objects.filter(institution=None, name=SETTING).first()
    known = copy_policies().all()
    return known.get(str(row.value) if row else DEFAULT, known[DEFAULT])


def wanting(policy: CopyPolicy, kept: Sequence[Kept]) -> dict[str, tuple[int, int]]:
    """What the copies of an object lack: rule → (there, wanted); empty when it is fulfilled."""
    there = {
        "copies": len(kept),
        "places": len({one.place for one in kept}),
        "threats": len({one.threat for one in kept}),
        "media": len({one.medium for one in kept}),
        "offline": sum(one.offline for one in kept),
    }
    return {
        rule: (count, getattr(policy, rule))
        for rule, count in there.items()
        if count < getattr(policy, rule)
    }
