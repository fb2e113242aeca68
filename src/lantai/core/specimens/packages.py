"""Packages 移交信息包 of the play: good ones, and ones spoilt on purpose, each in one way.

A recipe may change the items before they are written, and the folder after; when it has
changed what digests cover and that is not its fault, they are taken again.
"""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from PIL import Image

from lantai.core.fixity import digest_file
from lantai.core.packages.transfer import (
    ProcessEvent,
    TransferFile,
    TransferItem,
    TransferManifest,
    write_transfer_package,
)
from lantai.core.specimens.make import make_files
from lantai.core.specimens.makers.maker import Fonts
from lantai.core.specimens.plan import PlannedPackage
from lantai.core.specimens.records import Specimen, load_world

Items = list[TransferItem]
CATALOGUE, METADATA = "目录文件.XML", "元数据.XML"
# The antivirus industry's test string, in pieces and backwards so that no scanner stops this file.
_EICAR_BACKWARDS = (
    b"H+H*",
    b"-TEST-FILE!$",
    b"-ANTIVIRUS",
    b"$EICAR-STANDARD",
    b"(P^)7CC)7}",
    b"X5O!P%@AP[4\\PZX54",
)


class UnknownFault(LookupError):
    """No recipe has this name."""


@dataclass(frozen=True)
class Fault:
    """A recipe's name and what it spoils, for the people who watch."""

    id: str
    label_zh: str
    label_en: str


FAULTS = {
    fault.id: fault
    for fault in (
        Fault("wrong_digest", "摘要不符", "a digest does not match"),
        Fault("missing_file", "缺少文件", "a listed file is missing"),
        Fault("duplicate_code", "档号重复", "two records share a reference code"),
        Fault("gap_in_numbers", "件号不连续", "a gap in the item numbers"),
        Fault("bad_date", "日期不成立", "a date that does not exist"),
        Fault("empty_title", "题名空白", "an empty title"),
        Fault("encrypted_pdf", "PDF 加密", "a PDF with a password"),
        Fault("virus_test_file", "含病毒测试文件", "the antivirus test file inside"),
        Fault("wrong_extension", "扩展名与格式不符", "a file name that belies its format"),
        Fault("malformed_metadata", "元数据不能解析", "metadata XML that does not parse"),
        Fault("executable_inside", "夹带可执行文件", "an executable inside"),
    )
}


def build_package(planned: PlannedPackage, parent: Path, fonts: Fonts | None = None) -> Path:
    """Write the planned package under ``parent``; its folder. A fault it names is applied.

    Raises `UnknownFault` for a fault without recipe, `PackageNotWritable` if it exists.
    """
    if planned.fault and planned.fault not in FAULTS:
        raise UnknownFault(planned.fault)
    parent.mkdir(parents=True, exist_ok=True)
    folder = parent / planned.id
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        items = [_item(record, scratch, fonts or Fonts()) for record in planned.records]
        if planned.fault in _BEFORE:
            _BEFORE[planned.fault](items, scratch)
        write_transfer_package(
            folder,
            _manifest(planned, len(items)),
            items,
            lambda file: (scratch / file.path).open("rb"),
        )
    if planned.fault in _AFTER:
        _AFTER[planned.fault](folder)
    return folder


def _manifest(planned: PlannedPackage, count: int) -> TransferManifest:
    names = {unit["id"]: unit["name_zh"] for unit in load_world()["institution"]}
    return TransferManifest(
        package_id=planned.id,
        sender=names[planned.sender],
        receiver=names["archives"],
        content=planned.work_name,
        work_name=planned.work_name,
        item_count=count,
        environment="银河麒麟桌面操作系统；办公与版式阅读软件",
        created_at="2026-11-16T10:00:00+08:00",
    )


def _item(record: Specimen, scratch: Path, fonts: Fonts) -> TransferItem:
    made = make_files(record, scratch, fonts)
    files = [
        TransferFile(
            path.name,
            role="附属文档" if number else "主文档",
            format=path.suffix[1:].upper(),
            created=record.day.isoformat(),
        )
        for number, path in enumerate(made)
    ]
    day, unit = record.day, record.values["creating_unit"]
    creator = record.values["creator"].split("；")[0]
    events = [
        ProcessEvent("起草", creator, f"{day - datetime.timedelta(days=3)}T09:00:00+08:00"),
        ProcessEvent("签发", creator, f"{day}T09:00:00+08:00"),
        ProcessEvent("登记", unit, f"{day}T15:00:00+08:00"),
        ProcessEvent("归档", unit, f"{day.year + 1}-05-20T10:00:00+08:00"),
    ]
    return TransferItem(dict(record.values), files, events)


def _duplicate_code(folder: Path) -> None:
    first, second = _metadata_files(folder)[:2]
    codes = [path.parent.name for path in (first, second)]
    for path in (second, folder / CATALOGUE):
        path.write_text(path.read_text("utf-8").replace(codes[1], codes[0]), "utf-8")
        _digest_again(folder, path)


def _gap_in_numbers(items: Items, scratch: Path) -> None:
    del items[1]


def _bad_date(items: Items, scratch: Path) -> None:
    items[0].values["date"] = items[0].values["year"] + "0230"


def _empty_title(items: Items, scratch: Path) -> None:
    items[0].values["title"] = ""


def _encrypted_pdf(items: Items, scratch: Path) -> None:
    target = scratch / Path(items[0].files[0].path).with_suffix(".pdf").name
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(target, encryption=pikepdf.Encryption(owner="999", user="999", R=6))
    items[0].files[0].path, items[0].files[0].format = target.name, "PDF"


def _virus_test_file(items: Items, scratch: Path) -> None:
    name = "附件说明.com"
    (scratch / name).write_bytes(b"".join(reversed(_EICAR_BACKWARDS)))
    items[0].files.append(TransferFile(name, role="附属文档", format=name[-3:].upper()))


def _executable_inside(items: Items, scratch: Path) -> None:
    name = "阅读器安装.exe"
    header = (
        b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\0\0" + (0x14C).to_bytes(2, "little")
    )
    (scratch / name).write_bytes(header + bytes(440))
    items[0].files.append(TransferFile(name, role="附属文档", format=name[-3:].upper()))


def _wrong_extension(items: Items, scratch: Path) -> None:
    name = Path(items[0].files[0].path).with_suffix(".pdf").name
    Image.new("L", (300, 400), 240).save(scratch / name, format="PNG")
    items[0].files[0].path, items[0].files[0].format = name, "PDF"


def _wrong_digest(folder: Path) -> None:
    target = _content_files(folder)[0]
    target.write_bytes(target.read_bytes() + b"\n")


def _missing_file(folder: Path) -> None:
    _content_files(folder)[0].unlink()


def _malformed_metadata(folder: Path) -> None:
    target = _metadata_files(folder)[0]
    data = target.read_bytes()
    target.write_bytes(data[: len(data) * 2 // 3])
    _digest_again(folder, target)


def _metadata_files(folder: Path) -> list[Path]:
    return sorted(folder.rglob(METADATA))


def _content_files(folder: Path) -> list[Path]:
    places = {path.parent for path in _metadata_files(folder)}
    return sorted(p for place in places for p in place.iterdir() if p.name != METADATA)


def _digest_again(folder: Path, path: Path) -> None:
    """Put the changed file's digests into the manifests: the fault is elsewhere."""
    relative = path.relative_to(folder).as_posix()
    for algorithm, value in digest_file(path, ("sm3", "sha512")).values.items():
        manifest = folder / f"manifest-{algorithm}.txt"
        lines = [
            f"{value}  {relative}" if line.endswith("  " + relative) else line
            for line in manifest.read_text("utf-8").splitlines()
        ]
        manifest.write_text("\n".join(lines) + "\n", "utf-8")


_BEFORE: dict[str, Callable[[Items, Path], None]] = {
    "gap_in_numbers": _gap_in_numbers,
    "bad_date": _bad_date,
    "empty_title": _empty_title,
    "encrypted_pdf": _encrypted_pdf,
    "virus_test_file": _virus_test_file,
    "executable_inside": _executable_inside,
    "wrong_extension": _wrong_extension,
}
_AFTER: dict[str, Callable[[Path], None]] = {
    "wrong_digest": _wrong_digest,
    "missing_file": _missing_file,
    "duplicate_code": _duplicate_code,
    "malformed_metadata": _malformed_metadata,
}
