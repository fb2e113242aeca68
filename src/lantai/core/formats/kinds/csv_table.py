"""CSV and TSV 分隔值表."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lantai.core.formats.encoding import decode
from lantai.core.formats.format import Format, PageText
from lantai.core.formats.kinds.text import MOST


class CsvTable(Format):
    """Comma- or tab-separated values in any Chinese encoding."""

    id = "csv"
    label_zh, label_en = "分隔值表（CSV）", "separated values (CSV)"
    puids = ("x-fmt/18", "x-fmt/13")
    mimes = ("text/csv", "text/tab-separated-values")
    extensions = ("csv", "tsv")
    has_text = True

    def texts(self, path: Path) -> Iterator[PageText]:
        """The table as it stands, on one page."""
        with path.open("rb") as stream:
            yield PageText(1, decode(stream.read(MOST))[0])

    def characterise(self, path: Path) -> dict[str, Any]:
        """Encoding, delimiter, header and number of rows."""
        with path.open("rb") as stream:
            text, encoding = decode(stream.read(MOST))
        first = text.partition("\n")[0]
        delimiter = max(",\t;|", key=first.count)
        rows = 0
        header: list[str] = []
        try:
            for row in csv.reader(io.StringIO(text), delimiter=delimiter):
                header = header or row
                rows += 1
        except csv.Error:
            rows = text.count("\n")
        return {"encoding": encoding, "delimiter": delimiter, "header": header[:200], "rows": rows}
