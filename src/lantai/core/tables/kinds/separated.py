"""Separated values 分隔文本: csv and tsv in any encoding in use here."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from lantai.core.formats.encoding import detect_encoding
from lantai.core.tables.table import MOST_COLUMNS, MOST_ROW, Row, Table, TableUnreadable, open_bytes

SAMPLE = 262_144


class Separated(Table):
    """csv and tsv with a line of headings; the separator is seen from that line."""

    id = "csv"
    suffixes = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".tab")

    def rows(self) -> Iterator[Row]:
        """Rows by heading; a row with too many cells is faulty."""
        with open_bytes(self) as stream:
            sample = stream.read(SAMPLE)
        if not sample.strip():
            raise TableUnreadable("文件是空的", "the file is empty")
        encoding = detect_encoding(sample)
        first = sample.decode(encoding, "replace").lstrip("\ufeff").split("\n", 1)[0]
        separator = max("\t,;|", key=first.count)
        csv.field_size_limit(MOST_ROW)
        with open_bytes(self) as stream:
            text = io.TextIOWrapper(stream, encoding, "replace", newline="")
            reader = csv.reader(text, delimiter=separator)
            try:
                yield from _rows(reader)
            except (csv.Error, OSError, EOFError) as fault:
                raise TableUnreadable(
                    f"第 {reader.line_num} 行附近读不下去", f"near line {reader.line_num}: {fault}"
                ) from fault


def _rows(reader: Iterator[list[str]]) -> Iterator[Row]:
    headings = [cell.strip().lstrip("\ufeff") for cell in next(reader, [])]
    if not any(headings) or len(headings) > MOST_COLUMNS:
        raise TableUnreadable("第一行应是列名", "the first line must hold the column names")
    whole = all(headings) and len(set(headings)) == len(headings)
    width = len(headings)
    for number, cells in enumerate(reader, 1):
        if whole and len(cells) == width and cells[0].strip():  # as nearly all rows are
            yield Row(number, dict(zip(headings, cells, strict=True)))
            continue
        if not any(map(str.strip, cells)):
            continue
        extra = len(cells) - width
        values = {h: c for h, c in zip(headings, cells, strict=False) if h}
        if extra > 0 and any(c.strip() for c in cells[len(headings) :]):
            yield Row(
                number, values, f"比列名多出 {extra} 格", f"{extra} more cells than column names"
            )
        else:
            yield Row(number, values)
