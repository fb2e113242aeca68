"""Opening 拆包: an arrived file or folder becomes a package folder with its own account of itself."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings

from lantai.core.fixity import digest_file, digest_stream
from lantai.core.packages.package import PackageUnreadable
from lantai.core.packages.refusal import PackageRefused
from lantai.core.packages.transfer import (
    TransferPackage,
    looks_like_transfer,
    package_digest,
    read_transfer_package,
)
from lantai.core.packages.unpack import unpack
from lantai.core.progress import Progress
from lantai.resources.accession.models import Reception


class CannotOpen(Exception):
    """What came is no package that can be read: the reason in two languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class OpenedPackage:
    """A package folder and what it says of itself."""

    folder: Path
    digest: str
    sender: str
    first_code: str
    columns: dict[str, Any]


def open_reception(reception: Reception, progress: Progress) -> OpenedPackage:
    """Unpack (or adopt, when an earlier run had done so), find the package, read its head."""
    target = reception.folder
    if not target.exists():
        source = reception.source
        if source.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)
        elif source.is_file():
            try:
                unpack(source, target, progress=progress)
            except PackageRefused as problem:
                raise CannotOpen(problem.message_zh, problem.message_en) from problem
        else:
            raise CannotOpen("收到的文件已不在", "what arrived is no longer there")
    folder = _package_folder(target)
    try:
        with read_transfer_package(folder) as package:
            return _read(package, folder)
    except PackageUnreadable as problem:
        zh, _, en = str(problem).partition(" / ")
        raise CannotOpen(zh, en or zh) from problem


def _package_folder(target: Path) -> Path:
    """The folder itself, or the only folder in it (an archive of one folder)."""
    if looks_like_transfer(target):
        return target
    inside = [entry for entry in sorted(target.iterdir()) if entry.is_dir()]
    if len(inside) == 1 and looks_like_transfer(inside[0]):
        return inside[0]
    return target


def _read(package: TransferPackage, folder: Path) -> OpenedPackage:
    head = package.manifest
    incoming = Path(settings.LANTAI.incoming)
    files, size = package.index.totals("content")
    first = (head.first_code if head else "") or next(
        (item.reference_code for item in package.items() if item.reference_code), ""
    )
    name = folder.name if folder.name != "package" else ""
    package_id = (head.package_id if head else "") or name or first
    return OpenedPackage(
        folder=folder,
        digest=package_digest(folder) or _folder_digest(folder),
        sender=head.sender if head else "",
        first_code=first,
        columns={
            "package_id": package_id[:200],
            "place": str(folder.relative_to(incoming)),
            "title": ((head.work_name if head else "") or f"信息包 {package_id}")[:200],
            "content": (head.content if head else "") or "",
            "items": package.item_count(),
            "files": files,
            "bytes": head.byte_count if head and head.byte_count else size,
            "first_code": first[:200],
            "last_code": ((head.last_code if head else "") or "")[:200],
        },
    )


def _folder_digest(folder: Path) -> str:
    """SM3 over path and SM3 of every file, for a package without a manifest of its own."""
    lines = sorted(
        f"{digest_file(path, ('sm3',)).values['sm3']}  {path.relative_to(folder)}\n"
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    )
    text = "".join(lines).encode("utf-8", "surrogateescape")
    return digest_stream(BytesIO(text), ("sm3",)).values["sm3"]


def set_folder_aside(reception: Reception, zh: str, en: str) -> Path:
    """A folder that is no package goes to the quarantine folder whole, its report beside it."""
    place = Path(settings.LANTAI.quarantine) / str(reception.uid)
    place.mkdir(parents=True, exist_ok=True)
    for source in (reception.source, reception.folder):
        target = place / source.name
        if source.exists() and not target.exists():
            shutil.move(source, target)
    report = {
        "name": reception.name, "channel": reception.channel, "reason": zh, "reason_en": en,
        "received_at": reception.received_at.isoformat(), "received_by": reception.received_by,
    }  # fmt: skip
    (place / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1))
    return place


def clear_away(reception: Reception) -> None:
    """After its rows are written: what is held in quarantine need not lie in incoming too."""
    reception.source.unlink(missing_ok=True)
    shutil.rmtree(reception.folder, ignore_errors=True)
