"""A folder as a store 文件夹存储: the default, and what every other store is compared with.

What is moved in was filled beside, synced, and renamed: a reader sees nothing or the whole.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from lantai.core.storage.locate import StorageEngine
from lantai.core.storage.port import PathTaken, StorageFailure
from lantai.engines.storage._durable import (
    one_flush_takes_all,
    sync_path,
    sync_together,
    sync_tree,
)

INNER_STAGING = "extensions/lantai-staging"
"""Where staging lies when the folder is a mount of its own: the one place OCFL leaves open."""


MANY = 64
"""Files of one tree above which a single flush costs less than a sync for each."""


class FolderStorage(StorageEngine):
    """A store in a folder. ``staging`` must lie on the same file system (default: beside it)."""

    id = "folder"

    def __init__(self, path: Path, staging: Path | None = None) -> None:
        self.root = Path(path).absolute()
        self._top = str(self.root)
        with _telling(str(self.root)):
            self.root.mkdir(parents=True, exist_ok=True)
            self._device = self.root.stat().st_dev
        self.staging = staging.absolute() if staging else self._choose_staging()

    @classmethod
    def from_url(cls, url: str) -> FolderStorage:
        """``folder:///absolute/path``, or a bare path."""
        return cls(Path(unquote(urlsplit(url).path) if "://" in url else url))

    def open(self, path: str) -> BinaryIO:
        place = self._text(path)
        try:
            return open(place, "rb")  # noqa: PTH123 - the audit's hot path
        except OSError as cause:
            raise _told(path, cause) from cause

    def exists(self, path: str) -> bool:
        place = self._text(path)
        try:
            os.lstat(place)
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as cause:
            raise _told(path, cause) from cause
        return True

    def size(self, path: str) -> int:
        place = self._text(path)
        try:
            return os.stat(place).st_size  # noqa: PTH116
        except OSError as cause:
            raise _told(path, cause) from cause

    def walk(self, path: str = "") -> Iterator[str]:
        top = self._text(path)
        if not os.path.lexists(top):
            return
        with _telling(path):
            if os.path.islink(top) or not os.path.isdir(top):  # noqa: PTH112, PTH114
                yield path.strip("/")
            else:
                yield from self._files(top, path.strip("/"), str(self.staging))

    def find_marked(self, path: str, marker: str) -> Iterator[str]:
        """See `lantai.core.storage.port.FindsMarked`."""
        top = self._text(path)
        if os.path.isdir(top):  # noqa: PTH112
            with _telling(path):
                yield from self._marked(top, path.strip("/"), marker, str(self.staging))

    def new_staging(self) -> Path:
        with _telling(str(self.staging)):
            self._refuse_bare()
            self.staging.mkdir(parents=True, exist_ok=True)
            place = self.staging / secrets.token_hex(12)
            place.mkdir()
            return place

    def move_in(self, staged: Path, path: str) -> None:
        place = self._place(path)
        with _telling(path):
            self._refuse_bare()
            self._refuse_taken(place, path)
            self._sync(staged)
            self._make_parents(place.parent, durable=True)
            self._refuse_taken(place, path)
            staged.rename(place)
            sync_path(place.parent)

    def move_in_many(self, moves: Sequence[tuple[Path, str]]) -> list[StorageFailure | None]:
        """See `lantai.core.storage.port.MovesMany`."""
        with _telling(str(self.staging)):
            self._refuse_bare()
            sync_together([staged for staged, _ in moves], self.root)
        answers = [self._move_unsynced(staged, path) for staged, path in moves]
        parents = [self._place(path).parent for _, path in moves]
        with _telling(str(self.root)):
            sync_together(parents, self.root)
        return answers

    def replace_with(self, staged: Path, path: str) -> None:
        """See `lantai.core.ocfl.copying.Replaces`: a crash between the renames loses nothing."""
        place = self._place(path)
        with _telling(path):
            self._refuse_bare()
            self._sync(staged)
            self._make_parents(place.parent, durable=True)
            aside = self.new_staging() / "replaced"
            if os.path.lexists(place):
                place.rename(aside)
            staged.rename(place)
            sync_path(place.parent)
            shutil.rmtree(aside.parent, ignore_errors=True)

    def write(self, path: str, data: bytes) -> None:
        place = self._place(path)
        with _telling(path):
            self._refuse_bare()
            self._make_parents(place.parent, durable=True)
            beside = self.new_staging() / "new"
            try:
                with beside.open("xb") as out:
                    out.write(data)
                    out.flush()
                    os.fsync(out.fileno())
                beside.rename(place)
            finally:
                shutil.rmtree(beside.parent, ignore_errors=True)
            sync_path(place.parent)

    def remove(self, path: str) -> None:
        place = self._place(path)
        if place == self.root:
            raise StorageFailure("不能删除整个存储 the store itself is never removed")
        with _telling(path):
            if place.is_dir() and not place.is_symlink():
                # Out of sight in one step, so that a crash never shows half a tree.
                aside = self.new_staging() / "removed"
                place.rename(aside)
                sync_path(place.parent)
                shutil.rmtree(aside.parent)
            else:
                place.unlink()
                sync_path(place.parent)

    def sweep_staging(self, older_than_seconds: float = 86_400) -> int:
        """Remove what interrupted work left in staging longer ago than this; how many."""
        limit, count = time.time() - older_than_seconds, 0
        for place in self.staging.iterdir() if self.staging.is_dir() else ():
            if place.lstat().st_mtime < limit:
                shutil.rmtree(place, ignore_errors=True)
                count += 1
        return count

    def free_bytes(self) -> int:
        """Bytes an ordinary user may still write here."""
        with _telling(str(self.root)):
            return shutil.disk_usage(self.root).free

    def _place(self, path: str) -> Path:
        return Path(self._text(path))

    def _text(self, path: str) -> str:
        """The place as text: making a `Path` of each costs the audit a fifth of its time."""
        if path[:1] in "/." or "/." in path or "\0" in path:
            self._refuse_odd(path)
        inner = path.rstrip("/")
        return f"{self._top}/{inner}" if inner else self._top

    def _refuse_odd(self, path: str) -> None:
        if path.startswith("/") or "\0" in path or not {".", ".."}.isdisjoint(path.split("/")):
            raise StorageFailure(f"路径不合规 not a path inside the store: {path!r}")

    def _choose_staging(self) -> Path:
        """Beside the store, unless the store is a mount of its own or its parent is closed."""
        parent = self.root.parent
        with _telling(str(self.root)):
            same = parent.stat().st_dev == self.root.stat().st_dev
        if same and os.access(parent, os.W_OK | os.X_OK):
            return parent / f".{self.root.name}.staging"
        return self.root / INNER_STAGING

    def _sync(self, staged: Path) -> None:
        """File by file when they are few; a big tree by one flush of the file system."""
        if not staged.is_dir():
            sync_path(staged)
        elif sum(len(names) for _, _, names in os.walk(staged)) > MANY:
            sync_together([staged], staged)
        else:
            sync_tree(staged)

    def _refuse_bare(self) -> None:
        """A mount that went away leaves an empty folder of another disk: nothing is put there."""
        device = self.root.stat().st_dev
        if device == self._device:
            return
        with os.scandir(self.root) as entries:
            if next(entries, None) is None:
                raise StorageFailure(
                    f"存储所在的磁盘没有挂载 the disk of the store is not mounted: {self._top}"
                )
        self._device = device  # mounted again

    def _refuse_taken(self, place: Path, path: str) -> None:
        if os.path.lexists(place):
            raise PathTaken(f"目标已存在 already there: {path}")

    def _make_parents(self, folder: Path, *, durable: bool) -> None:
        missing = []
        while not folder.is_dir():
            missing.append(folder)
            folder = folder.parent
        for new in reversed(missing):
            new.mkdir(exist_ok=True)
            if durable:
                sync_path(new.parent)

    def _move_unsynced(self, staged: Path, path: str) -> StorageFailure | None:
        try:
            place = self._place(path)
            with _telling(path):
                self._make_parents(place.parent, durable=not one_flush_takes_all())
                self._refuse_taken(place, path)
                staged.rename(place)
        except StorageFailure as problem:
            return problem
        return None

    def _files(self, top: str, path: str, staging: str) -> Iterator[str]:
        """Of a folder; what the listing calls one is not asked about again."""
        for name, is_folder in _entries(top):
            inner = f"{path}/{name}" if path else name
            place = f"{top}/{name}"
            if place == staging:
                continue
            if is_folder:
                yield from self._files(place, inner, staging)
            else:
                yield inner

    def _marked(self, top: str, path: str, marker: str, staging: str) -> Iterator[str]:
        entries = _entries(top)
        if any(not is_folder and name.startswith(marker) for name, is_folder in entries):
            yield path
            return
        for name, is_folder in entries:
            place = f"{top}/{name}"
            if is_folder and place != staging:
                yield from self._marked(place, f"{path}/{name}" if path else name, marker, staging)


def _entries(folder: str) -> list[tuple[str, bool]]:
    """Names with "is a folder", ordered so that whole paths come in byte order."""
    with os.scandir(folder) as found:
        entries = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in found]
    if len(entries) > 1:
        plain = all(name.isascii() for name, _ in entries)  # as text they are in byte order
        entries.sort(key=_place_of_text if plain else _place_in_order)
    return entries


def _place_of_text(entry: tuple[str, bool]) -> str:
    return f"{entry[0]}/" if entry[1] else entry[0]


def _place_in_order(entry: tuple[str, bool]) -> bytes:
    return os.fsencode(_place_of_text(entry))


def _told(path: str, cause: OSError) -> StorageFailure:
    """The system's error with the path and the cause."""
    return StorageFailure(f"存储失败 storage failed at {path!r}: {cause.strerror or str(cause)}")


@contextmanager
def _telling(path: str) -> Iterator[None]:
    """Turn the system's errors into `StorageFailure` with the path and the cause."""
    try:
        yield
    except OSError as cause:
        raise _told(path, cause) from cause
