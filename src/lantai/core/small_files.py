"""Small files, many of them: written and read with as few system calls as will do.

An object of three files means a dozen small ones on disk; at that number the cost is in the
calls and in building path objects, not in the bytes.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

BLOCK = 1 << 20
LARGE = 1 << 26

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)
_OVER = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_CLOEXEC", 0)
_READ = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)


def write_over(path: str | Path, data: bytes) -> None:
    """A file with these bytes, whatever was there before."""
    handle = os.open(path, _OVER, 0o666)
    try:
        write_all(handle, data)
    finally:
        os.close(handle)


def write_new(path: str | Path, data: bytes) -> None:
    """A file with these bytes; `FileExistsError` when there is one."""
    handle = os.open(path, _NEW, 0o666)
    try:
        write_all(handle, data)
    finally:
        os.close(handle)


def copy_new(source: str | Path, target: str | Path) -> None:
    """A copy of a file under a name that is not taken; a link is not followed."""
    reading = os.open(source, _READ)
    try:
        writing = os.open(target, _NEW, 0o666)
        try:
            if os.fstat(reading).st_size <= BLOCK or not _copied_inside(reading, writing):
                while block := os.read(reading, BLOCK):
                    write_all(writing, block)
        finally:
            os.close(writing)
    finally:
        os.close(reading)


def read_whole(path: str | Path) -> bytes:
    """All bytes of a file that is known to be small."""
    handle = os.open(path, _READ)
    try:
        parts = []
        while block := os.read(handle, BLOCK):
            parts.append(block)
        return b"".join(parts)
    finally:
        os.close(handle)


def hash_of(path: str | Path, algorithm: str) -> str:
    """One digest of a file as it lies on disk, lower-case hexadecimal."""
    hasher = hashlib.new(algorithm, usedforsecurity=False)
    handle = os.open(path, _READ)
    try:
        first = os.read(handle, BLOCK)
        hasher.update(first)
        if len(first) == BLOCK:
            room = memoryview(bytearray(BLOCK))
            while count := os.readv(handle, [room]):
                hasher.update(room[:count])
    finally:
        os.close(handle)
    return hasher.hexdigest()


def _copied_inside(reading: int, writing: int) -> bool:
    """Copy to the end without the bytes passing through here, where the system can.

    By ``sendfile``, which writes them anew: a copy that shares its blocks would be none.
    """
    copied = 0
    try:
        while count := os.sendfile(writing, reading, copied, LARGE):
            copied += count
    except OSError:
        if copied:
            raise
        return False
    return True


def write_all(handle: int, data: bytes) -> None:
    """Every byte, however many calls it takes."""
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]
