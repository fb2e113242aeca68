"""WARC, ARC and WACZ 网页存档: records counted, broken ones skipped with count (FAULTS 37)."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from lantai.core.formats.format import Format, PageText, Problem, Unreadable, damaged
from lantai.core.formats.html_text import html_text
from lantai.core.formats.office_container import open_package
from lantai.core.formats.web_records import Walk, walk

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
        """Records by type, media types, how many are broken or miss their digests."""
        with path.open("rb") as stream:
            return _count(stream)

    def verify(self, path: Path) -> list[Problem]:
        """Records can be walked; broken ones and wrong digests are warnings."""
        found = self.characterise(path)
        if not found["records"]:
            raise damaged(found["fault"] or "没有记录 no records")
        return list(_problems(found))


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
        with open_package(path) as package:
            problems += list(_resource_problems(package.archive))
        for name, one in found["warcs"].items():
            problems += list(_problems(one, name))
        if not any(one["records"] for one in found["warcs"].values()):
            problems.append(Problem("damaged", "error", "没有网页记录", "no web records"))
        return problems


def _resource_problems(archive: zipfile.ZipFile) -> Iterator[Problem]:
    """What of datapackage.json is not so: files missing, digests wrong."""
    try:
        document = json.loads(archive.read("datapackage.json")[:MOST_BODY])
        resources = [dict(one) for one in document["resources"]]
    except (KeyError, ValueError, TypeError, RecursionError):
        yield Problem(
            "irregular", "warning", "datapackage.json 不合规", "datapackage.json malformed"
        )
        return
    names = set(archive.namelist())
    for one in resources[:100_000]:
        name = str(one.get("path", ""))
        if name not in names:
            yield Problem("damaged", "error", f"缺少 {name}", f"{name} is missing")
        elif not _resource_holds(archive, name, one):
            yield Problem(
                "digest", "error", f"{name} 与摘要不符", f"{name} does not match its hash"
            )


def _resource_holds(archive: zipfile.ZipFile, name: str, told: dict[str, Any]) -> bool:
    stats = told.get("stats") if isinstance(told.get("stats"), dict) else {}
    digest = str(told.get("hash") or (stats or {}).get("hash") or "")
    algorithm = str(told.get("hashing") or "")
    if ":" in digest:
        algorithm, _, digest = digest.partition(":")
    if not digest or algorithm not in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512"):
        return True
    hasher = hashlib.new(algorithm)
    with archive.open(name) as stream:
        while block := stream.read(1 << 20):
            hasher.update(block)
    return hasher.hexdigest() == digest.lower()


def _warc_names(names: list[str]) -> list[str]:
    return [n for n in names if n.startswith("archive/") and ".warc" in n]


def _count(stream: IO[bytes]) -> dict[str, Any]:
    types: dict[str, int] = {}
    media: dict[str, int] = {}
    told = Walk()
    for record in walk(stream, told, digests=True):
        types[record.rec_type] = types.get(record.rec_type, 0) + 1
        if record.http_headers and record.rec_type == "response":
            kind = (record.http_headers.get_header("Content-Type") or "").partition(";")[0]
            media[kind] = media.get(kind, 0) + 1
    return {
        "records": told.records,
        "broken": told.broken,
        "digests_wrong": told.digests_wrong,
        "single_member": told.single_member,
        "types": types,
        "media": media,
        "fault": told.fault,
    }


def _problems(found: dict[str, Any], name: str = "") -> Iterator[Problem]:
    """What is worth a word of a WARC that can be used."""
    where = f"{name}：" if name else ""
    if found["broken"]:
        yield Problem(
            "irregular",
            "warning",
            f"{where}{found['broken']} 条记录损坏，已跳过，其余 {found['records']} 条可用"
            f"：{found['fault']}",
            f"{where}{found['broken']} broken records skipped, {found['records']} usable: "
            f"{found['fault']}",
        )
    if found["digests_wrong"]:
        yield Problem(
            "digest",
            "warning",
            f"{where}{found['digests_wrong']} 条记录与自带摘要不符",
            f"{where}{found['digests_wrong']} records do not match their own digests",
        )
    if found["single_member"]:
        yield Problem(
            "irregular",
            "warning",
            f"{where}整个文件压缩为一个 gzip 成员，不能按记录随机读取",
            f"{where}packed as one gzip member: no record can be read by itself",
        )


def _record_texts(stream: IO[bytes]) -> Iterator[PageText]:
    number = 0
    for record in walk(stream, Walk()):
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
