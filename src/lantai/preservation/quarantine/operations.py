"""Verbs of the quarantine: put in, ask to let out, let out (by somebody else)."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings

from lantai.core.fixity import (
    ALGORITHMS,
    Digests,
    copy_with_digests,
    digest_bytes,
    digest_file,
)
from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Conflict, Refusal
from lantai.foundation.work import Act, keep, note
from lantai.preservation.quarantine.models import QuarantinedFile


def hold_file(source: Path) -> Digests:
    """Copy a refused file into the quarantine folder under its digest; before the operation."""
    folder = settings.LANTAI.quarantine
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = folder / f".{source.stat().st_ino}-{source.stat().st_mtime_ns}.new"
    fresh.unlink(missing_ok=True)
    digests = copy_with_digests(source, fresh, durable=True)
    place = folder / digests.values["sha512"]
    fresh.chmod(0o400)
    fresh.replace(place)
    return digests


def digests_of_folder(folder: Path) -> Digests:
    """One digest for a whole folder: over the digests and names of its files, in order."""
    lines, size = dict.fromkeys(ALGORITHMS, ""), 0
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.is_symlink()):
        found = digest_file(path)
        size += found.size
        for name in ALGORITHMS:
            lines[name] += f"{found.values[name]}  {path.relative_to(folder).as_posix()}\n"
    values = {
        name: digest_bytes(text.encode("utf-8", "surrogateescape"), (name,)).values[name]
        for name, text in lines.items()
    }
    return Digests(size, values)


def hold_folder(folder: Path, held: Digests) -> Path:
    """Move a refused folder that lies in quarantine under its digest; harmless when done."""
    place = Path(settings.LANTAI.quarantine) / held.values["sha512"]
    if folder.is_dir() and not place.exists():
        folder.rename(place)
        place.chmod(0o700)
    return place


def is_held(origin: str) -> bool:
    """Is something of this origin in the register already?"""
    return QuarantinedFile.objects.filter(origin=origin[-200:]).exists()


def held_file(row: QuarantinedFile) -> Path:
    """Where its bytes lie."""
    return Path(settings.LANTAI.quarantine) / row.sha512


@operation(permission="quarantine.add", event="quarantine")
def quarantine_file(
    act: Act, /, *, holder: Institution, name: str, origin: str, held: Digests,
    reasons: list[dict[str, str]],
) -> QuarantinedFile:  # fmt: skip
    """Enter a file that `hold_file` holds; the same file of the same origin only once."""
    row, created = QuarantinedFile.objects.get_or_create(
        holder=holder,
        origin=origin[-200:],
        name=name[-500:],
        sha512=held.values["sha512"],
        defaults={
            "size": held.size,
            "sm3": held.values["sm3"],
            "reasons": reasons,
            "arrived_at": act.at,
        },
    )
    if created:
        keep(row, kind="created")
    note(name=name[-200:], codes=[reason.get("code", "") for reason in reasons][:20])
    return row


@operation(permission="quarantine.release", event="unquarantine_request")
def ask_release(act: Act, /, *, file: QuarantinedFile) -> QuarantinedFile:
    """The first of two: ask, with the reason (``act.reason``)."""
    row = QuarantinedFile.objects.select_for_update().get(pk=file.pk)
    if row.state != QuarantinedFile.HELD:
        raise Conflict("这个文件已有人申请放行或已放行。", "Release was asked for already.")
    if not act.reason.strip():
        raise Refusal("请写明放行理由。", "Say why it should be released.")
    row.state, row.asked_by, row.asked_by_name = QuarantinedFile.ASKED, act.by.urn, act.by.name
    row.asked_reason = act.reason
    row.save()
    keep(row)
    return row


@operation(permission="quarantine.release", event="unquarantine")
def release_file(act: Act, /, *, file: QuarantinedFile) -> QuarantinedFile:
    """The second: somebody else agrees; the file goes to ``incoming/released``."""
    row = QuarantinedFile.objects.select_for_update().get(pk=file.pk)
    if row.state != QuarantinedFile.ASKED:
        raise Conflict("须先由另一人申请放行。", "Somebody must ask for the release first.")
    if row.asked_by == act.by.urn:
        raise Refusal(
            "放行须由两人办理：申请人不能自己批准，请另一位馆员办理。",
            "Two people are needed: ask a colleague to approve.",
            code="two-people",
        )
    target = Path(settings.LANTAI.incoming) / "released" / row.sha512[:16]
    target.mkdir(parents=True, exist_ok=True)
    if held_file(row).is_dir():
        shutil.copytree(held_file(row), target / "folder", dirs_exist_ok=True, symlinks=True)
    elif held_file(row).exists():
        shutil.copyfile(held_file(row), target / (Path(row.name).name or "file"))
    row.state, row.released_at = QuarantinedFile.RELEASED, act.at
    row.released_by, row.released_by_name = act.by.urn, act.by.name
    row.save()
    keep(row)
    return row
