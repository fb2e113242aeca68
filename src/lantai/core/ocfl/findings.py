"""What the judge says 校验结论: the specification's codes, where, and in words."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass, field
from pathlib import Path


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

    @property
    def valid(self) -> bool:
        """No breach found (advice does not count)."""
        return not self.errors

    def add(self, code: str, path: str = "", seen: object = "") -> None:
        """Enter a finding; ``seen`` is what was found there."""
        words = codes()[code]
        detail = f": {str(seen)[:300]}" if seen != "" else ""
        finding = Finding(code, path, words["zh"] + detail, words["en"] + detail)
        (self.errors if code.startswith("E") else self.warnings).append(finding)

    def take(self, other: Report, path: str) -> None:
        """Enter another's findings as lying below ``path``."""
        for mine, theirs in ((self.errors, other.errors), (self.warnings, other.warnings)):
            for found in theirs:
                place = f"{path}/{found.path}" if found.path else path
                mine.append(Finding(found.code, place, found.message_zh, found.message_en))
        self.objects += other.objects
