"""Storing attachments 存附件: the bytes first, under their digest, then the row; read with proof."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from lantai.core.fixity import digest_file
from lantai.core.text import strip_controls
from lantai.foundation.desks.attachments.models import Attachment
from lantai.foundation.refusal import NotFound, Refusal
from lantai.foundation.work import Act, keep

LARGEST = 200 * 1024 * 1024  # of a step: a scanned dossier; larger things are deposited
LARGEST_OF_ENTRY = 2 * 1024**3  # of a register's entry: a film of an object or a site
CHUNK = 1 << 20


@dataclass(frozen=True)
class StoredFile:
    """Bytes that lie in the store and wait for their row."""

    name: str
    size: int
    sm3: str
    sha512: str


def store_file(name: str, stream: IO[bytes], largest: int = LARGEST) -> StoredFile:
    """Write the bytes once under their SHA-512, synced; the same bytes are kept once."""
    folder = settings.LANTAI.data / "storage" / "attachments"
    folder.mkdir(parents=True, exist_ok=True)
    handle, waiting = tempfile.mkstemp(prefix="new-", dir=folder)
    size = 0
    try:
        with os.fdopen(handle, "wb") as target:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > largest:
                    limit = f"{largest >> 20} MB"
                    raise Refusal(f"“{name}”超过 {limit}，不能作附件；请按移交接收入库。",
                                  f"“{name}” is over {limit}: deposit it instead.")  # fmt: skip
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        digests = digest_file(Path(waiting), ("sha512", "sm3")).values
        place = place_of(digests["sha512"])
        place.parent.mkdir(exist_ok=True)
        Path(waiting).replace(place)
    finally:
        Path(waiting).unlink(missing_ok=True)
    clean = strip_controls(Path(name.replace("\\", "/")).name).strip()[:255] or "附件"
    return StoredFile(clean, size, digests["sm3"], digests["sha512"])


def attach(act: Act, *, subject: str, role: str, files: Iterable[StoredFile]) -> list[Attachment]:
    """Rows of stored files; called from inside an operation."""
    made = []
    for file in files:
        row = Attachment.objects.create(
            subject=subject, role=role, name=file.name, size=file.size, sm3=file.sm3,
            sha512=file.sha512, by=act.by.urn, by_name=act.by.name, at=act.at,
        )  # fmt: skip
        keep(row, kind="created")
        made.append(row)
    return made


def attachments_of(subject: str) -> Any:
    """The files of a matter, oldest first."""
    return Attachment.objects.filter(subject=subject, removed_at=None).order_by("pk")


def names_by_subject(subjects: Iterable[str]) -> dict[str, list[str]]:
    """The names of many matters' files, asked in one question."""
    rows = Attachment.objects.filter(subject__in=list(subjects), removed_at=None).order_by("pk")
    found: dict[str, list[str]] = {}
    for subject, name in rows.values_list("subject", "name"):
        found.setdefault(subject, []).append(name)
    return found


def attachment_path(row: Attachment) -> Path:
    """Where the bytes lie, after comparing them with the digest; a `Refusal` when they differ."""
    path = place_of(row.sha512)
    if not path.is_file():
        raise NotFound(f"附件“{row.name}”的文件不在存储中，请告知系统管理员。",
                       f"The file of “{row.name}” is not in the store.")  # fmt: skip
    if digest_file(path, ("sm3",)).values["sm3"] != row.sm3:
        raise Refusal(f"附件“{row.name}”与登记的校验值不符，已停止提供；请告知系统管理员。",
                      f"“{row.name}” no longer has its digest; it is not handed out.",
                      code="damaged")  # fmt: skip
    return path


def place_of(sha512: str) -> Path:
    """Where the bytes of this digest lie."""
    return Path(settings.LANTAI.data) / "storage" / "attachments" / sha512[:2] / sha512
