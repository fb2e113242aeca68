"""JSON from outside 外来 JSON: read to values that every part can write again."""

from __future__ import annotations

import json
from typing import Any


def read_json(data: str | bytes) -> Any:
    """The document; ``ValueError`` for what is no JSON, too deep, or holds half a character.

    ``json`` lets lone surrogates through, as bytes and as escapes; no digest, database or index
    takes them, so they would fail far from here.
    """
    try:
        document = json.loads(data)
        json.dumps(document, ensure_ascii=False).encode()
    except RecursionError as deep:
        raise ValueError("nested too deep") from deep
    return document
