"""JSON: one file that is a list of objects."""

from __future__ import annotations

import json
from collections.abc import Iterator

from lantai.core.tables.table import Row, Table, TableUnreadable

LARGEST = 256 * 1024 * 1024  # bytes; larger lists are sent as JSON Lines


class JsonList(Table):
    """A JSON list, read whole; what is no object is a fault of that item alone."""

    id = "json"
    suffixes = (".json",)

    def rows(self) -> Iterator[Row]:
        """Rows by key, in the order of the list."""
        if self.size > LARGEST:
            raise TableUnreadable(
                "JSON 文件过大，请改用每行一条的 .jsonl", "too large: send JSON Lines instead"
            )
        try:
            items = json.loads(self.path.read_text(encoding="utf-8-sig"))
        except (ValueError, RecursionError, OSError) as fault:
            raise TableUnreadable("不是合格的 JSON 文件", f"not valid JSON: {fault}") from fault
        if not isinstance(items, list):
            raise TableUnreadable("JSON 文件应是一个列表", "the file must hold a list")
        for number, item in enumerate(items, 1):
            self.done = self.size * number // len(items)
            if isinstance(item, dict):
                yield Row(number, item)
            else:
                yield Row(number, {}, "应是一个 JSON 对象", "must be an object")
