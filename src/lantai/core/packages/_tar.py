"""Reading tar, plain or compressed: plain files and folders, to the end mark."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from pathlib import Path
from typing import BinaryIO

from lantai.core.packages.names import decode_names
from lantai.core.packages.refusal import PackageRefused
from lantai.core.packages.unpacking import Unpacking

_END = bytes(tarfile.BLOCKSIZE)
_LONGEST_READ = 16 << 20
"""No header of an honest tar file is longer; the data is read in smaller blocks."""
_FAULTS = (tarfile.TarError, OSError, EOFError, zlib.error, lzma.LZMAError, ValueError)


def looks_like(head: bytes) -> bool:
    """Whether a file's first block is a tar header, or a compression that may hold one."""
    if head.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")):
        return True
    try:
        tarfile.TarInfo.frombuf(head, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


class _Watched(io.RawIOBase):
    """The unpacked stream: no giant reads, the last header block remembered, bytes weighed."""

    def __init__(self, stream: BinaryIO, unpacking: Unpacking) -> None:
        self._stream, self._unpacking = stream, unpacking
        self.last_block = b""

    def read(self, size: int = -1) -> bytes:
        if size < 0 or size > _LONGEST_READ:
            raise PackageRefused("ratio", limit=self._unpacking.limits.ratio)
        data = self._stream.read(size)
        if size == tarfile.BLOCKSIZE:
            self.last_block = data
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        # Skipping is unpacking too: it may cost no more than the limits allow.
        self._unpacking.weigh(offset)
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()


def read(source: Path, unpacking: Unpacking) -> None:
    """Unpack a tar file, compressed or not."""
    try:
        with _decompressed(source) as stream:
            watched = _Watched(stream, unpacking)
            with tarfile.open(
                fileobj=watched, mode="r:", encoding="utf-8", errors="surrogateescape"
            ) as archive:
                for member in archive:
                    _take(archive, member, unpacking)
                    archive.members = []  # type: ignore[attr-defined]  # flat memory over a million entries
            if watched.last_block != _END:
                raise PackageRefused("damaged", source.name, detail="no end mark")
    except _FAULTS as cause:
        if isinstance(cause, OSError) and cause.errno is not None and not _is_reading(cause):
            raise  # the disk, not the package
        raise PackageRefused("damaged", source.name, detail=cause) from cause


def _is_reading(cause: OSError) -> bool:
    return isinstance(cause, gzip.BadGzipFile)


def _decompressed(source: Path) -> BinaryIO:
    with source.open("rb") as stream:
        head = stream.read(6)
    if head.startswith(b"\x1f\x8b"):
        return gzip.open(source, "rb")  # type: ignore[return-value]
    if head.startswith(b"BZh"):
        return bz2.open(source, "rb")  # type: ignore[return-value]
    if head.startswith(b"\xfd7zXZ"):
        return lzma.open(source, "rb")  # type: ignore[return-value]
    return source.open("rb")


def _take(archive: tarfile.TarFile, member: tarfile.TarInfo, unpacking: Unpacking) -> None:
    original = member.name.encode("utf-8", "surrogateescape")
    (name,) = decode_names([original])
    if member.issym() or member.islnk():
        raise PackageRefused("link", name)
    if member.isdir():
        unpacking.make_folder(name)
        return
    if not member.isreg():
        raise PackageRefused("device", name)
    unpacking.weigh(unpacking.written + member.size)
    path = unpacking.let_in(name)
    stream = archive.extractfile(member)
    assert stream is not None
    unpacking.write(path, stream, original)  # type: ignore[arg-type]
