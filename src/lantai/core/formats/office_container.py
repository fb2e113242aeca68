"""The zip under OOXML, ODF and other packages 容器: opened with limits, XML read safely."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lxml import etree

from lantai.core.formats.format import Unreadable, damaged, encrypted
from lantai.core.safe_xml import XmlRefused, parse_xml

MAX_ENTRIES = 100_000
MAX_PART = 256 * 1024 * 1024
MAX_TOTAL = 4 * 1024**3


class Package:
    """Parts of an open zip package by name."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = archive.namelist()

    def read(self, name: str) -> bytes:
        """The part's bytes; `Unreadable` when encrypted, damaged, absent or too large."""
        try:
            info = self.archive.getinfo(name)
            if info.flag_bits & 1:
                raise encrypted()
            if info.file_size > MAX_PART:
                raise Unreadable("too-large", f"部件过大：{name}", f"part too large: {name}")
            with self.archive.open(info) as stream:
                return stream.read(MAX_PART)
        except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError) as fault:
            raise damaged(fault) from fault
        except (NotImplementedError, RuntimeError) as fault:
            raise damaged(fault) from fault

    def xml(self, name: str) -> etree._Element:
        """The part as XML without entities; `Unreadable` when it is none."""
        try:
            return parse_xml(self.read(name))
        except XmlRefused as fault:
            raise damaged(f"{name}: {fault}") from fault


@contextmanager
def open_package(path: Path) -> Iterator[Package]:
    """A zip package; `Unreadable` when it is damaged or past the limits."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, EOFError) as fault:
        raise damaged(fault) from fault
    with archive:
        infos = archive.infolist()
        if len(infos) > MAX_ENTRIES or sum(i.file_size for i in infos) > MAX_TOTAL:
            raise Unreadable("too-large", "容器过大", "too many or too large parts")
        yield Package(archive)


def refuse_hostile_xml(package: Package) -> None:
    """Refuse a package with a part that declares entities, before a library parses it."""
    for name in package.names:
        if name.lower().endswith((".xml", ".rels")) and b"<!ENTITY" in package.read(name):
            raise Unreadable("damaged", f"XML 含实体声明：{name}", f"XML entities in {name}")
