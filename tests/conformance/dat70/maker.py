"""Makes transfer packages of real files, sound unless a recipe spoils them."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import pikepdf
from reportlab.pdfgen.canvas import Canvas

from lantai.core.checks.facts import CheckFacts
from lantai.core.packages.transfer import (
    ProcessEvent,
    TransferFile,
    TransferItem,
    TransferManifest,
    item_folder,
    write_transfer_package,
)

TODAY = date(2026, 11, 22)
PEOPLE = {"起草": "张三", "签发": "李四", "登记": "王五", "归档": "王五"}
NOTE = "关于做好防汛工作的通知。\n各乡镇：请做好值守。\n".encode() * 20


@cache
def pdf(pages: int = 2, password: str = "") -> bytes:
    """A real PDF with text, perhaps encrypted."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for number in range(pages):
        canvas.drawString(72, 720, f"Page {number + 1}: flood prevention notice")
        canvas.showPage()
    canvas.save()
    if not password:
        return out.getvalue()
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(out.getvalue())) as document:
        document.save(locked, encryption=pikepdf.Encryption(owner=password, user=password))
    return locked.getvalue()


class Engine:
    """A virus engine at the port of the facts."""

    name = "test engine"

    def __init__(self, found: str = "", made: date = TODAY) -> None:
        self.found, self.made = found, made

    def signatures_date(self) -> date:
        """When its signatures were made."""
        return self.made

    def scan(self, path: Path) -> str:
        """What it finds in any file."""
        return self.found


@dataclass
class Maker:
    """A package in the making: items, the bytes of their files, and the facts beside."""

    folder: Path
    items: list[TransferItem] = field(default_factory=list)
    content: dict[str, bytes] = field(default_factory=dict)
    manifest: TransferManifest = field(
        default_factory=lambda: TransferManifest(
            sender="云河县水利局",
            content="2024年度文书档案",
            environment="Debian 12；OFD、PDF 阅读软件",
        )
    )
    facts: CheckFacts = field(default_factory=lambda: CheckFacts(today=TODAY))
    path: Path | None = None

    def add(self, number: int, **changes: str) -> TransferItem:
        """One more sound record with a PDF of two pages and a text annex."""
        code = f"Z109-WS·2024·D30·办公室-{number:04d}"
        values = {
            "fonds": "Z109", "record_class": "WS", "level": "文件级", "reference_code": code,
            "title": f"云河县水利局关于第{number}次防汛检查的通知",
            "doc_no": f"云水〔2024〕{number}号",
            "creator": "云河县水利局", "date": "20240305", "year": "2024", "retention": "D30",
            "organ": "办公室", "item_no": f"{number:04d}", "secrecy": "公开",
            "opening_mark": "未审核", "pages": "2", "annexes": "防汛值班表",
        }  # fmt: skip
        values.update(changes)
        events = [
            ProcessEvent(act, PEOPLE[act], f"2024-03-{day:02d}T09:00:00+08:00")
            for act, day in zip(PEOPLE, (1, 5, 6, 28), strict=True)
        ]
        files = [
            TransferFile("正文.pdf", mime="application/pdf", puid="fmt/17"),
            TransferFile("附件.txt", mime="text/plain", puid="x-fmt/111", role="附属文档"),
        ]
        item = TransferItem(values, files, events)
        self.items.append(item)
        return item

    def write(self) -> Path:
        """Write the package and remember where."""
        contents = {"正文.pdf": pdf(), "附件.txt": NOTE, **self.content}
        write_transfer_package(
            self.folder, self.manifest, self.items, lambda f: io.BytesIO(contents[f.path])
        )
        self.path = self.folder
        return self.folder

    def place(self, number: int = 0, name: str = "") -> Path:
        """A file of a record written."""
        return self.folder / item_folder(self.items[number].values) / name


def sound(folder: Path, count: int = 3) -> Maker:
    """A sound package of three records, not written yet."""
    maker = Maker(folder)
    for number in range(1, count + 1):
        maker.add(number)
    return maker
