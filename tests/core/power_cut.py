"""A disk that remembers what would outlive a power cut: every call is recorded, and any state made.

The model of POSIX: a file's bytes last once the file is synced; a name lasts once its folder is
synced. What is not synced may be there after a cut or not; the two extremes are made here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(eq=False)
class Node:
    """A file or folder: its names or bytes as they are, and as they would last."""

    folder: bool
    now: dict[str, Node] = field(default_factory=dict)
    lasting: dict[str, Node] = field(default_factory=dict)
    bytes: bytes = b""

    def made(self, place: Path, entries: Callable[[Node], dict[str, Node]]) -> None:
        """Write it out; bytes are always the lasting ones."""
        if not self.folder:
            place.write_bytes(self.bytes)
            return
        place.mkdir()
        for name, node in entries(self).items():
            node.made(place / name, entries)


class Disk:
    """Follows every change below a folder; ``cuts`` are the states after each call."""

    def __init__(self, top: Path) -> None:
        self.top, self.root, self.on = top, _as_it_is(top), False
        self.calls: list[str] = []
        self.at_call: Callable[[], None] = lambda: None

    def hear(self, event: str, args: tuple) -> None:
        """The interpreter's own report of a call, before it is done."""
        if not self.on:
            return
        if event == "open" and isinstance(args[0], str) and args[2] & (os.O_WRONLY | os.O_RDWR):
            self._make(args[0], folder=False)
        elif event == "os.mkdir":
            self._make(args[0], folder=True)
        elif event in ("os.remove", "os.rmdir"):
            self._take(args[0])
        elif event == "os.rename":
            self._rename(args[0], args[1])

    def synced(self, handle: int) -> None:
        """A file or folder was flushed."""
        place = os.readlink(f"/proc/self/fd/{handle}")
        node = self._node(place)
        if node is None:
            return
        if node.folder:
            node.lasting = dict(node.now)
        else:
            node.bytes = Path(place).read_bytes()
        self._told(f"fsync {place}")

    def leave(self, place: Path, *, names: bool) -> None:
        """What a cut now leaves: unsynced names lost, or (``names``) there without their bytes."""
        self.root.made(place, lambda node: node.now if names else node.lasting)

    def _told(self, call: str) -> None:
        self.calls.append(call)
        self.on = False
        try:
            self.at_call()
        finally:
            self.on = True

    def _node(self, place: object) -> Node | None:
        path = Path(os.fspath(place))
        if not path.is_absolute() or not path.is_relative_to(self.top):
            return None
        node: Node | None = self.root
        for part in path.relative_to(self.top).parts:
            node = node.now.get(part) if node else None
        return node

    def _make(self, place: object, *, folder: bool) -> None:
        path = Path(os.fspath(place))
        above = self._node(path.parent)
        if above is not None and path.name not in above.now and path != self.top:
            above.now[path.name] = Node(folder)
            self._told(f"make {path}")

    def _take(self, place: object) -> None:
        path = Path(os.fspath(place))
        above = self._node(path.parent)
        if above is not None and path.name in above.now:
            del above.now[path.name]
            self._told(f"remove {path}")

    def _rename(self, source: object, target: object) -> None:
        old, new = Path(os.fspath(source)), Path(os.fspath(target))
        node, above = self._node(old), self._node(new.parent)
        if node is not None and above is not None:
            del self._node(old.parent).now[old.name]
            above.now[new.name] = node
            self._told(f"rename {old} {new}")


def _as_it_is(place: Path) -> Node:
    """What is there already lasts."""
    if not place.is_dir():
        return Node(False, bytes=place.read_bytes())
    found = {entry.name: _as_it_is(entry) for entry in place.iterdir()}
    return Node(True, dict(found), dict(found))


_disks: list[Disk] = []
_heard: list[bool] = []


def _hook(event: str, args: tuple) -> None:
    for disk in _disks:
        disk.hear(event, args)


@contextmanager
def recorded(top: Path, monkeypatch) -> Iterator[Disk]:
    """Follow what happens below a folder for the time of the block."""
    if not _heard:
        sys.addaudithook(_hook)  # for the life of the process: there is no way to take it back
        _heard.append(True)
    disk, real = Disk(top), os.fsync

    def fsync(handle: int) -> None:
        real(handle)
        disk.synced(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    _disks.append(disk)
    disk.on = True
    try:
        yield disk
    finally:
        disk.on = False
        _disks.remove(disk)
        monkeypatch.setattr(os, "fsync", real)
