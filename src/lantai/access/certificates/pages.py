"""Copy pages 复制件页: the pages asked for of a request's records, as images."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from shutil import copyfileobj

from lantai.access.certificates.sheet import CopyPage
from lantai.catalogue.records.models import Component, Record
from lantai.catalogue.records.queries import components_of
from lantai.core.formats.access_copy import NotAvailable, page_count, render_page
from lantai.core.formats.sandbox import ParseFailed
from lantai.foundation.refusal import Refusal
from lantai.preservation.depositing.queries import component_file, open_component

WIDTH = 1240  # pixels: 150 dots an inch on A4
MOST = 60  # pages in one certificate
_PART = re.compile(r"(\d+)(?:\s*[-—–~至]\s*(\d+))?")


class PagesRefused(Refusal):
    """The pages asked for can not be copied."""

    code = "pages-refused"


def wanted_pages(text: str) -> list[int]:
    """``1-3,5`` as [1, 2, 3, 5]; empty means all. `PagesRefused` for anything else."""
    numbers: list[int] = []
    for part in filter(None, (p.strip() for p in re.split(r"[,，、;；]", text))):
        match = _PART.fullmatch(part.strip("第页 "))
        if match is None:
            raise PagesRefused(
                f"页次“{text}”看不懂，请写成 1-3,5 的样子。", f"Pages {text!r}: write 1-3,5."
            )
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last <= 100_000 or last - first >= MOST:
            raise PagesRefused(f"页次“{part}”不对。", f"Pages {part!r} are not right.")
        numbers += range(first, last + 1)
    return list(dict.fromkeys(numbers))


def copy_pages(record: Record, text: str) -> list[CopyPage]:
    """Images of these pages of the record's originals, counted through its files in order."""
    wanted = wanted_pages(text)
    made: list[CopyPage] = []
    start = 0
    with tempfile.TemporaryDirectory() as folder:
        for component in components_of(record).filter(
            role__in=[Component.ORIGINAL, Component.REDACTION]
        ):
            path = _local(component, Path(folder))
            try:
                count = page_count(path)
                for page in range(1, count + 1):
                    number = start + page
                    if wanted and number not in wanted:
                        continue
                    if len(made) >= MOST:
                        raise PagesRefused(
                            f"一份证明最多附 {MOST} 页复制件，请分份出具。",
                            f"At most {MOST} pages in one certificate.",
                        )
                    label = f"{record.reference_code or record.title} 第 {number} 页"
                    made.append(CopyPage(label, render_page(path, page, WIDTH)))
            except (NotAvailable, ParseFailed) as problem:
                raise PagesRefused(
                    f"“{component.name}”不能制成页面图像，不能出具复制件证明；可改为摘录证明。",
                    f"“{component.name}” can not be drawn as pages; certify by quotation instead.",
                ) from problem
            start += count
    if missing := [n for n in wanted if n > start]:
        raise PagesRefused(
            f"《{record.title}》共 {start} 页，没有第 {missing[0]} 页。",
            f"The record has {start} pages; there is no page {missing[0]}.",
        )
    return made


def _local(component: Component, folder: Path) -> Path:
    path = component_file(component)
    if path is not None:
        return path
    copy = folder / f"{component.pk}{Path(component.name).suffix}"
    with open_component(component) as source, copy.open("wb") as target:
        copyfileobj(source, target, 1 << 20)
    return copy
