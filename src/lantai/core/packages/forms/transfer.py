"""The transfer package 移交信息包 as a form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lantai.core.packages.form import Form, Making, Written
from lantai.core.packages.package import TransferItem, TransferManifest
from lantai.core.packages.records import Records
from lantai.core.packages.transfer import write_transfer_package
from lantai.core.progress import Progress


class TransferForm(Form):
    """说明文件, 目录文件, a folder a record, SM3 and SHA-512 manifests."""

    id = "transfer"
    label_zh = "移交信息包"
    label_en = "transfer package"
    order = 10

    def build(self, records: Records, folder: Path, making: Making, progress: Progress) -> Written:
        told = replace(
            making.manifest or TransferManifest(),
            package_id=records.identifier,
            sender=making.unit,
            created_at=making.created.isoformat(timespec="seconds"),
            item_count=records.count or None,
            byte_count=None,
            first_code="",
            last_code="",
        )
        counted = _Counted(records)
        done = write_transfer_package(folder, told, counted, records.open, progress)
        return Written(self.id, folder, done.item_count or 0, counted.files, done.byte_count or 0)


class _Counted:
    """The records, with their files counted as they pass."""

    def __init__(self, records: Records) -> None:
        self.records, self.files = records, 0

    def __iter__(self) -> Iterator[TransferItem]:
        for item in self.records:
            self.files += len(item.files)
            yield item
