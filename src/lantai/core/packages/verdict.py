"""The verdict on a package of a known standard 校验结论: codes, places, words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


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

    @property
    def valid(self) -> bool:
        """Nothing wrong found (advice does not count)."""
        return not self.errors

    def add(self, code: str, path: str = "", seen: object = "") -> None:
        """Enter a finding; a code's ``level = "warning"`` makes it advice."""
        words = self.words[code]
        detail = f": {str(seen)[:300]}" if seen != "" else ""
        finding = Finding(code, path, words["zh"] + detail, words["en"] + detail)
        (self.warnings if words.get("level") == "warning" else self.errors).append(finding)

    def document(self) -> dict[str, Any]:
        """``{"valid", "errors", "warnings"}``."""
        return {
            "valid": self.valid,
            "errors": [found.document() for found in self.errors],
            "warnings": [found.document() for found in self.warnings],
        }
