"""Records to be packed 待装包的件: what a form is given, wherever the records come from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from lantai.core.packages.package import Package, TransferFile, TransferItem


class Records(ABC):
    """Records one at a time; ``TransferFile.path`` is relative to its record.

    `open` opens a file of the record given last.
    """

    identifier: str = ""
    count: int = 0

    @abstractmethod
    def __iter__(self) -> Iterator[TransferItem]:
        """Each record."""

    @abstractmethod
    def open(self, file: TransferFile) -> BinaryIO:
        """The bytes of a file of the present record."""


class PackageRecords(Records):
    """The records of a package that was opened, of whatever profile."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.identifier, self.count = package.identifier, package.item_count()
        self._places: dict[str, Path] = {}

    def __iter__(self) -> Iterator[TransferItem]:
        for item in self.package.items():
            self._places = {}
            files = []
            for file in item.files:
                own = own_path(item, file.path)
                self._places[own] = self.package.place(file.path)
                files.append(replace(file, path=own))
            yield replace(item, files=files, folder="", metadata_path="")

    def open(self, file: TransferFile) -> BinaryIO:
        return self._places[file.path].open("rb")


def own_path(item: TransferItem, path: str) -> str:
    """A file's path within its record."""
    if item.folder and path.startswith(f"{item.folder}/"):
        return path[len(item.folder) + 1 :]
    parts = PurePosixPath(path).parts
    if len(parts) > 3 and parts[0] == "representations" and parts[2] == "data":
        return "/".join(parts[3:])
    return parts[-1] if parts else path
