"""Opening a table 表: csv, tsv, xlsx, jsonl (also .gz), xml, dbf, EAD, EEP, read a row at a time."""

from __future__ import annotations

import gzip
import io
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, ClassVar, NamedTuple, cast

from lantai.core.registry import Shelf

MOST_COLUMNS = 1_000
MOST_ROW = 32 * 1024 * 1024  # bytes of one row
MOST_UNPACKED = 64 * 1024**3  # bytes that a .gz may become


class TableUnreadable(Exception):
    """The file as a whole cannot be read as a table; says why in both languages."""

    def __init__(self, message_zh: str, message_en: str) -> None:
        super().__init__(f"{message_zh} / {message_en}")
        self.message_zh, self.message_en = message_zh, message_en


class Row(NamedTuple):
    """A row: its number (from 1, headings not counted), its values by column, or its fault."""

    number: int
    values: Mapping[str, Any] = MappingProxyType({})
    fault_zh: str = ""
    fault_en: str = ""


class Table(ABC):
    """A table file. ``rows`` reads it once; ``done`` and ``size`` are its progress."""

    id: ClassVar[str] = ""
    suffixes: ClassVar[tuple[str, ...]] = ()

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size
        self.done = 0

    @abstractmethod
    def rows(self) -> Iterator[Row]:
        """Every row. A broken row is a `Row` with its fault; a broken file `TableUnreadable`."""


KINDS: Shelf[Table] = Shelf(Table, "lantai.core.tables.kinds")  # type: ignore[type-abstract]


def open_table(path: Path, name: str = "") -> Table:
    """The table in a file, chosen by its name's ending (``name`` when the path hides it)."""
    if path.is_dir():
        return KINDS.get("eep")(path)
    lowered = (name or path.name).lower()
    for kind in KINDS.all().values():
        if any(lowered.endswith(suffix) for suffix in kind.suffixes):
            return kind(path)
    known = "、".join(s for kind in KINDS.all().values() for s in kind.suffixes)
    raise TableUnreadable(
        f"不认识的文件类型“{lowered[-20:]}”，可导入：{known}",
        f"unknown kind of file; these can be imported: {known}",
    )


def open_bytes(table: Table) -> IO[bytes]:
    """The file's bytes, unpacked when it is gzip by its first bytes; progress is counted."""
    table.done = 0
    raw = io.BufferedReader(_Counted(table), 262_144)
    if raw.peek(2)[:2] == b"\x1f\x8b":
        return cast(IO[bytes], io.BufferedReader(gzip.GzipFile(fileobj=raw), 262_144))
    return raw


class _Counted(io.RawIOBase):
    """A file that tells its table how far it was read."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        self._table, self._file = table, table.path.open("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self._file.readinto(buffer)
        self._table.done += count
        return count

    def close(self) -> None:
        self._file.close()
        super().close()
