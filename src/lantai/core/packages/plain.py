"""A plain folder or a single file 普通文件夹: each file is an item titled by its name."""

from __future__ import annotations

import stat as modes
from collections.abc import Iterator, Sequence
from pathlib import Path

from lantai.core.packages.index import DiskFile, walk_folder
from lantai.core.packages.package import Package, PackageUnreadable, TransferFile, TransferItem


class PlainPackage(Package):
    """Files without metadata; checks that need metadata do not apply."""

    profile = "plain"
    has_metadata = False

    def __init__(self, path: Path) -> None:
        super().__init__(path if path.is_dir() else path.parent, path.name)
        if path.is_dir():
            self.index.add_files(self._walk())
        else:
            try:
                found = path.stat()
            except OSError as problem:
                raise PackageUnreadable(f"{path.name}：{problem.strerror}") from problem
            if not modes.S_ISREG(found.st_mode):
                raise PackageUnreadable(f"{path.name}：不是普通文件 / not a regular file")
            self.index.add_files([DiskFile(path.name, found.st_size, found.st_mtime, "content")])

    def _walk(self) -> Iterator[DiskFile]:
        for path, found, fault in walk_folder(self.folder):
            if found is None:
                self.fault(fault, path)
            else:
                yield DiskFile(path, found.st_size, found.st_mtime, "content")

    def item_count(self) -> int:
        """As many as files."""
        return self.index.totals("content")[0]

    def items(self) -> Iterator[TransferItem]:
        """One item a file, in the order of their paths."""
        for file in self.index.files("content"):
            name = file.path.rpartition("/")[2]
            title = name.rpartition(".")[0] or name
            yield TransferItem({"title": title}, [TransferFile(file.path)], folder=file.path)


class PlainPart(Package):
    """Some items of a plain package, to be judged together and apart from the rest."""

    profile = "plain"
    has_metadata = False

    def __init__(self, whole: Package, items: Sequence[TransferItem]) -> None:
        super().__init__(whole.folder, whole.identifier)
        self._items = list(items)
        found = (whole.index.file(file.path) for item in items for file in item.files)
        self.index.add_files(file for file in found if file is not None)

    def item_count(self) -> int:
        """As many as were given."""
        return len(self._items)

    def items(self) -> Iterator[TransferItem]:
        """Those given, in their order."""
        return iter(self._items)
