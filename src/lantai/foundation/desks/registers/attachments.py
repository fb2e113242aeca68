"""Attachments 附件: files kept under their digest in the storage truth, read back against it."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from lantai.core.fixity import Digests, digest_file
from lantai.foundation.desks.registers.models import RegisterAttachment
from lantai.foundation.refusal import Refusal

MOST_BYTES = 2 * 1024**3
FOLDER = "registers"


def keep_file(sent: UploadedFile) -> Digests:
    """Write an upload where its SHA-512 says, synced; the same file twice is one file."""
    if (sent.size or 0) > MOST_BYTES:
        raise Refusal(
            "附件超过 2 GB，请走移交或导入。", "A file of more than 2 GB is no attachment."
        )
    folder = Path(settings.LANTAI.data) / "storage" / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    waiting = folder / f".{uuid.uuid4().hex}"
    with waiting.open("wb") as stream:
        for block in sent.chunks():
            stream.write(block)
        stream.flush()
        os.fsync(stream.fileno())
    digests = digest_file(waiting)
    target = place_of(digests.values["sha512"])
    target.parent.mkdir(parents=True, exist_ok=True)
    waiting.replace(target)
    return digests


def place_of(sha512: str) -> Path:
    """Where a file of this digest lies."""
    return Path(settings.LANTAI.data) / "storage" / FOLDER / sha512[:2] / sha512


def open_attachment(part: RegisterAttachment) -> BinaryIO:
    """The file, once it has been found to be what was attached. `Refusal` when it is not."""
    path = place_of(part.sha512)
    if not path.is_file() or digest_file(path).values["sha512"] != part.sha512:
        raise Refusal(
            "附件缺失或摘要不符，没有送出；请联系系统管理员从备份恢复。",
            "The file is missing or is not what was attached; restore it from the backup.",
        )
    return path.open("rb")
