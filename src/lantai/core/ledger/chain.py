"""The chain 链: each entry's hash covers the hash before it, so that nothing can be changed alone.

Hashes are SM3 (GB/T 32905), hexadecimal, over canonical JSON (RFC 8785 in spirit: keys sorted,
UTF-8, no spaces; floats are written by their shortest repr, NaN and infinity are refused).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lantai.core.fixity import new_hasher

GENESIS = "0" * 64
"""What the first entry names as its previous."""

Row = Sequence[Any] | bytes
"""A row image: ``[table, primary key, row as a mapping, or None when it was removed]``,
or its canonical form already written."""


class NotCanonical(TypeError):
    """A value that has no one way of being written: NaN, infinity, or no JSON at all."""


def canonical(value: Any) -> bytes:
    """The one way this value is written: sorted keys, UTF-8, no spaces."""
    _refuse_odd_keys(value)
    try:
        return _write(value).encode("utf-8")
    except (TypeError, ValueError) as cause:
        raise NotCanonical(f"不能写成规范 JSON not canonical: {cause}") from cause


_write = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode  # one encoder for all: a row image takes microseconds


_PLAIN = frozenset((str, int, bool, float, type(None)))


def entry_hash(previous_hash: str, entry_without_hash: Mapping[str, Any]) -> str:
    """The hash of an entry after the one with ``previous_hash`` (a ``hash`` key is left out)."""
    body = {key: value for key, value in entry_without_hash.items() if key != "hash"}
    hasher = new_hasher("sm3")
    hasher.update(previous_hash.encode("ascii") + b"\n" + canonical(body))
    return hasher.hexdigest()


def rows_digest(rows: Iterable[Row]) -> str:
    """The digest over row images, one canonical line each, in their order."""
    hasher = new_hasher("sm3")
    for row in rows:
        hasher.update(written_row(row) + b"\n")
    return hasher.hexdigest()


def written_row(row: Row) -> bytes:
    """A row image in its canonical form."""
    return row if isinstance(row, bytes) else canonical(list(row))


def chain_entry(
    entry: Mapping[str, Any], rows: Iterable[Row], *, sequence: int, previous_hash: str
) -> dict[str, Any]:
    """The entry made a link: with its number, what it covers, what it follows, and its hash."""
    link = {
        **entry,
        "sequence": sequence,
        "previous": previous_hash,
        "rows_digest": rows_digest(rows),
    }
    link["hash"] = entry_hash(previous_hash, link)
    return link


def _refuse_odd_keys(value: Any) -> None:
    """Keys that are not strings would be written as if they were."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if set(map(type, item)) - {str} and not all(isinstance(key, str) for key in item):
                raise NotCanonical("键须为字符串 keys must be strings")
            inside: Iterable[Any] = item.values()
        else:
            inside = item if isinstance(item, list | tuple) else ()
        if not _PLAIN.issuperset(map(type, inside)):
            waiting += [one for one in inside if isinstance(one, (dict, list, tuple))]
