"""ZIP, GZIP and 7z 压缩包: what is inside, without unpacking."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from pathlib import Path
from typing import Any

from lantai.core.formats.format import Format, Problem, damaged
from lantai.core.formats.office_container import open_package

_NAMES_KEPT = 1_000


class Zip(Format):
    """A plain zip; its members are recognised by their own formats once unpacked."""

    id = "zip"
    label_zh, label_en = "ZIP 压缩包", "ZIP archive"
    puids = ("x-fmt/263",)
    mimes = ("application/zip",)
    extensions = ("zip",)

    def characterise(self, path: Path) -> dict[str, Any]:
        """Entries, packed and unpacked size, ratio, encryption."""
        with open_package(path) as package:
            infos = package.archive.infolist()
            unpacked = sum(i.file_size for i in infos)
            packed = sum(i.compress_size for i in infos)
            return {
                "entries": len(infos),
                "unpacked_size": unpacked,
                "ratio": round(unpacked / packed, 1) if packed else 0,
                "encrypted": any(i.flag_bits & 1 for i in infos),
                "names": [i.filename for i in infos[:_NAMES_KEPT]],
            }

    def verify(self, path: Path) -> list[Problem]:
        """Every member's checksum holds; an encrypted one cannot be checked."""
        with open_package(path) as package:
            if any(i.flag_bits & 1 for i in package.archive.infolist()):
                return [Problem("encrypted", "warning", "压缩包已加密", "the archive is encrypted")]
            try:
                bad = package.archive.testzip()
            except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as fault:
                raise damaged(fault) from fault
        if bad:
            return [Problem("damaged", "error", f"成员损坏：{bad}", f"damaged member: {bad}")]
        return []


class Gzip(Format):
    """A gzip stream; one of WARC records is read as WARC by its own name."""

    id = "gzip"
    label_zh, label_en = "GZIP 压缩文件", "gzip file"
    puids = ("x-fmt/266",)
    mimes = ("application/gzip",)
    extensions = ("gz",)

    def verify(self, path: Path) -> list[Problem]:
        """Unpacks to its end, up to a limit."""
        room = 4 * 1024**3
        try:
            with gzip.open(path) as stream:
                while room > 0 and (piece := stream.read(1 << 20)):
                    room -= len(piece)
        except (OSError, EOFError, zlib.error) as fault:
            raise damaged(fault) from fault
        return []
