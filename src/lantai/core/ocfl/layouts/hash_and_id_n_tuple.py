"""0003-hash-and-id-n-tuple-storage-layout: three levels of digest, then the readable id."""

from __future__ import annotations

import hashlib
from typing import Any

from lantai.core.ocfl.layout import Layout, LayoutNotUnderstood, check_tuples

_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
_LONGEST = 100
"""Encoded ids beyond this many characters are cut and carry their digest (the extension's rule)."""


class HashAndIdNTuple(Layout):
    """OCFL extension 0003."""

    id = "0003-hash-and-id-n-tuple-storage-layout"
    description = "Hashed truncated n-tuple trees with object ID encapsulating directory"
    defaults: dict[str, Any] = {"digestAlgorithm": "sha256", "tupleSize": 3, "numberOfTuples": 3}

    def check(self) -> None:
        try:
            length = len(hashlib.new(self.config["digestAlgorithm"]).hexdigest())
        except (ValueError, TypeError) as cause:
            raise LayoutNotUnderstood(f"digestAlgorithm: {cause}") from None
        check_tuples(self.config["tupleSize"], self.config["numberOfTuples"], length)

    def path(self, object_id: str) -> str:
        raw = object_id.encode("utf-8")
        digest = hashlib.new(self.config["digestAlgorithm"], raw).hexdigest()
        size = self.config["tupleSize"]
        parts = [digest[n * size : (n + 1) * size] for n in range(self.config["numberOfTuples"])]
        name = "".join(chr(byte) if byte in _PLAIN else f"%{byte:02x}" for byte in raw)
        if len(name) > _LONGEST:
            name = f"{name[:_LONGEST]}-{digest}"
        return "/".join([*parts, name])
