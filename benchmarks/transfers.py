"""Transfer packages 移交信息包 with very many files, for the benchmark of packages."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from lantai.core.packages.transfer import (
    ProcessEvent,
    TransferFile,
    TransferItem,
    TransferManifest,
    write_transfer_package,
)

PEOPLE = {"起草": "张三", "签发": "李四", "登记": "王五", "归档": "王五"}
DAYS = (1, 5, 6, 28)


def make_transfer(folder: Path, files: int, each: int) -> Path:
    """A package of ``files`` tiny texts, ``each`` in a record; one that is there is taken as it is."""
    if folder.exists():
        return folder
    records = -(-files // each)
    manifest = TransferManifest(
        sender="云河县水利局", content="2024年度文书档案", environment="Debian 12；文本阅读软件",
        item_count=records,
    )  # fmt: skip
    write_transfer_package(
        folder, manifest, _items(files, each),
        lambda file: io.BytesIO(f"第 {file.path} 页，{file.role}\n".encode()),
    )  # fmt: skip
    return folder


def _items(files: int, each: int) -> Iterator[TransferItem]:
    for number, first in enumerate(range(0, files, each), 1):
        count = min(each, files - first)
        values = {
            "fonds": "Z109", "record_class": "WS", "level": "文件级",
            "reference_code": f"Z109-WS·2024·D30·办公室-{number:06d}",
            "title": f"云河县水利局关于第{number}次防汛检查的通知",
            "doc_no": f"云水〔2024〕{number}号", "creator": "云河县水利局", "date": "20240305",
            "year": "2024", "retention": "D30", "organ": "办公室", "item_no": f"{number:06d}",
            "secrecy": "公开", "opening_mark": "未审核", "annexes": "防汛值班表",
        }  # fmt: skip
        events = [
            ProcessEvent(act, PEOPLE[act], f"2024-03-{day:02d}T09:00:00+08:00")
            for act, day in zip(PEOPLE, DAYS, strict=True)
        ]
        parts = [
            TransferFile(
                f"{part:03d}.txt", mime="text/plain", puid="x-fmt/111",
                role="主文档" if part == 0 else "附属文档",
            )
            for part in range(count)
        ]  # fmt: skip
        yield TransferItem(values, parts, events)
