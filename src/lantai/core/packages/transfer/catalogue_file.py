"""The catalogue file 目录文件: a line a record, XML as written, XML or table text as read."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from lantai.core.packages.package import TransferItem
from lantai.core.packages.transfer.item_metadata import add_value
from lantai.core.packages.transfer.labels import label_of, name_of
from lantai.core.packages.transfer.text_files import read_text_file
from lantai.core.packages.transfer.xml_files import stream_rows

ROOT, ROW = "文件目录", "文件"
COLUMNS = (
    "reference_code", "creator", "title", "date", "retention", "secrecy", "pages", "notes",
)  # fmt: skip
MANDATORY = ("reference_code", "creator", "title", "date", "retention", "secrecy")
_DELIMITERS = ("\t", "|", ",", "，")


class CatalogueWriter:
    """Writes the catalogue a record at a time."""

    def __init__(self, path: Path) -> None:
        self.path, self.count = path, 0
        self._stream = path.open("wb")
        self._stream.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<{ROOT}>\n'.encode())

    def add(self, item: TransferItem) -> None:
        """One more line; the order is the order of the calls."""
        self.count += 1
        row = etree.Element(ROW)
        add_value(row, label_of("number", "catalogue"), str(self.count), item.name)
        for name in COLUMNS:
            add_value(row, label_of(name) if name != "notes" else "备注",
                 item.values.get(name, ""), item.name)  # fmt: skip
        self._stream.write(etree.tostring(row, encoding="UTF-8", xml_declaration=False) + b"\n")

    def close(self) -> None:
        """End the file."""
        self._stream.write(f"</{ROOT}>\n".encode())
        self._stream.close()

    def abandon(self) -> None:
        """Let the file go after a failure."""
        self._stream.close()


def read_catalogue(path: Path) -> Iterator[dict[str, str]]:
    """Lines as canonical values (``number`` and ``file_name`` beside the elements).

    XML streams; text is a table with a heading line, columns by tab, bar or comma. Raises
    `XmlNotReadable` or `TextNotReadable`.
    """
    if path.suffix.lower() == ".xml":
        rows: Iterator[dict[str, str]] = stream_rows(path, ROW)
    else:
        rows = _table_rows(read_text_file(path))
    for row in rows:
        yield {_canonical(label): value for label, value in row.items() if label}


def _canonical(label: str) -> str:
    return name_of(label, "catalogue") or name_of(label) or label


def _table_rows(text: str) -> Iterator[dict[str, str]]:
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return
    delimiter = max(_DELIMITERS, key=lines[0].count)
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        heading = [cell.strip() for cell in next(reader)]
        for cells in reader:
            yield dict(zip(heading, (cell.strip() for cell in cells), strict=False))
    except csv.Error:
        return
