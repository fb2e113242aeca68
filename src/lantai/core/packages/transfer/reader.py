"""Reading a transfer package 移交信息包: layout A (DA/T 93) and B (GB/T 18894, DA/T 94, 104)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from lantai.core.packages.index import DiskFile, walk_folder
from lantai.core.packages.package import (
    Package,
    PackageFault,
    PackageUnreadable,
    TransferFile,
    TransferItem,
)
from lantai.core.packages.transfer.catalogue_file import read_catalogue
from lantai.core.packages.transfer.digest_files import MANIFEST, digest_of_manifest, read_manifest
from lantai.core.packages.transfer.explanation import parse_explanation
from lantai.core.packages.transfer.item_metadata import read_item
from lantai.core.packages.transfer.text_files import TextNotReadable, read_text_file
from lantai.core.packages.transfer.writer import folder_name
from lantai.core.packages.transfer.xml_files import XmlNotReadable

_EXPLANATION = re.compile(r"^说明文件\.txt$", re.IGNORECASE)
_CATALOGUE = re.compile(r"^目录文件\.(xml|txt|csv|xls|xlsx|et)$", re.IGNORECASE)
_METADATA = re.compile(r"(^|/)[^/]*元数据\.xml$", re.IGNORECASE)
_CONTENT_ROOTS = {"电子档案", "会计档案"}  # layout B
MAX_CATALOGUE_VALUE = 4_000


def read_transfer_package(folder: Path) -> TransferPackage:
    """Open a package folder; content faults are collected, `PackageUnreadable` if it is none."""
    if not folder.is_dir():
        raise PackageUnreadable(f"{folder.name}：不是文件夹 / not a folder")
    package = TransferPackage(folder)
    try:
        package.read_lists()
    except BaseException:
        package.close()
        raise
    return package


def looks_like_transfer(folder: Path) -> bool:
    """Whether a folder has an explanation file or a catalogue file on top."""
    try:
        names = [entry.name for entry in folder.iterdir()]
    except OSError:
        return False
    return any(_EXPLANATION.match(name) or _CATALOGUE.match(name) for name in names)


def package_digest(folder: Path) -> str:
    """SM3 over the sorted SM3 manifest of a package; empty where it has none (item 1-14)."""
    with read_transfer_package(folder) as package:
        return digest_of_manifest(package.index)


class TransferPackage(Package):
    """A transfer package on disk; items are read when they are asked for."""

    profile = "transfer"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.explanation_path = ""
        self.catalogue_path = ""
        self.catalogue_columns: set[str] = set()

    # -- opening -----------------------------------------------------------------------------
    def read_lists(self) -> None:
        """Walk the disk once, then read explanation, catalogue and manifests."""
        self.index.add_files(self._found())
        if not self.explanation_path and not self.catalogue_path:
            raise PackageUnreadable(
                f"{self.folder.name}：没有说明文件和目录文件，不是移交信息包 "
                "/ neither explanation nor catalogue file"
            )
        roots = {path.split("/", 1)[0] for path in self._some_folders()}
        self.layout = "B" if roots & _CONTENT_ROOTS else "A"
        self._read_explanation()
        self._read_catalogue()
        for name in [f.path for f in self.index.files("control") if MANIFEST.match(f.path)]:
            read_manifest(self, name)

    def _some_folders(self) -> Iterator[str]:
        for entry in sorted(self.folder.iterdir()):
            if entry.is_dir() and not entry.is_symlink():
                yield entry.name

    def _found(self) -> Iterator[DiskFile]:
        for path, stat, fault in walk_folder(self.folder):
            if stat is None:
                self.fault(fault, path)
                continue
            kind = "content"
            if "/" not in path and _EXPLANATION.match(path):
                self.explanation_path = path
                kind = "head"
            elif "/" not in path and _CATALOGUE.match(path):
                self.catalogue_path = path
                kind = "head"
            elif "/" not in path and MANIFEST.match(path):
                kind = "control"
            elif _METADATA.search(path):
                kind = "metadata"
            elif path.startswith("其他/"):
                kind = "other"
            yield DiskFile(path, stat.st_size, stat.st_mtime, kind)

    def _read_explanation(self) -> None:
        if not self.explanation_path:
            self.fault("explanation-missing", "说明文件.TXT")
            return
        try:
            text = read_text_file(self.place(self.explanation_path))
        except TextNotReadable as problem:
            self.fault("explanation-not-text", self.explanation_path, str(problem))
            return
        self.manifest = parse_explanation(text)

    def _read_catalogue(self) -> None:
        if not self.catalogue_path:
            self.fault("catalogue-missing", "目录文件.XML")
            return
        if Path(self.catalogue_path).suffix.lower() in {".xls", ".xlsx", ".et"}:
            self.fault("catalogue-not-open", self.catalogue_path)
            return
        try:
            for line, row in enumerate(read_catalogue(self.place(self.catalogue_path)), 1):
                self.catalogue_columns.update(list(row)[:100])
                short = {k: v[:MAX_CATALOGUE_VALUE] for k, v in row.items()}
                code = short.get("reference_code", "")
                self.index.add_listed(code, line, json.dumps(short, ensure_ascii=False))
        except (XmlNotReadable, TextNotReadable) as problem:
            self.fault("catalogue-not-readable", self.catalogue_path, str(problem))

    # -- items --------------------------------------------------------------------------------
    def item_count(self) -> int:
        """Records found: metadata files, or catalogue lines where there are none."""
        return self.index.totals("metadata")[0] or self.index.listed_count()

    def items(self) -> Iterator[TransferItem]:
        """Records by their metadata files; without any, by the lines of the catalogue."""
        if not self.index.totals("metadata")[0]:
            yield from self._items_of_catalogue()
            return
        for file in self.index.files("metadata"):
            item = read_item(self.place(file.path), file.path)
            row = self.index.listed(item.reference_code) if item.values else None
            item.listed = json.loads(row) if row else {}
            if not item.values:
                self._guess(item)
            yield item

    def _guess(self, item: TransferItem) -> None:
        """Metadata cannot be read: the files of the folder are still its files."""
        for found in self.index.files_under(item.folder) if item.folder else []:
            if found.kind == "content":
                item.files.append(TransferFile(found.path))

    def _items_of_catalogue(self) -> Iterator[TransferItem]:
        for code, line, text in self.index.listed_rows():
            row = json.loads(text)
            values = {k: v for k, v in row.items() if k not in {"number", "file_name", "quantity"}}
            item = TransferItem(values=values, listed=row)
            item.files = [TransferFile(path) for path in self._files_of_line(code, row)]
            if not item.files:
                item.faults.append(
                    PackageFault("no-content", self.catalogue_path, f"{line}: {code}")
                )
            yield item

    def _files_of_line(self, code: str, row: dict[str, str]) -> list[str]:
        """By 电子文件名, else the folder or the files named by 档号."""
        name = row.get("file_name", "")
        return self.index.paths_named(name, folder_name(code))
