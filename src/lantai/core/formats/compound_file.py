"""The OLE2 compound file 复合文档 under doc, xls, ppt and msg: streams with limits."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import olefile

from lantai.core.formats.format import Unreadable, damaged, encrypted

MAX_STREAM = 512 * 1024 * 1024
VECTOR = 0x1000
"""The bit of a property's type that says a list of it follows ([MS-OLEPS] 2.15)."""


class _MeasuredOle(olefile.OleFileIO):
    """Believes no list of properties to be longer than the bytes that hold it."""

    def _parse_property(self, s: bytes, offset: int, property_id: int, property_type: int,
                        *how: Any) -> Any:  # fmt: skip
        if property_type & VECTOR:
            count = int.from_bytes(s[offset : offset + 4], "little")
            if count > len(s) - offset:  # its items may take no bytes: it would count for minutes
                raise ValueError(f"property {property_id}: {count} values in {len(s)} bytes")
        return super()._parse_property(s, offset, property_id, property_type, *how)


@contextmanager
def open_ole(path: Path) -> Iterator[olefile.OleFileIO]:
    """The compound file; `Unreadable` when it is not one or is damaged."""
    try:
        ole = _MeasuredOle(path)
    except (OSError, ValueError, IndexError, TypeError, AttributeError) as fault:
        raise damaged(fault) from fault
    try:
        if ole.exists("EncryptedPackage") or ole.exists("EncryptionInfo"):
            raise encrypted()
        yield ole
    finally:
        ole.close()


def stream_bytes(ole: olefile.OleFileIO, name: str | list[str]) -> bytes:
    """A stream's bytes; `Unreadable` when absent, damaged or too large."""
    try:
        if ole.get_size(name) > MAX_STREAM:
            raise Unreadable("too-large", "数据流过大", "stream too large")
        with ole.openstream(name) as stream:
            return bytes(stream.read())
    except (OSError, ValueError, IndexError) as fault:
        raise damaged(fault) from fault


def ole_properties(path: Path) -> dict[str, Any]:
    """The document summary, and whether it holds VBA macros."""
    with open_ole(path) as ole:
        found: dict[str, Any] = {"info": {}}
        try:
            meta = ole.get_metadata()
            names = ("title", "subject", "author", "last_saved_by", "create_time",
                     "last_saved_time", "num_pages", "creating_application")  # fmt: skip
            for name in names:
                value = getattr(meta, name, None)
                if value:
                    found["info"][name] = _plain(value, meta.codepage)
        except (OSError, ValueError, IndexError, TypeError, AttributeError):
            pass
        found["macros"] = any("VBA" in part for entry in ole.listdir() for part in entry)
        return found


def _plain(value: Any, codepage: int | None) -> Any:
    if isinstance(value, bytes):
        name = {65001: "utf-8", 936: "gb18030", 950: "big5hkscs"}.get(codepage or 0, "gb18030")
        return value.decode(name, "replace").strip("\x00 ")
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    return value
