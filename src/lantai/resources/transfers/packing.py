"""Packing 组包: the filed documents of a batch as a transfer package 移交信息包."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.utils.timezone import localtime, make_aware

from lantai import __version__
from lantai.core.packages.package import (
    ProcessEvent,
    TransferFile,
    TransferItem,
    TransferManifest,
)
from lantai.core.packages.transfer import package_digest, write_transfer_package
from lantai.core.progress import Progress
from lantai.foundation.accounts.models import Person
from lantai.resources.filing.models import FilingItem
from lantai.resources.filing.queries import ACTS
from lantai.resources.transfers.models import Transfer
from lantai.resources.transfers.queries import items_of


def pack(transfer: Transfer, progress: Progress) -> dict[str, Any]:
    """Write the package of the present version; the columns that tell of it.

    An earlier attempt at the same version is removed first: the package appears whole or not.
    """
    rows = items_of(transfer).prefetch_related("files")
    package_id = f"{transfer.fonds.code}-{transfer.number}-{transfer.version:02d}"
    place = f"transfers/{transfer.number}/v{transfer.version}/{package_id}"
    folder = Path(settings.LANTAI.incoming) / place
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    count = rows.count()
    manifest = TransferManifest(
        package_id=package_id,
        sender=transfer.unit.name,
        content=transfer.content,
        item_count=count,
        environment=f"兰台 {__version__}；OFD、PDF 等通用格式，无须专用软件",
        receiver=transfer.archives.name,
        work_name=transfer.title,
        created_at=localtime(transfer.updated_at).isoformat(timespec="seconds"),
    )
    places: dict[int, Path] = {}
    written = write_transfer_package(
        folder, manifest, _items(rows, places, transfer), _Opening(places), progress
    )
    return {
        "package_id": package_id,
        "place": place,
        "package_digest": package_digest(folder),
        "items": written.item_count or 0,
        "files": sum(row.files.count() for row in rows),
        "bytes": written.byte_count or 0,
        "first_code": written.first_code,
        "last_code": written.last_code,
    }


class _Opening:
    """Opens the file of a line: the writer knows it by the object it was given."""

    def __init__(self, places: dict[int, Path]) -> None:
        self.places = places

    def __call__(self, file: TransferFile) -> BinaryIO:
        return self.places.pop(id(file)).open("rb")


def _items(rows: Any, places: dict[int, Path], transfer: Transfer) -> Iterator[TransferItem]:
    names = dict(Person.objects.values_list("username", "name"))
    for row in rows.iterator(chunk_size=200):
        row.unit = transfer.unit
        files = []
        taken: set[str] = set()
        for number, file in enumerate(row.files.all()):
            given = TransferFile(
                path=_distinct(file.name, file.sequence, taken),
                size=file.size, sm3=file.sm3, sha512=file.sha512, mime=file.mime,
                puid=file.puid, format=file.format_name,
                role="主文档" if number == 0 else "附属文档",
            )  # fmt: skip
            file.item = row
            places[id(given)] = file.path
            files.append(given)
        values = {k: str(v) for k, v in row.values.items()}
        values.setdefault("creating_unit", transfer.unit.name)
        yield TransferItem(values=values, files=files, events=_events(row, names))


def _distinct(name: str, sequence: int, taken: set[str]) -> str:
    """The file's own name; a second one of the same name gets its number before it."""
    short = name.rpartition("/")[2] or f"{sequence}"
    if short.casefold() in taken or short.upper() == "元数据.XML":
        short = f"{sequence:03d}-{short}"
    taken.add(short.casefold())
    return short


def _events(row: FilingItem, names: dict[str, str]) -> list[ProcessEvent]:
    """Who drafted, signed, registered and filed it (M80–M84), in the order of time."""
    found = []
    for act in ACTS:
        if told := row.process.get(act):
            found.append(ProcessEvent(act, told["agent"], _local(told["time"])))
    if row.filed_at is not None:
        by = names.get(row.filed_by.removeprefix("person:"), row.filed_by)
        found.append(ProcessEvent("登记", by, _stamp(row.created_at)))
        note = f"条款 {row.clause_no}（{row.clause_version}）"
        found.append(ProcessEvent("归档", by, _stamp(row.filed_at), note))
    return found


def _stamp(moment: datetime) -> str:
    return localtime(moment).isoformat(timespec="seconds")


def _local(text: str) -> str:
    """A day or moment as told, in local time."""
    moment = datetime.fromisoformat(text)
    return _stamp(moment if moment.tzinfo else make_aware(moment))
