"""0004-hashed-n-tuple-storage-layout: levels of digest, then the digest."""

from __future__ import annotations

import hashlib
from typing import Any

from lantai.core.ocfl.layout import Layout, LayoutNotUnderstood, check_tuples


class HashedNTuple(Layout):
    """OCFL extension 0004."""

    id = "0004-hashed-n-tuple-storage-layout"
    description = "Hashed n-tuple storage layout"
    defaults: dict[str, Any] = {
        "digestAlgorithm": "sha256",
        "tupleSize": 3,
        "numberOfTuples": 3,
        "shortObjectRoot": False,
    }

    def check(self) -> None:
        try:
            length = len(hashlib.new(self.config["digestAlgorithm"]).hexdigest())
        except (ValueError, TypeError) as cause:
            raise LayoutNotUnderstood(f"digestAlgorithm: {cause}") from None
        size, number = self.config["tupleSize"], self.config["numberOfTuples"]
        check_tuples(size, number, length)
        if self.config["shortObjectRoot"] and size * number == length:
            raise LayoutNotUnderstood("shortObjectRoot 使对象目录名为空 leaves no object folder")

    def path(self, object_id: str) -> str:
        digest = hashlib.new(self.config["digestAlgorithm"], object_id.encode("utf-8")).hexdigest()
        size, number = self.config["tupleSize"], self.config["numberOfTuples"]
        parts = [digest[n * size : (n + 1) * size] for n in range(number)]
        return "/".join(
            [*parts, digest[size * number :] if self.config["shortObjectRoot"] else digest]
        )
