"""The verdict of a validator 校验结论, on a package or a store of a known standard: codes, places, words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

KEPT = 1_000
"""Findings held of one code: a package of a million files may say the same of each."""


@dataclass(frozen=True)
class Finding:
    """One thing found wrong (or worth a word), below the package's folder."""

    code: str
    path: str
    message_zh: str
    message_en: str

    @property
    def message(self) -> str:
        """Both languages on one line."""
        return f"{self.message_zh} / {self.message_en}"

    def document(self) -> dict[str, str]:
        """As the commands' ``--json`` gives it."""
        return {"code": self.code, "path": self.path, "message": self.message}


@dataclass
class Verdict:
    """What a validator found, with the words of its own table of codes."""

    words: dict[str, dict[str, str]]
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    """What a standard allows and is not there: neither wrong nor advised."""
    counts: Counter[str] = field(default_factory=Counter)
    """How many findings of each code; of one code no more than `KEPT` are held."""

    @property
    def valid(self) -> bool:
        """Nothing wrong found (advice does not count)."""
        return not self.errors

    def add(self, code: str, path: str = "", seen: object = "") -> None:
        """Enter a finding; a code's ``level`` makes it advice ("warning") or a note ("info")."""
        words = self.words[code]
        self.enter(words.get("level", "error"), code, path, words["zh"], words["en"], seen=seen)

    def enter(
        self, level: str, code: str, path: str, zh: str, en: str, *, seen: object = ""
    ) -> None:
        """Enter a finding in words of one's own; ``seen`` is what was found there."""
        self.counts[code] += 1
        if self.counts[code] > KEPT:
            return
        detail = f": {str(seen)[:300]}" if seen != "" else ""
        finding = Finding(code, path, zh + detail, en + detail)
        lists = {"error": self.errors, "warning": self.warnings, "info": self.notes}
        lists[level].append(finding)

    @property
    def not_shown(self) -> int:
        """Findings that were counted and not held."""
        return self.counts.total() - sum(map(len, (self.errors, self.warnings, self.notes)))

    def document(self) -> dict[str, Any]:
        """``{"valid", "errors", "warnings", "not_shown"}``."""
        return {
            "valid": self.valid,
            "errors": [found.document() for found in self.errors],
            "warnings": [found.document() for found in self.warnings],
            "not_shown": self.not_shown,
        }
