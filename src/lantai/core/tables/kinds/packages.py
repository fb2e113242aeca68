"""EEP 封装包目录: a folder of encapsulated records (DA/T 48), a row for each package's XML."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from lantai.core.bounded import read_at_most
from lantai.core.safe_xml import MAX_BYTES, XmlRefused, local, parse_xml
from lantai.core.tables.table import Row, Table, TableUnreadable

ENDINGS = (".eep", ".xml")
MOST_VALUE = 100_000  # characters of an element; longer ones are encoded files


class Packages(Table):
    """The packages of a folder and its subfolders, in the order of their names."""

    id = "eep"
    suffixes = (".eep",)

    def rows(self) -> Iterator[Row]:
        """A broken package is a fault of that row alone."""
        files = [self.path] if self.path.is_file() else _files(self.path)
        if not files:
            raise TableUnreadable(
                "文件夹里没有封装包（.eep、.xml）", "no packages (.eep, .xml) in the folder"
            )
        self.size = len(files)
        for number, file in enumerate(files, 1):
            self.done = number
            yield _row(number, file)


def _files(folder: Path) -> list[Path]:
    found = (f for f in folder.rglob("*") if f.suffix.lower() in ENDINGS)
    return sorted(f for f in found if f.is_file() and not f.is_symlink())


def _row(number: int, file: Path) -> Row:
    try:
        root = parse_xml(read_at_most(file, MAX_BYTES + 1), recover=True)
    except (XmlRefused, OSError) as fault:
        return Row(number, {"文件": file.name}, "封装包打不开", f"unreadable package: {fault}")
    values: dict[str, str] = {}
    for leaf in root.iter(etree.Element):
        text = (leaf.text or "").strip()
        if len(leaf) or not text or len(text) > MOST_VALUE:
            continue
        name = local(leaf)
        if name not in values:  # the record's own metadata stands before its documents'
            values[name] = text
    return Row(number, {**values, "封装包": file.name})
