"""Judging where the objects of a storage root lie 存储位置: one place an id, one way of laying out.

The layouts are computed here anew from their extensions: the judge shares no code with the writer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lantai.core.ocfl.findings import Report
from lantai.core.outside_json import read_json

Placing = Callable[[str], str]
_MOST_JSON = 1 << 20
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


class Places:
    """Meets every object of a root: its folder relative to the root, and its id."""

    def __init__(self, root: Path, report: Report) -> None:
        self.report, self.placing = report, _declared(root)
        self.ids: set[bytes] = set()
        """A short digest of each id: a million of them must not weigh on the memory."""
        self.depths: set[bool] = set()
        """Whether objects lie below folders of a hierarchy (True), at the top (False)."""

    def meet(self, relative: str, object_id: str) -> None:
        """One object, its id empty when its inventory could not be made out."""
        self.depths.add("/" in relative)
        if not object_id:
            return
        short = hashlib.blake2b(_bytes(object_id), digest_size=12).digest()
        if short in self.ids:
            self.report.add("E037", relative, object_id)
            self.report.add("E083", relative, object_id)
        self.ids.add(short)
        if self.placing is not None and (right := self.placing(object_id)) != relative:
            self.report.add("W014", relative, right)

    def close(self) -> None:
        """What can only be said when all were met."""
        if len(self.depths) > 1:
            self.report.add("W015")


def _declared(root: Path) -> Placing | None:
    """The layout ``ocfl_layout.json`` names, or None for none that is known here."""
    named = _document(root / "ocfl_layout.json").get("extension")
    if not isinstance(named, str) or named not in _KNOWN:
        return None
    told = _document(root / "extensions" / named / "config.json")
    config = {key: told.get(key, value) for key, value in _DEFAULTS.items()}
    if not _usable(config):
        return None
    return lambda object_id: _KNOWN[named](object_id, config)


def _document(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _MOST_JSON:
            return {}
        found = read_json(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


_DEFAULTS: dict[str, Any] = {
    "digestAlgorithm": "sha256",
    "tupleSize": 3,
    "numberOfTuples": 3,
    "shortObjectRoot": False,
}


def _usable(config: dict[str, Any]) -> bool:
    numbers = (config["tupleSize"], config["numberOfTuples"])
    try:
        hashlib.new(config["digestAlgorithm"]).hexdigest()
    except (ValueError, TypeError):
        return False
    return all(isinstance(number, int) and 0 <= number <= 256 for number in numbers)


def _bytes(object_id: str) -> bytes:
    """Of any id, also one with half a character."""
    return object_id.encode("utf-8", "surrogatepass")


def _tuples(object_id: str, config: dict[str, Any]) -> tuple[list[str], str]:
    """The folders from an id's digest, and the digest."""
    digest = hashlib.new(config["digestAlgorithm"], _bytes(object_id)).hexdigest()
    size = config["tupleSize"]
    return [digest[n * size : n * size + size] for n in range(config["numberOfTuples"])], digest


def _flat(object_id: str, config: dict[str, Any]) -> str:
    """0002: the id is the folder."""
    return object_id


def _hash_and_id(object_id: str, config: dict[str, Any]) -> str:
    """0003: tuples of the digest, then the id percent-encoded, cut after a hundred characters."""
    tuples, digest = _tuples(object_id, config)
    encoded = "".join(
        chr(byte) if byte in _UNRESERVED else f"%{byte:02x}" for byte in _bytes(object_id)
    )
    own = encoded if len(encoded) <= 100 else f"{encoded[:100]}-{digest}"
    return "/".join([*tuples, own])


def _hashed(object_id: str, config: dict[str, Any]) -> str:
    """0004: tuples of the digest, then the digest, or what is left of it."""
    tuples, digest = _tuples(object_id, config)
    own = digest[len("".join(tuples)) :] if config["shortObjectRoot"] else digest
    return "/".join([*tuples, own])


_KNOWN: dict[str, Callable[[str, dict[str, Any]], str]] = {
    "0002-flat-direct-storage-layout": _flat,
    "0003-hash-and-id-n-tuple-storage-layout": _hash_and_id,
    "0004-hashed-n-tuple-storage-layout": _hashed,
}
