"""dBase 数据库表: the .dbf files of older catalogue programs, GBK by habit."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import date

from lantai.core.tables.table import Row, Table, TableUnreadable


class Dbase(Table):
    """A .dbf table; memo files beside it are read when they are there."""

    id = "dbf"
    suffixes = (".dbf",)

    def rows(self) -> Iterator[Row]:
        """Rows by field name."""
        from dbfread import DBF, DBFNotFound  # only for dbf
        from dbfread.exceptions import MissingMemoFile

        try:
            table = DBF(
                str(self.path),
                encoding="gb18030",
                char_decode_errors="replace",
                ignore_missing_memofile=True,
            )
            if table.header.recordlen < 1:  # the reader would stand still for ever
                raise ValueError("records of no length")
            self.size = len(table)
            for number, record in enumerate(table, 1):
                self.done = number
                yield Row(number, {name: _text(value) for name, value in record.items()})
        except (DBFNotFound, MissingMemoFile, struct.error, OSError, ValueError, LookupError,
                ArithmeticError) as fault:  # fmt: skip
            raise TableUnreadable(
                "dbf 文件打不开或已损坏", f"unreadable dbf file: {fault}"
            ) from fault


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.strftime("%Y%m%d") if isinstance(value, date) else str(value).strip()
