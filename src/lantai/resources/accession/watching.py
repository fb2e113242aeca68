"""Watching 监视文件夹: what is put there whole is taken in, one reception a package.

``watched/<archives code>/`` belongs to one archives; what lies on top belongs to the only one.
A package is whole when a marker ``<name>.ready`` stands beside it, or when nothing in it has
changed for a minute.
"""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from lantai.foundation.institutions.models import Institution

STILL_SECONDS = 60  # a copy over a slow network pauses for less
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".7z")


@dataclass(frozen=True)
class Found:
    """A whole package in the watched folder."""

    archives: Institution
    path: Path
    size: int


def found_packages(now: float | None = None) -> Iterator[Found]:
    """Every package that is whole, in the order of names."""
    top = Path(settings.LANTAI.watched)
    if not top.is_dir():
        return
    kept = {row.code: row for row in Institution.objects.filter(kind="archives").order_by("pk")}
    only = next(iter(kept.values())) if len(kept) == 1 else None
    moment = time.time() if now is None else now
    for entry in sorted(top.iterdir()):
        if entry.is_dir() and entry.name in kept:
            for inner in sorted(entry.iterdir()):
                yield from _whole(kept[entry.name], inner, moment)
        elif only is not None:
            yield from _whole(only, entry, moment)


def _whole(archives: Institution, path: Path, now: float) -> Iterator[Found]:
    if path.name.startswith(".") or path.name.endswith((".ready", ".part")) or path.is_symlink():
        return
    if path.is_file() and not path.name.lower().endswith(ARCHIVES):
        return
    newest, size = _state(path)
    if _marker(path).exists() or now - newest >= STILL_SECONDS:
        yield Found(archives, path, size)


def _state(path: Path) -> tuple[float, int]:
    """The newest change inside, and the size of all."""
    entries = [path, *path.rglob("*")] if path.is_dir() else [path]
    stats = [entry.lstat() for entry in entries]
    return max(s.st_mtime for s in stats), sum(s.st_size for s in stats)


def _marker(path: Path) -> Path:
    return path.with_name(path.name + ".ready")


def take_away(found: Found) -> str:
    """Move it into incoming; its place there. The marker goes last."""
    place = f"receptions/{uuid.uuid4().hex}/{found.path.name}"
    target = Path(settings.LANTAI.incoming) / place
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        found.path.replace(target)
    except OSError:  # another file system: copied beside, then shown under its name
        part = target.with_name(target.name + ".part")
        if found.path.is_dir():
            shutil.copytree(found.path, part, symlinks=True)
            part.replace(target)
            shutil.rmtree(found.path)
        else:
            shutil.copy2(found.path, part)
            part.replace(target)
            found.path.unlink()
    _marker(found.path).unlink(missing_ok=True)
    return place
