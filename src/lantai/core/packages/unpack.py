"""The one safe unpacker 安全解包: every archive from outside comes in through here.

Names, kinds, sizes and counts are held to rules before and while bytes are written; the folder
appears whole under its name at the end, or nothing is left.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from lantai.core.packages import _sevenzip, _tar, _zip
from lantai.core.packages.names import NamesSeen, check_name
from lantai.core.packages.refusal import PackageRefused
from lantai.core.packages.unpacking import UnpackedFile, Unpacking, UnpackLimits
from lantai.core.progress import Progress, silent

__all__ = ["PackageRefused", "UnpackLimits", "UnpackedFile", "unpack", "walk_folder"]


def unpack(
    source: Path,
    into: Path,
    limits: UnpackLimits | None = None,
    progress: Progress = silent,
    *,
    algorithms: Sequence[str] = (),
) -> list[UnpackedFile]:
    """Unpack an archive into a folder that must be missing or empty; its files by path.

    Raises `PackageRefused` and leaves nothing behind. With ``algorithms`` each file carries its
    digests, made from the bytes as they were written: no second reading.
    """
    if into.exists() and any(into.iterdir()):
        raise FileExistsError(f"目录不为空 folder not empty: {into.name}")
    into.parent.mkdir(parents=True, exist_ok=True)
    beside = into.parent / f".{into.name[:80]}.{secrets.token_hex(6)}.unpacking"
    beside.mkdir()
    try:
        unpacking = Unpacking(source, beside, limits or UnpackLimits(), progress, algorithms)
        reader = _reader(source)
        reader(source, unpacking)
        if into.exists():
            into.rmdir()
        beside.rename(into)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return sorted(unpacking.files, key=lambda file: file.path)


def _reader(source: Path) -> Callable[[Path, Unpacking], None]:
    """The reader for what the file is by its first bytes, whatever it is called."""
    with source.open("rb") as stream:
        head = stream.read(512)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip.read
    if head.startswith(b"7z\xbc\xaf\x27\x1c"):
        return _sevenzip.read
    if _tar.looks_like(head):
        return _tar.read
    raise PackageRefused("not-an-archive", source.name)


def walk_folder(
    path: Path, limits: UnpackLimits | None = None, progress: Progress = silent
) -> Iterator[UnpackedFile]:
    """The files of a plain folder, held to the same rules, in byte order of their names.

    Raises `PackageRefused` at the first name or kind of file that would not be let in.
    """
    bounds, names = limits or UnpackLimits(), NamesSeen()
    for count, (entry, relative) in enumerate(_entries(path, ""), 1):
        mode = entry.stat(follow_symlinks=False).st_mode
        if stat.S_ISLNK(mode):
            raise PackageRefused("link", relative)
        if not stat.S_ISREG(mode):
            raise PackageRefused("device", relative)
        names.add_file(check_name(relative, bounds.depth))
        if count > bounds.files:
            raise PackageRefused("too-many", limit=bounds.files)
        progress(count, 0, relative)
        size = entry.stat(follow_symlinks=False).st_size
        yield UnpackedFile(relative, size, os.fsencode(relative))


def _entries(top: Path, path: str) -> Iterator[tuple[os.DirEntry[str], str]]:
    """Everything below that is not a folder; no recursion, so that depth costs no stack."""
    waiting = [(str(top), path)]
    while waiting:
        folder, above = waiting.pop()
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: os.fsencode(entry.name))
        inner = []
        for entry in entries:
            relative = f"{above}/{entry.name}" if above else entry.name
            if entry.is_dir(follow_symlinks=False):
                inner.append((entry.path, relative))
            else:
                yield entry, relative
        waiting += reversed(inner)
