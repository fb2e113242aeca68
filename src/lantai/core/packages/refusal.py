"""Why a package is refused 拒收: a code, a place, and the words for it."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Any


@functools.cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("refusals.toml").read_text("utf-8"))


class PackageRefused(Exception):
    """A package that is not let in. ``code`` is a key of refusals.toml, ``path`` the entry."""

    def __init__(self, code: str, path: str = "", **details: object) -> None:
        words = _words()[code]
        self.code, self.path = code, visible(path)
        self.message_zh: str = words["zh"].format(**details)
        self.message_en: str = words["en"].format(**details)
        place = f"：{self.path}" if path else ""
        super().__init__(f"{self.message_zh}{place} / {self.message_en}")


def visible(name: str) -> str:
    """A name that can be shown: control and direction characters and stray bytes spelled out."""
    return "".join(
        char if char.isprintable() and not "\u202a" <= char <= "\u202e" else ascii(char)[1:-1]
        for char in name
    )[:1000]
