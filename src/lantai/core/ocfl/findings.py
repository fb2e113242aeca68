"""What the judge says 校验结论: the specification's codes, where, and in words."""

from __future__ import annotations

import functools
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lantai.core.verdict import Verdict


@functools.cache
def codes() -> dict[str, dict[str, str]]:
    """Every code with its words."""
    return tomllib.loads(Path(__file__).with_name("codes.toml").read_text("utf-8"))


@dataclass
class Report(Verdict):
    """The verdict on an object or a root."""

    words: dict[str, dict[str, str]] = field(default_factory=codes)
    objects: int = 0

    @property
    def error_count(self) -> int:
        """How many breaches, those not held too."""
        return sum(count for code, count in self.counts.items() if code.startswith("E"))

    def take(self, other: Report, path: str) -> None:
        """Enter another's findings as lying below ``path``."""
        held = [*other.errors, *other.warnings]
        for found in held:
            place = f"{path}/{found.path}" if found.path else path
            level = self.words[found.code].get("level", "error")
            self.enter(level, found.code, place, found.message_zh, found.message_en)
        self.counts.update(other.counts - Counter(found.code for found in held))
        self.objects += other.objects

    def document(self) -> dict[str, Any]:
        """`Verdict.document` with ``objects``."""
        return {**super().document(), "objects": self.objects}
