"""What the judge says 校验结论: the specification's codes, where, and in words."""

from __future__ import annotations

import functools
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

KEPT = 1_000
"""Findings held of one code: a root of a million objects may say the same of each."""


@dataclass(frozen=True)
class Finding:
    """One breach (E…) or advice (W…), below the path judged."""

    code: str
    path: str
    message_zh: str
    message_en: str

    @property
    def message(self) -> str:
        """Both languages on one line."""
        return f"{self.message_zh} / {self.message_en}"

    def document(self) -> dict[str, str]:
        """As `lantai ocfl validate --json` gives it."""
        return {"code": self.code, "path": self.path, "message": self.message}


@functools.cache
def codes() -> dict[str, dict[str, str]]:
    """Every code with its words."""
    return tomllib.loads(Path(__file__).with_name("codes.toml").read_text("utf-8"))


@dataclass
class Report:
    """The verdict on an object or a root."""

    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    objects: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    """How many findings of each code; of one code no more than `KEPT` are held."""

    @property
    def valid(self) -> bool:
        """No breach found (advice does not count)."""
        return not self.errors

    @property
    def error_count(self) -> int:
        """How many breaches, those not held too."""
        return sum(count for code, count in self.counts.items() if code.startswith("E"))

    def add(self, code: str, path: str = "", seen: object = "") -> None:
        """Enter a finding; ``seen`` is what was found there."""
        words = codes()[code]
        detail = f": {str(seen)[:300]}" if seen != "" else ""
        self._keep(Finding(code, path, words["zh"] + detail, words["en"] + detail))

    def take(self, other: Report, path: str) -> None:
        """Enter another's findings as lying below ``path``."""
        for found in (*other.errors, *other.warnings):
            place = f"{path}/{found.path}" if found.path else path
            self._keep(Finding(found.code, place, found.message_zh, found.message_en))
        self.counts.update(other.counts - Counter(f.code for f in other.errors + other.warnings))
        self.objects += other.objects

    @property
    def not_shown(self) -> int:
        """Findings that were counted and not held."""
        return self.counts.total() - len(self.errors) - len(self.warnings)

    def _keep(self, found: Finding) -> None:
        self.counts[found.code] += 1
        if self.counts[found.code] <= KEPT:
            (self.errors if found.code.startswith("E") else self.warnings).append(found)
