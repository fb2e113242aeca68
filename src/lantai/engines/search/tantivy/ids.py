"""Ids of records in the index 记录标识: short as terms, and read back without the store.

A UUID is a term of 22 signs and two numbers in columns; any other id stands as it is, and is kept
with what is shown of the record.
"""

from __future__ import annotations

import re
from binascii import b2a_base64
from collections.abc import Iterable, Sequence
from uuid import UUID

import numpy as np

HIGH, LOW = "uid_high", "uid_low"  # the halves of a UUID
_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_ONE, _MANY = re.compile(_UUID), re.compile(f"(?:{_UUID} )+")
_OTHER = "="  # before an id that is no UUID: no sign of the short ones


def id_term(identifier: str) -> str:
    """An id as the index looks for it."""
    return id_terms([identifier])[0]


def id_terms(identifiers: Iterable[str]) -> list[str]:
    """The same of many."""
    return [
        _short(bytes.fromhex(one.replace("-", ""))) if _ONE.fullmatch(one) else _OTHER + one
        for one in identifiers
    ]


def id_halves(identifiers: Sequence[str]) -> tuple[list[str], list[tuple[int, int] | None]]:
    """The terms of many, and their halves where they are UUIDs."""
    joined = " ".join(identifiers) + " "
    if not _MANY.fullmatch(joined):
        halves = [_halves(one) if _ONE.fullmatch(one) else None for one in identifiers]
        return id_terms(identifiers), halves
    whole = bytes.fromhex(joined.replace("-", ""))
    padded = np.zeros((len(whole) // 16, 18), np.uint8)  # 24 signs each, the last two nothing
    padded[:, :16] = np.frombuffer(whole, np.uint8).reshape(-1, 16)
    signs = b2a_base64(padded.tobytes(), newline=False).decode("ascii")
    numbers = np.frombuffer(whole, ">u8").tolist()
    halves = list(zip(numbers[::2], numbers[1::2], strict=True))
    return [signs[n : n + 22] for n in range(0, len(signs), 24)], halves


def id_of(high: int, low: int) -> str:
    """The UUID of two halves."""
    return str(UUID(int=high << 64 | low))


def _halves(identifier: str) -> tuple[int, int]:
    number = UUID(identifier).int
    return number >> 64, number & (1 << 64) - 1


def _short(whole: bytes) -> str:
    return b2a_base64(whole, newline=False)[:22].decode("ascii")
