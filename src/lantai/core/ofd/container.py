"""The zip around an OFD 版式文件包: entries found by the paths that files in the field write.

Paths may be absolute, relative to the naming file or to the root, in the wrong case, with
backslashes, or in GBK without the UTF-8 flag (GB/T 33190-2016 §6.1, and what producers do).
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from pathlib import Path
from types import TracebackType
from typing import IO

from lxml import etree

from lantai.core.safe_xml import XmlRefused, parse_xml

MAX_ENTRIES = 50_000
MAX_PART = 256 * 1024 * 1024
MAX_TOTAL = 2 * 1024 * 1024 * 1024
_UTF8_FLAG = 0x800


class OfdUnreadable(Exception):
    """Not an OFD, broken beyond reading, encrypted, or past the limits."""


class OfdContainer:
    """Read-only view of the parts of an OFD; use as a context manager."""

    def __init__(self, source: Path | IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(source)
        except (zipfile.BadZipFile, OSError, ValueError, EOFError) as problem:
            raise OfdUnreadable(f"不是 OFD 压缩包 not a zip container: {problem}") from problem
        infos = self._zip.infolist()
        if len(infos) > MAX_ENTRIES or sum(i.file_size for i in infos) > MAX_TOTAL:
            self._zip.close()
            raise OfdUnreadable("OFD 包过大 too many entries or too large unpacked")
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            if not info.is_dir():
                self._entries.setdefault(normalise(_entry_name(info)), info)
        self._folded = {name.casefold(): name for name in reversed(list(self._entries))}

    def __enter__(self) -> OfdContainer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    @property
    def names(self) -> list[str]:
        """Every file in the package, in package order, without a leading slash."""
        return list(self._entries)

    def size(self, name: str) -> int:
        """Unpacked size of an entry in bytes."""
        return self._entries[name].file_size

    def find(self, path: str) -> str | None:
        """The entry with this path from the root, whatever its case, or None."""
        path = normalise(path)
        return path if path in self._entries else self._folded.get(path.casefold())

    def resolve(self, location: str, *bases: str) -> str | None:
        """The entry a location written in file ``bases[0]`` means, or None.

        Tries the folder of every base (an entry name, or a folder with a slash at its end),
        then the package root, then the one entry that ends so.
        """
        location = (location or "").strip().replace("\\", "/")
        if not location:
            return None
        candidates = []
        if not location.startswith("/"):
            candidates = [posixpath.join(posixpath.dirname(base), location) for base in bases]
        for candidate in [*candidates, location]:
            found = self.find(candidate)
            if found:
                return found
        tail = "/" + normalise(location).casefold()
        ends = [name for folded, name in self._folded.items() if ("/" + folded).endswith(tail)]
        return ends[0] if len(ends) == 1 else None

    def read(self, name: str) -> bytes:
        """The bytes of an entry; `OfdUnreadable` when encrypted, damaged or too large."""
        info = self._entries.get(name)
        if info is None:
            raise OfdUnreadable(f"缺少 missing: {name}")
        if info.file_size > MAX_PART:
            raise OfdUnreadable(f"过大 too large: {name}")
        if info.flag_bits & 0x1:
            raise OfdUnreadable(f"已加密 encrypted: {name}")
        try:
            with self._zip.open(info) as stream:
                data = stream.read(MAX_PART + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as problem:
            raise OfdUnreadable(f"损坏 damaged: {name}: {problem}") from problem
        if len(data) > MAX_PART:
            raise OfdUnreadable(f"过大 too large: {name}")
        return data

    def xml(self, name: str) -> etree._Element:
        """The root element of an XML entry, mended where producers write it badly."""
        try:
            return parse_xml(self.read(name), recover=True)
        except XmlRefused as problem:
            raise OfdUnreadable(f"{name}: {problem}") from problem


def normalise(path: str) -> str:
    """A package path without leading slash, dots and backslashes; never above the root."""
    path = posixpath.normpath("/" + path.replace("\\", "/").lstrip("/"))
    return path.lstrip("/")


def _entry_name(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & _UTF8_FLAG:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename
