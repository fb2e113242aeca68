"""WARC, ARC and WACZ 网页存档: records counted, broken ones skipped with count (FAULTS 37)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from lantai.core.formats.format import Format, PageText, Problem, Unreadable, damaged
from lantai.core.formats.html_text import html_text
from lantai.core.formats.office_container import open_package

MOST_BODY = 16 * 1024 * 1024


class Warc(Format):
    """WARC (ISO 28500) and ARC, gzipped or not."""

    id = "warc"
    label_zh, label_en = "网页存档（WARC）", "web archive (WARC, ARC)"
    puids = ("fmt/289", "fmt/1355", "x-fmt/219", "fmt/410")
    mimes = ("application/warc", "application/arc", "application/x-internet-archive")
    extensions = ("warc", "arc")
    has_text = True

    def texts(self, path: Path) -> Iterator[PageText]:
        """A page for each HTML or text response."""
        with path.open("rb") as stream:
            yield from _record_texts(stream)

    def characterise(self, path: Path) -> dict[str, Any]:
        """Records by type, media types, whether reading stopped at a fault."""
        with path.open("rb") as stream:
            return _count(stream)

    def verify(self, path: Path) -> list[Problem]:
        """Every record can be walked; a fault after the first record is a warning."""
        found = self.characterise(path)
        if not found["records"]:
            raise damaged(found["fault"] or "没有记录 no records")
        if found["fault"]:
            return [
                Problem(
                    "irregular",
                    "warning",
                    f"第 {found['records']} 条之后有损坏记录：{found['fault']}",
                    f"broken after record {found['records']}: {found['fault']}",
                )
            ]
        return []


class Wacz(Format):
    """WACZ: WARCs, index and pages in a zip."""

    id = "wacz"
    label_zh, label_en = "网页存档包（WACZ）", "web archive collection (WACZ)"
    puids = ("fmt/1840",)
    mimes = ("application/wacz", "application/x-wacz")
    extensions = ("wacz",)
    has_text = True

    def texts(self, path: Path) -> Iterator[PageText]:
        """The texts of all its WARCs."""
        with zipfile.ZipFile(path) as archive:
            number = 0
            for name in _warc_names(archive.namelist()):
                with archive.open(name) as stream:
                    for page in _record_texts(stream):
                        number += 1
                        yield PageText(number, page.text)

    def characterise(self, path: Path) -> dict[str, Any]:
        """What parts it has, and the records of each WARC."""
        with open_package(path) as package:
            names = package.names
            found: dict[str, Any] = {
                "datapackage": "datapackage.json" in names,
                "index": any(n.startswith("indexes/") for n in names),
                "pages": any(n.startswith("pages/") for n in names),
                "warcs": {},
            }
            for name in _warc_names(names):
                with package.archive.open(name) as stream:
                    found["warcs"][name] = _count(stream)
            return found

    def verify(self, path: Path) -> list[Problem]:
        """Has a datapackage, an index, and WARCs that can be walked."""
        found = self.characterise(path)
        problems = [
            Problem("irregular", "warning", f"WACZ 缺少 {part}", f"the WACZ lacks {part}")
            for part in ("datapackage", "index", "pages")
            if not found[part]
        ]
        if not any(one["records"] for one in found["warcs"].values()):
            problems.append(Problem("damaged", "error", "没有网页记录", "no web records"))
        return problems


def _warc_names(names: list[str]) -> list[str]:
    return [n for n in names if n.startswith("archive/") and ".warc" in n]


def _records(stream: IO[bytes]) -> Iterator[Any]:
    from warcio.archiveiterator import ArchiveIterator

    return iter(ArchiveIterator(stream, arc2warc=True, verify_http=False))


def _faults() -> tuple[type[Exception], ...]:
    from warcio.exceptions import ArchiveLoadFailed
    from warcio.recordloader import StatusAndHeadersParserException

    return (ArchiveLoadFailed, StatusAndHeadersParserException, OSError, ValueError, EOFError,
            AttributeError, KeyError, IndexError, TypeError, zipfile.BadZipFile)  # fmt: skip


def _count(stream: IO[bytes]) -> dict[str, Any]:
    types: dict[str, int] = {}
    media: dict[str, int] = {}
    records, fault = 0, ""
    try:
        for record in _records(stream):
            records += 1
            types[record.rec_type] = types.get(record.rec_type, 0) + 1
            if record.http_headers and record.rec_type == "response":
                kind = (record.http_headers.get_header("Content-Type") or "").partition(";")[0]
                media[kind] = media.get(kind, 0) + 1
    except _faults() as problem:
        fault = f"{type(problem).__name__}: {problem}"[:200]
    return {"records": records, "types": types, "media": media, "fault": fault}


def _record_texts(stream: IO[bytes]) -> Iterator[PageText]:
    number = 0
    try:
        for record in _records(stream):
            if record.rec_type not in ("response", "resource"):
                continue
            headers = record.http_headers or record.rec_headers
            kind = headers.get_header("Content-Type") or ""
            if not kind.startswith(("text/", "application/xhtml")):
                continue
            body = record.content_stream().read(MOST_BODY)
            number += 1
            text = ""
            with suppress(Unreadable):
                text = html_text(body)
            yield PageText(number, f"{record.rec_headers.get_header('WARC-Target-URI')}\n{text}")
    except _faults() as fault:
        raise damaged(fault) from fault
