"""OFD 版式文件 as a format among the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lantai.core.formats.format import Format, PageText, Problem, Unreadable, damaged
from lantai.core.ofd.container import OfdUnreadable
from lantai.core.ofd.document import OfdDocument


class Ofd(Format):
    """OFD and OFD/A (GB/T 33190, GB/T 42133)."""

    id = "ofd"
    label_zh, label_en = "OFD 版式文件", "OFD fixed-layout document"
    puids = ("lantai-fmt/ofd", "lantai-fmt/ofd-a")
    mimes = ("application/ofd",)
    extensions = ("ofd",)
    has_text = True

    def texts(self, path: Path) -> Iterator[PageText]:
        """One page a page."""
        try:
            with OfdDocument.open(path) as document:
                for number, text in enumerate(document.page_texts(), 1):
                    yield PageText(number, text)
        except OfdUnreadable as fault:
            raise damaged(fault) from fault

    def characterise(self, path: Path) -> dict[str, Any]:
        """Pages, documents, DocInfo, attachments, signatures."""
        try:
            with OfdDocument.open(path) as document:
                return document.info()
        except OfdUnreadable as fault:
            raise damaged(fault) from fault

    def verify(self, path: Path) -> list[Problem]:
        """Every page's content is there and parses; altered signatures are told."""
        problems = []
        try:
            with OfdDocument.open(path) as document:
                for where, fault in document.page_faults():
                    problems.append(
                        Problem("damaged", "error", f"页面缺失或损坏：{where}", f"{where}: {fault}")
                    )
                for signature in document.signatures():
                    if signature.verdict == "altered":
                        problems.append(
                            Problem(
                                "altered",
                                "warning",
                                f"签名后被改动：{signature.id}",
                                f"altered after signing: {signature.id}",
                            )
                        )
        except OfdUnreadable as fault:
            raise Unreadable(
                "damaged", f"OFD 无法读取：{fault}", f"unreadable OFD: {fault}"
            ) from fault
        return problems
