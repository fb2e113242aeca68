"""Writing a transfer package 移交信息包, layout A (DA/T 93-2022 annex B; STANDARDS §6.3)."""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, BinaryIO

from lantai.core.fixity import digest_stream
from lantai.core.packages.index import DiskFile, PackageIndex
from lantai.core.packages.package import (
    PackageNotWritable,
    TransferFile,
    TransferItem,
    TransferManifest,
)
from lantai.core.packages.transfer.catalogue_file import CatalogueWriter
from lantai.core.packages.transfer.digest_files import digest_of_manifest, write_manifest
from lantai.core.packages.transfer.explanation import render_explanation
from lantai.core.packages.transfer.item_metadata import render_item
from lantai.core.progress import Progress, silent

EXPLANATION, CATALOGUE, METADATA, OTHERS = "说明文件.TXT", "目录文件.XML", "元数据.XML", "其他"
ALGORITHMS = ("sm3", "sha512")
_NOT_IN_NAMES = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]')
_CLASS_ELEMENTS = ("record_class", "year", "retention", "organ")
OpenFile = Callable[[TransferFile], BinaryIO]


def folder_name(text: str) -> str:
    """A path component for a code: NFC, characters file systems refuse become ``_``."""
    name = _NOT_IN_NAMES.sub("_", unicodedata.normalize("NFC", text)).strip(" .")
    return name.encode("utf-8", "replace")[:240].decode("utf-8", "ignore")


def item_folder(values: dict[str, str]) -> str:
    """`<全宗号>/<分类…>/<档号>` of a record; `PackageNotWritable` without 全宗号 or 档号."""
    code, fonds = values.get("reference_code", ""), values.get("fonds", "")
    fonds = fonds or code.split("-", 1)[0]
    parts = [folder_name(values.get(name, "")) for name in _CLASS_ELEMENTS]
    if not folder_name(code) or not folder_name(fonds):
        raise PackageNotWritable(
            f"{values.get('title') or '?'}：没有档号或全宗号，不能装入信息包 / no reference code"
        )
    kept = [part for part in parts if part] or ["未分类"]
    return "/".join([folder_name(fonds), *kept, folder_name(code)])


def write_transfer_package(
    folder: Path,
    manifest: TransferManifest,
    items: Iterable[TransferItem],
    open_file: OpenFile,
    progress: Progress = silent,
) -> TransferManifest:
    """Write the package to ``folder`` (which must not exist); the manifest with counts filled.

    Files are copied and digested in one reading; the folder appears whole or not at all.
    A file whose ``sm3``/``sha512``/``size`` is given and differs is refused
    (`PackageNotWritable`). ``TransferFile.path`` is relative to its record's folder.
    ``manifest.other`` may carry extra fields of 说明文件.
    """
    if folder.exists():
        raise PackageNotWritable(f"{folder.name}：已经存在 / already exists")
    building = folder.with_name(folder.name + ".part")
    if building.exists():
        shutil.rmtree(building)
    (building / OTHERS).mkdir(parents=True)
    try:
        with _Writing(building, open_file) as work:
            written = work.run(manifest, items, progress)
        os.replace(building, folder)  # noqa: PTH105 – atomic, same parent
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    return written


class _Writing:
    """The state of one package being written."""

    def __init__(self, folder: Path, open_file: OpenFile) -> None:
        self.folder, self.open_file = folder, open_file
        self.index = PackageIndex()
        self.bytes = self.files = 0

    def __enter__(self) -> _Writing:
        self.catalogue = CatalogueWriter(self.folder / CATALOGUE)
        return self

    def __exit__(self, *_: object) -> None:
        self.catalogue.abandon()
        self.index.close()

    def run(
        self, manifest: TransferManifest, items: Iterable[TransferItem], progress: Progress
    ) -> TransferManifest:
        first = last = ""
        total = manifest.item_count or 0
        for item in items:
            code = item.reference_code
            first = first or code
            last = code
            self._write_item(item)
            progress(self.catalogue.count, total, code)
        self.catalogue.close()
        done = replace(
            manifest,
            package_id=manifest.package_id or self.folder.name.removesuffix(".part"),
            first_code=manifest.first_code or first,
            last_code=manifest.last_code or last,
            item_count=self.catalogue.count,
            byte_count=self.bytes,
        )
        text = render_explanation(done)
        (self.folder / EXPLANATION).write_bytes(text.encode("utf-8"))
        for name in (EXPLANATION, CATALOGUE):
            self._note_digests(name)
        for algorithm in ALGORITHMS:
            write_manifest(self.folder / f"manifest-{algorithm}.txt", algorithm, self.index)
        done.other = {**done.other, "信息包摘要": digest_of_manifest(self.index)}
        return done

    def _write_item(self, item: TransferItem) -> None:
        where = item_folder(item.values)
        target = self.folder / where
        try:
            target.mkdir(parents=True)
        except FileExistsError:
            raise PackageNotWritable(
                f"{item.name}：档号重复，一件一个文件夹 / reference code used twice"
            ) from None
        written = [self._write_file(where, file, item.name) for file in item.files]
        shown = replace(item, files=written, folder=where)
        (target / METADATA).write_bytes(render_item(shown))
        self._note_digests(f"{where}/{METADATA}")
        self.catalogue.add(item)

    def _write_file(self, where: str, file: TransferFile, owner: str) -> TransferFile:
        path = "/".join(folder_name(part) for part in file.path.replace("\\", "/").split("/"))
        if not all(path.split("/")) or path.upper() == METADATA or ".." in path.split("/"):
            raise PackageNotWritable(f"{owner}：文件名不可用 {file.path!r} / unusable file name")
        target = self.folder / where / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            raise PackageNotWritable(f"{owner}：两个文件同名 {path} / two files of one name")
        with self.open_file(file) as source, target.open("xb") as sink:
            found = digest_stream(_Copying(source, sink), algorithms=ALGORITHMS)  # type: ignore[arg-type]
        for claim, real in (
            (file.sm3, found.values["sm3"]),
            (file.sha512, found.values["sha512"]),
            (file.size if file.size >= 0 else "", found.size),
        ):
            if claim not in ("", real):
                raise PackageNotWritable(
                    f"{owner}：{path} 与登记的大小或摘要不符 / differs from its recorded digest"
                )
        self._keep(f"{where}/{path}", found.values)
        self.bytes += found.size
        self.files += 1
        return replace(
            file, path=path, size=found.size, sm3=found.values["sm3"],
            sha512=found.values["sha512"],
        )  # fmt: skip

    def _note_digests(self, name: str) -> None:
        with (self.folder / name).open("rb") as stream:
            self._keep(name, digest_stream(stream, algorithms=ALGORITHMS).values)

    def _keep(self, path: str, values: dict[str, str]) -> None:
        self.index.add_files([DiskFile(path, 0, 0, "content")])
        for algorithm in ALGORITHMS:
            self.index.add_digest(algorithm, path, values[algorithm])


class _Copying:
    """A stream that writes what is read from it: one reading serves copy and digests."""

    def __init__(self, source: IO[bytes], sink: IO[bytes]) -> None:
        self.source, self.sink = source, sink

    def read(self, size: int = -1) -> bytes:
        """The next block, written to the sink on its way."""
        block: Any = self.source.read(size)
        self.sink.write(block)
        return block
