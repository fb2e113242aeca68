"""Receiving 收取: the bytes of an upload, in order, under a lock, safe to repeat.

The file on disk is the truth about the offset: whatever was cut, killed or sent twice, the
next part begins where the file ends, or is refused.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import hashlib
import os
import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.conf import settings

from lantai.core.fixity import digest_file
from lantai.foundation.institutions.models import Institution
from lantai.foundation.refusal import Refusal
from lantai.resources.uploads.models import Upload

LARGEST = 1 << 40  # 1 TiB: larger holdings are handed over on media
OPEN_AT_ONCE = 2_000  # unfinished or untaken uploads of one person
KEPT = timedelta(hours=48)  # a weekend's cut can still be resumed on Sunday
BLOCK = 1 << 20
SPACE_LEFT = 512 << 20  # the disk is never filled by uploads to the last byte
PROMISED = ("sm3", "sha256", "sha512")


class UploadProblem(Exception):
    """The protocol's answer to a request that can not be served: status and words."""

    def __init__(self, status: int, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.status = status


class UploadGone(Refusal):
    """The upload is not there, not whole, or not this person's."""

    code = "upload-gone"


def begin(
    person: Any, institution: Institution, size: int, metadata: dict[str, str], now: datetime
) -> Upload:
    """A new upload of ``size`` bytes."""
    if size > LARGEST:
        raise UploadProblem(413, "文件超过 1 TB 上限，请改用离线载体移交", "larger than 1 TB")
    waiting = Upload.objects.filter(person=person, state__in=[Upload.OPEN, Upload.COMPLETE])
    if waiting.count() >= OPEN_AT_ONCE:
        raise UploadProblem(429, "未处理的上传太多，请先归档或删除", "too many uploads waiting")
    folder = Path(settings.LANTAI.incoming) / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < size + SPACE_LEFT:
        raise UploadProblem(507, "服务器存储空间不足，请联系系统管理员", "not enough space")
    name = metadata.get("filename", "").replace("\\", "/").strip("/")[-500:] or "未命名"
    upload = Upload(
        person=person,
        institution=institution,
        name=name,
        size=size,
        digests={k: metadata[k].lower() for k in PROMISED if metadata.get(k)},
        created_at=now,
        expires_at=now + KEPT,
    )
    upload.path.touch(mode=0o600)
    upload.save()
    if size == 0:
        _complete(upload)
    return upload


def append(upload: Upload, offset: int, body: IO[bytes], checksum: str = "") -> int:
    """Write the next part; the new offset. A part that begins elsewhere is refused (409)."""
    algorithm, promised = _checksum(checksum)
    try:
        sink = upload.path.open("r+b")
    except FileNotFoundError:
        raise UploadProblem(410, "上传已过期或已取消", "expired or cancelled") from None
    with sink:
        try:
            fcntl.flock(sink, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UploadProblem(
                423, "同一文件正在另一处上传", "another request writes it"
            ) from None
        start = sink.seek(0, os.SEEK_END)
        if start != offset:
            raise UploadProblem(409, f"应从第 {start} 字节继续", f"continue at byte {start}")
        _copy(sink, body, upload.size - start, algorithm)
        if algorithm is not None and algorithm.digest() != promised:
            sink.truncate(start)
            raise UploadProblem(460, "这一段的校验值不符，请重传", "checksum mismatch")
        sink.flush()
        os.fsync(sink.fileno())
        end = sink.tell()
    if end == upload.size and upload.state == Upload.OPEN:
        _complete(upload)
    return end


def _copy(sink: IO[bytes], body: IO[bytes], room: int, algorithm: Any) -> None:
    """What arrives until it is cut; a body longer than promised is refused and undone."""
    start = sink.tell()
    while True:
        try:
            block = body.read(BLOCK)
        except OSError:  # the line was cut: what arrived stays
            break
        if not block:
            break
        room -= len(block)
        if room < 0:
            sink.truncate(start)
            raise UploadProblem(413, "传来的字节多于声明的大小", "more bytes than promised")
        sink.write(block)
        if algorithm is not None:
            algorithm.update(block)


def _checksum(header: str) -> tuple[Any, bytes]:
    if not header:
        return None, b""
    name, _, value = header.strip().partition(" ")
    if name not in {"sha1", "sha256", "sha512"}:
        raise UploadProblem(400, f"不支持校验算法 {name[:20]}", "unsupported checksum algorithm")
    try:
        return hashlib.new(name, usedforsecurity=False), base64.b64decode(value, validate=True)
    except binascii.Error:
        raise UploadProblem(400, "校验值写法不对", "malformed checksum") from None


def _complete(upload: Upload) -> None:
    """Compare the digests the sender promised, if any; a wrong file does not stay."""
    if upload.digests:
        found = digest_file(upload.path, tuple(upload.digests)).values
        if any(found[name] != value for name, value in upload.digests.items()):
            cancel(upload)
            raise UploadProblem(460, "整个文件的摘要不符，请重新上传", "the file's digest differs")
    Upload.objects.filter(pk=upload.pk).update(state=Upload.COMPLETE)
    upload.state = Upload.COMPLETE


def cancel(upload: Upload) -> None:
    """Forget it, bytes and row."""
    Upload.objects.filter(pk=upload.pk).delete()
    upload.path.unlink(missing_ok=True)


def whole_uploads(person: Any, addresses: Sequence[str]) -> list[Upload]:
    """The person's complete uploads at these addresses, in their order; else `UploadGone`."""
    wanted = []
    for address in addresses:
        try:
            wanted.append(UUID(address.rstrip("/").rpartition("/")[2]))
        except ValueError:
            raise UploadGone("上传地址不对，请重新上传。", "That is no upload.") from None
    found = Upload.objects.filter(
        person_id=person.pk, uid__in=wanted, state__in=[Upload.OPEN, Upload.COMPLETE]
    )
    rows = {row.uid: row for row in found.order_by("pk") if _is_whole(row)}
    if missing := [uid for uid in wanted if uid not in rows or rows[uid].offset < 0]:
        raise UploadGone(
            f"有 {len(missing)} 个文件没有传完、已过期或已用过，请重新上传。",
            f"{len(missing)} uploads are incomplete, expired or used already.",
        )
    return [rows[uid] for uid in dict.fromkeys(wanted)]


def _is_whole(upload: Upload) -> bool:
    """Complete, or all its bytes are here and only the end of the last part was cut off."""
    if upload.state == Upload.OPEN and upload.offset == upload.size:
        try:
            with upload.path.open("rb") as whole:
                os.fsync(whole.fileno())
            _complete(upload)
        except (OSError, UploadProblem):
            return False
    return upload.state == Upload.COMPLETE


def taken(uploads: Sequence[Upload]) -> None:
    """They serve something now: their bytes were moved or copied away."""
    Upload.objects.filter(pk__in=[u.pk for u in uploads]).update(state=Upload.TAKEN)


def expire(now: datetime) -> int:
    """Remove what was abandoned, and the remains of what was taken; how many."""
    rows = list(Upload.objects.filter(expires_at__lt=now).order_by("pk")[:1_000])
    for row in rows:
        cancel(row)
    return len(rows)
