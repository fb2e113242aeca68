"""The chain: canonical JSON and SM3."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any


def canonical(value: Any) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def entry_hash(previous: str, entry: Mapping[str, Any]) -> str:
    """SM3 over the previous hash and the entry without its own hash."""
    body = {k: v for k, v in entry.items() if k != "hash"}
    digest = hashlib.new("sm3")
    digest.update(previous.encode() + b"\n" + canonical(body))
    return digest.hexdigest()


def rows_digest(rows: Sequence[Any]) -> str:
    """SM3 over the row images, a canonical line each."""
    digest = hashlib.new("sm3")
    for row in rows:
        digest.update(canonical(row) + b"\n")
    return digest.hexdigest()
