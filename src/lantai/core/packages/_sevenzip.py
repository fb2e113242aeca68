"""Reading 7z through py7zr: names and sizes judged first, bytes counted as they come."""

from __future__ import annotations

import lzma
import threading
import zlib
from pathlib import Path
from typing import Any

import py7zr
from py7zr.io import Py7zIO, WriterFactory

from lantai.core.packages.refusal import PackageRefused
from lantai.core.packages.unpacking import FileOut, Unpacking

_FAULTS = (
    py7zr.exceptions.ArchiveError,
    lzma.LZMAError,
    zlib.error,
    EOFError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    KeyError,
    AssertionError,
    MemoryError,
    OverflowError,
)


class _Out(Py7zIO):
    """One file as py7zr wants to write it."""

    def __init__(self, out: FileOut, lock: threading.Lock) -> None:
        self._out, self._lock, self._size = out, lock, 0

    def write(self, s: bytes | bytearray) -> int:
        with self._lock:
            self._size += len(s)
            return self._out.write(bytes(s))

    def read(self, size: int | None = None) -> bytes:
        return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        return 0

    def flush(self) -> None:
        pass

    def size(self) -> int:
        return self._size

    def close(self) -> None:
        with self._lock:
            self._out.close()


class _Factory(WriterFactory):
    """Gives py7zr a place for each name that was let in, and for no other."""

    def __init__(self, unpacking: Unpacking, paths: dict[str, str]) -> None:
        self._unpacking, self._paths, self._lock = unpacking, paths, threading.Lock()
        self.written: set[str] = set()

    def create(self, filename: str) -> Py7zIO:
        with self._lock:
            path = self._paths[filename.replace("\\", "/").removeprefix("./")]
            self.written.add(path)
            return _Out(self._unpacking.writer(path, path.encode("utf-8")), self._lock)


def read(source: Path, unpacking: Unpacking) -> None:
    """Unpack a 7z file."""
    try:
        with py7zr.SevenZipFile(source, "r") as archive:
            if archive.needs_password():
                raise PackageRefused("encrypted", source.name)
            entries = list(archive.files)
            unpacking.expect(len(entries), sum(entry.uncompressed or 0 for entry in entries))
            paths = _let_in(entries, unpacking)
            factory = _Factory(unpacking, paths)
            archive.extractall(factory=factory)
            for path in paths.values():
                if path not in factory.written:  # empty files have no stream
                    unpacking.writer(path, path.encode("utf-8")).close()
    except py7zr.exceptions.PasswordRequired as cause:
        raise PackageRefused("encrypted", source.name) from cause
    except py7zr.exceptions.UnsupportedCompressionMethodError as cause:
        raise PackageRefused("method", source.name, detail=cause) from cause
    except _FAULTS as cause:
        raise PackageRefused("damaged", source.name, detail=repr(cause)) from cause


def _let_in(entries: list[Any], unpacking: Unpacking) -> dict[str, str]:
    """The files' paths by name; folders are made, links and devices refused."""
    paths = {}
    for entry in entries:
        name = entry.filename
        if entry.is_symlink or entry.is_junction:
            raise PackageRefused("link", name)
        if entry.is_socket:
            raise PackageRefused("device", name)
        if entry.is_directory:
            unpacking.make_folder(name)
        else:
            path = unpacking.let_in(name)
            paths[path] = path
    return paths
