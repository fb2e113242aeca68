"""Optional tools 可选工具 of this machine: present or not, which version, what brings them."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lantai.core.ofd.fonts import system_fonts

_TABLE = Path(__file__).with_name("tools.toml")
_SECONDS = 10


@dataclass(frozen=True)
class Tool:
    """One optional program or font; ``package`` is the Debian package that brings it."""

    id: str
    present: bool
    version: str
    package: str
    purpose_zh: str
    purpose_en: str

    def to_json(self) -> dict[str, str | bool]:
        """The fields as a JSON object."""
        return asdict(self)


def tool_path(tool_id: str) -> str:
    """Where the program is, or an empty string; `KeyError` for an id not in the table."""
    entry = next((e for e in _entries() if e["id"] == tool_id), None)
    if entry is None:
        raise KeyError(tool_id)
    return next((found for name in entry["commands"] if (found := shutil.which(name))), "")


def optional_tools(ask_versions: bool = True) -> list[Tool]:
    """Every optional tool; asking versions runs each program for at most 10 s."""
    found = []
    for entry in _entries():
        path = tool_path(entry["id"])
        present = bool(path) or _has_font(entry.get("fonts", []))
        version = _version(path, entry["version"]) if path and ask_versions else ""
        found.append(
            Tool(
                entry["id"],
                present,
                version,
                entry["package"],
                entry["purpose_zh"],
                entry["purpose_en"],
            )
        )
    return found


def _entries() -> list[dict[str, Any]]:
    with _TABLE.open("rb") as stream:
        return list(tomllib.load(stream)["tool"])


def _has_font(names: list[str]) -> bool:
    there = {path.name for family in ("宋体", "黑体") for path, _ in system_fonts(family)}
    return any(name in there for name in names)


def _version(path: str, arguments: list[str]) -> str:
    try:
        answer = subprocess.run(  # noqa: S603  (a program of the table, fixed arguments)
            [path, *arguments], capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    text = (answer.stdout or answer.stderr).decode("utf-8", "replace")
    match = re.search(r"\d+(?:\.\d+)+", text)
    return match.group(0) if match else text.strip()[:40]
