"""Cursors 翻页游标: where a page ended, bound to its question, and refused when altered."""

from __future__ import annotations

import base64
import binascii
import json
from hashlib import blake2b
from typing import Any

from lantai.core.search.port import QueryRefused, SearchQuery

MAX_CURSOR = 2000  # characters


def write_cursor(query: SearchQuery, place: dict[str, Any]) -> str:
    """The cursor for a place of this question's results."""
    payload = json.dumps(place, ensure_ascii=True, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_check(query, payload) + payload).decode().rstrip("=")


def read_cursor(query: SearchQuery) -> dict[str, Any] | None:
    """The place in ``query.after``; None at the beginning; `QueryRefused` when not ours."""
    if not query.after:
        return None
    try:
        if len(query.after) > MAX_CURSOR:
            raise ValueError("too long")
        raw = base64.urlsafe_b64decode(query.after + "=" * (-len(query.after) % 4))
        check, payload = raw[:8], raw[8:]
        if check != _check(query, payload):
            raise ValueError("does not belong to this question")
        place = json.loads(payload)
    except (ValueError, binascii.Error):
        raise QueryRefused(
            "翻页标记无效或与本次检索不符，请从第一页重新检索。",
            "The page mark is not valid for this query; start again from the first page.",
        ) from None
    return dict(place)


def _check(query: SearchQuery, payload: bytes) -> bytes:
    viewer = None if query.viewer_tokens is None else sorted(query.viewer_tokens)
    filters = sorted((name, sorted(values)) for name, values in query.filters.items())
    question = [query.text, viewer, filters, query.year_from, query.year_to, query.sort]
    digest = blake2b(digest_size=8, key=b"lantai search cursor")
    within = None if query.ids is None else sorted(query.ids)
    digest.update(json.dumps([*question, query.exact, within], ensure_ascii=True).encode())
    digest.update(payload)
    return digest.digest()
