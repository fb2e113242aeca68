"""Reading zip: names in GBK or UTF-8, entries that lie where and how the directory says."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from lantai.core.packages.names import decode_names
from lantai.core.packages.refusal import PackageRefused
from lantai.core.packages.unpacking import Unpacking

_LOCAL = struct.Struct("<4s5H3L2H")
_UTF8_FLAG, _ENCRYPTED_FLAGS = 0x800, 0x2041
_UNICODE_PATH = 0x7075
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, ValueError, OverflowError)


def read(source: Path, unpacking: Unpacking) -> None:
    """Unpack a zip file."""
    try:
        with source.open("rb") as raw, zipfile.ZipFile(raw) as archive:
            entries = archive.infolist()
            unpacking.expect(len(entries), sum(entry.file_size for entry in entries))
            originals = _check_places(raw, entries, archive.start_dir)
            names = _names(entries, originals)
            for entry, name, original in zip(entries, names, originals, strict=True):
                _take(archive, entry, name, original, unpacking)
    except (NotImplementedError, RuntimeError) as cause:
        raise PackageRefused("method", source.name, detail=cause) from cause
    except _FAULTS as cause:
        raise PackageRefused("damaged", source.name, detail=cause) from cause


def _take(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    name: str,
    original: bytes,
    unpacking: Unpacking,
) -> None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise PackageRefused("link", name)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise PackageRefused("device", name)
    if entry.flag_bits & _ENCRYPTED_FLAGS:
        raise PackageRefused("encrypted", name)
    if name.endswith("/"):
        unpacking.make_folder(name)
        return
    path = unpacking.let_in(name)
    with archive.open(entry) as stream:
        unpacking.write(path, stream, original)  # type: ignore[arg-type]


def _raw_name(entry: zipfile.ZipInfo) -> bytes:
    """The bytes of the name in the directory, which zipfile has read as UTF-8 or cp437."""
    return entry.orig_filename.encode("utf-8" if entry.flag_bits & _UTF8_FLAG else "cp437")


def _check_places(raw: BinaryIO, entries: list[zipfile.ZipInfo], directory: int) -> list[bytes]:
    """Each entry's own header agrees with the directory, and no two share bytes."""
    originals = [_raw_name(entry) for entry in entries]
    end = 0
    for entry, name in sorted(
        zip(entries, originals, strict=True), key=lambda e: e[0].header_offset
    ):
        if entry.header_offset < end:
            raise PackageRefused("overlap", entry.orig_filename)
        raw.seek(entry.header_offset)
        header = raw.read(_LOCAL.size)
        if len(header) < _LOCAL.size:
            raise PackageRefused("damaged", entry.orig_filename, detail="local header")
        mark, _, _, method, *_, name_length, extra_length = _LOCAL.unpack(header)
        if mark != b"PK\x03\x04" or raw.read(name_length) != name or method != entry.compress_type:
            raise PackageRefused("header-mismatch", entry.orig_filename)
        end = entry.header_offset + _LOCAL.size + name_length + extra_length + entry.compress_size
        if end > directory:
            raise PackageRefused("overlap", entry.orig_filename)
    return originals


def _names(entries: list[zipfile.ZipInfo], originals: list[bytes]) -> list[str]:
    """The entries' names: the Unicode name where there is one, else one guess for all."""
    known = [_unicode_name(entry, raw) for entry, raw in zip(entries, originals, strict=True)]
    guessed = iter(
        decode_names([raw for raw, n in zip(originals, known, strict=True) if n is None])
    )
    return [next(guessed) if name is None else name for name in known]


def _unicode_name(entry: zipfile.ZipInfo, original: bytes) -> str | None:
    if entry.flag_bits & _UTF8_FLAG:
        return entry.orig_filename
    extra = entry.extra
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        body = extra[4 : 4 + length]
        if kind == _UNICODE_PATH and len(body) > 5 and body[0] == 1:
            (crc,) = struct.unpack_from("<L", body, 1)
            if crc == zlib.crc32(original):
                return body[5:].decode("utf-8")
        extra = extra[4 + length :]
    return None
