"""An E-ARK package as checks and deposits see it E-ARK 信息包读取: one record, its content files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lantai.core.packages.index import DiskFile, walk_folder
from lantai.core.packages.package import Package, ProcessEvent, TransferFile, TransferItem
from lantai.core.packages.premis import PremisUnreadable, read_premis
from lantai.core.packages.transfer.item_metadata import ROOT, read_item

_ALGORITHMS = {"SHA-512": "sha512", "SHA512": "sha512", "SM3": "sm3"}


class EarkPackage(Package):
    """Content below ``representations/*/data``; metadata of DA/T 46 where the package has it."""

    profile = "eark"
    layout = "E-ARK"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.index.add_files(self._found())
        self.described = self._described()
        self.has_metadata = bool(self.described)

    def _found(self) -> Iterator[DiskFile]:
        for path, found, fault in walk_folder(self.folder):
            if found is None:
                self.fault(fault, path)
                continue
            parts = path.split("/")
            content = len(parts) > 3 and parts[0] == "representations" and parts[2] == "data"
            yield DiskFile(path, found.st_size, found.st_mtime, "content" if content else "other")

    def _described(self) -> str:
        for path in sorted(self.folder.glob("metadata/descriptive/*.xml")):
            with path.open("rb") as stream:
                if ROOT.encode() in stream.read(4096):
                    return path.relative_to(self.folder).as_posix()
        return ""

    def item_count(self) -> int:
        """One: the package is the record."""
        return 1

    def items(self) -> Iterator[TransferItem]:
        """The record with all its content, described by metadata and PREMIS where there are."""
        values, events = {"title": self.identifier}, []
        if self.described:
            told = read_item(self.place(self.described), self.described)
            values, events = told.values or values, told.events
        files = {
            file.path: TransferFile(file.path, file.size) for file in self.index.files("content")
        }
        if self.described:
            _tell_roles(files, told)
        for path in sorted(self.folder.glob("metadata/preservation/*.xml")):
            events = self._preserved(path, files) or events
        yield TransferItem(
            values, list(files.values()), events, folder="", metadata_path=self.described
        )

    def _preserved(self, path: Path, files: dict[str, TransferFile]) -> list[ProcessEvent]:
        try:
            premis = read_premis(path)
        except PremisUnreadable:
            return []
        for one in premis.objects:
            file = files.get(one.identifier)
            if file is None:
                continue
            file.size, file.puid, file.format = one.size, one.puid, one.format_name
            for name, value in one.digests.items():
                if name in _ALGORITHMS:
                    setattr(file, _ALGORITHMS[name], value.lower())
        return [
            ProcessEvent(event.kind, event.agent, event.time, event.detail)
            for event in premis.events
        ]


def _tell_roles(files: dict[str, TransferFile], told: TransferItem) -> None:
    """Role and MIME type of the files, as the metadata of DA/T 46 tells them."""
    by_name = {one.path.rpartition("/")[2]: one for one in told.files}
    for path, file in files.items():
        one = by_name.get(path.rpartition("/")[2])
        if one is not None:
            file.role, file.mime, file.created = one.role, one.mime, one.created
