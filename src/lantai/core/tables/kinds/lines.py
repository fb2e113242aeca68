"""JSON Lines 每行一条: one object a line, also gzip."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator

from lantai.core.tables.table import (
    MOST_ROW,
    MOST_UNPACKED,
    Row,
    Table,
    TableUnreadable,
    open_bytes,
)


class JsonLines(Table):
    """One JSON object a line; an empty line is passed over."""

    id = "jsonl"
    suffixes = (".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz")

    def rows(self) -> Iterator[Row]:
        """A broken line is a fault of that line alone."""
        stream = open_bytes(self)
        number = taken = 0
        try:
            while line := stream.readline(MOST_ROW + 1):
                taken += len(line)
                if taken > MOST_UNPACKED:
                    raise TableUnreadable("压缩文件展开后过大", "the file unpacks to too much")
                if not line.strip():
                    continue
                number += 1
                if len(line) > MOST_ROW:
                    yield Row(number, {}, "一行超过 32 MB", "a line of more than 32 MB")
                    while line and not line.endswith(b"\n"):
                        line = stream.readline(MOST_ROW)
                    continue
                yield _row(number, line)
        except (OSError, EOFError, zlib.error) as fault:
            raise TableUnreadable(
                f"文件在第 {number} 行之后读不下去（可能不完整）",
                f"unreadable after line {number}: {fault}",
            ) from fault
        finally:
            stream.close()


def _row(number: int, line: bytes) -> Row:
    try:
        values = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as fault:
        return Row(number, {}, "不是合格的 JSON", f"not valid JSON: {str(fault)[:200]}")
    if not isinstance(values, dict):
        return Row(number, {}, "一行应是一个 JSON 对象", "a line must be one JSON object")
    return Row(number, values)
