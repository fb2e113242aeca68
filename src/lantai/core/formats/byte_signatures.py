"""Byte signatures of PRONOM that the engine leaves out 字节特征, kept in ``byte_signatures.toml``.

They tell an OpenDocument, Word or PowerPoint file whose zip or OLE2 container was cut off, where
the engine can only say "a zip" or "an OLE2 file".
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_HEAD, _TAIL = 262_144, 65_536


@dataclass(frozen=True)
class ByteSignature:
    """One signature: its format and what must stand at the start, within, and at the end."""

    puid: str
    name: str
    version: str
    mime: str
    extensions: tuple[str, ...]
    needs_extension: bool
    start: tuple[re.Pattern[bytes], ...]
    anywhere: tuple[re.Pattern[bytes], ...]
    end: tuple[re.Pattern[bytes], ...]

    def holds(self, head: bytes, tail: bytes, extension: str) -> bool:
        """Whether every pattern is found in the first and last bytes of a file."""
        for pattern in self.start:  # most files are told by this
            if pattern.match(head) is None:
                return False
        if self.needs_extension and extension not in self.extensions:
            return False
        return all(pattern.search(head) for pattern in self.anywhere) and all(
            pattern.search(tail) for pattern in self.end
        )


def _compiled(patterns: list[str], end: str = "") -> tuple[re.Pattern[bytes], ...]:
    return tuple(re.compile((pattern + end).encode("latin-1"), re.DOTALL) for pattern in patterns)


@lru_cache(maxsize=1)
def _signatures() -> tuple[ByteSignature, ...]:
    path = Path(__file__).with_name("byte_signatures.toml")
    return tuple(
        ByteSignature(
            puid=entry["puid"],
            name=entry["name"],
            version=entry.get("version", ""),
            mime=entry.get("mime", ""),
            extensions=tuple(entry.get("extensions", ())),
            needs_extension=entry.get("needs_extension", False),
            start=_compiled(entry.get("start", [])),
            anywhere=_compiled(entry.get("anywhere", [])),
            end=_compiled(entry.get("end", []), r"\Z"),
        )
        for entry in tomllib.loads(path.read_text("utf-8"))["signature"]
    )


def by_bytes(path: Path, *, only_by_extension: bool) -> ByteSignature | None:
    """The first signature that holds; the longest patterns stand first in the table.

    With ``only_by_extension`` a signature counts only for a file of one of its extensions: for
    answers of the engine that are right but say little.
    """
    extension = path.suffix.lower().lstrip(".")
    candidates = [
        one for one in _signatures() if not only_by_extension or extension in one.extensions
    ]
    if not candidates:
        return None
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
            stream.seek(max(path.stat().st_size - _TAIL, 0))
            tail = stream.read(_TAIL)
    except (OSError, ValueError):
        return None
    return next((one for one in candidates if one.holds(head, tail, extension)), None)
