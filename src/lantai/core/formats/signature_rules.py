"""Our own signatures 本地特征: conditions read from ``signatures/*.toml``, one format a file.

A rule is looked at only when PRONOM's answer is in its ``refines``; all its conditions must
hold. Conditions: ``zip_member`` (with ``contains``), ``bytes_within`` + ``text`` or ``hex``,
``xml_root`` (local names), ``gzip_start``, ``ole_stream``, ``extension``.
"""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import olefile

from lantai.core.registry import DataShelf

_FOLDER = Path(__file__).parent / "signatures"
_HEAD = 65_536
_ROOT = re.compile(
    rb"^\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*>\s*)*<([^\s/>!?]+)", re.DOTALL
)


@dataclass(frozen=True)
class SignatureRule:
    """One own format: its names, what it refines, and the conditions that must all hold."""

    id: str
    name: str
    version: str
    mime: str
    format: str
    extensions: tuple[str, ...]
    refines: tuple[str, ...]
    order: int
    basis: str
    warning: str
    conditions: tuple[Mapping[str, Any], ...]


def _load(path: Path, data: dict[str, Any]) -> SignatureRule:
    return SignatureRule(
        id=data["id"],
        name=data["name"],
        version=data.get("version", ""),
        mime=data.get("mime", ""),
        format=data.get("format", ""),
        extensions=tuple(data.get("extensions", ())),
        refines=tuple(data["refines"]),
        order=data.get("order", 50),
        basis=data["basis"],
        warning=data.get("warning", ""),
        conditions=tuple(data["when"]),
    )


SIGNATURES: DataShelf[SignatureRule] = DataShelf(_load, _FOLDER)


@lru_cache(maxsize=1)
def signature_rules() -> dict[str, list[SignatureRule]]:
    """The rules to try for each answer of PRONOM, in their order."""
    by_puid: dict[str, list[SignatureRule]] = {}
    for rule in sorted(SIGNATURES.all().values(), key=lambda r: (r.order, r.id)):
        for puid in rule.refines:
            by_puid.setdefault(puid, []).append(rule)
    return by_puid


def matches(rule: SignatureRule, path: Path) -> bool:
    """Whether every condition of the rule holds for the file; False when it cannot be read."""
    try:
        return all(_holds(condition, path) for condition in rule.conditions)
    except (
        OSError,
        ValueError,
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
    ):
        return False


def _holds(condition: Mapping[str, Any], path: Path) -> bool:
    return all(_TESTS[key](condition, path) for key in condition if key in _TESTS)


def _extension(condition: Mapping[str, Any], path: Path) -> bool:
    return path.suffix.lower().lstrip(".") in condition["extension"]


def _zip_member(condition: Mapping[str, Any], path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        wanted = condition["zip_member"].casefold()
        for info in archive.infolist():
            if info.filename.replace("\\", "/").lstrip("/").casefold() == wanted:
                needle = condition.get("contains", "").encode()
                if not needle:
                    return True
                with archive.open(info) as stream:
                    return needle in stream.read(_HEAD)
    return False


def _bytes_within(condition: Mapping[str, Any], path: Path) -> bool:
    with path.open("rb") as stream:
        head = stream.read(condition["bytes_within"])
    needle = bytes.fromhex(condition["hex"]) if "hex" in condition else condition["text"].encode()
    if condition.get("any_case"):
        return needle.lower() in head.lower()
    return needle in head


def _gzip_start(condition: Mapping[str, Any], path: Path) -> bool:
    needle = condition["gzip_start"].encode()
    with gzip.open(path) as stream:
        return stream.read(len(needle)) == needle


def _xml_root(condition: Mapping[str, Any], path: Path) -> bool:
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", "replace").encode()
    found = _ROOT.match(head.removeprefix(b"\xef\xbb\xbf"))
    if not found:
        return False
    name = found.group(1).rsplit(b":", 1)[-1].decode("utf-8", "replace")
    needle = condition.get("contains", "").encode()
    return name in condition["xml_root"] and needle in head


def _ole_stream(condition: Mapping[str, Any], path: Path) -> bool:
    with path.open("rb") as stream:
        if stream.read(8) != olefile.MAGIC:
            return False
        stream.seek(0)
        with olefile.OleFileIO(io.BytesIO(stream.read(64 * 1024 * 1024))) as ole:
            return bool(ole.exists(condition["ole_stream"]))


_TESTS: dict[str, Callable[[Mapping[str, Any], Path], bool]] = {
    "extension": _extension,
    "zip_member": _zip_member,
    "bytes_within": _bytes_within,
    "gzip_start": _gzip_start,
    "xml_root": _xml_root,
    "ole_stream": _ole_stream,
}
