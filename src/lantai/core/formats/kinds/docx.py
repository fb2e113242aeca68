"""DOCX (OOXML WordprocessingML) 文字处理文件."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from lantai.core.formats.format import Format, PageText, damaged
from lantai.core.formats.office_container import Package, open_package
from lantai.core.formats.ooxml_properties import ooxml_properties
from lantai.core.safe_xml import descendants, local


class Docx(Format):
    """Text of body, notes, headers and footers; a page break begins a new page."""

    id = "docx"
    label_zh, label_en = "Word 文档（DOCX）", "Word document (DOCX)"
    puids = ("fmt/412", "fmt/523", "fmt/597", "fmt/599", "fmt/1827")
    mimes = (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.ms-word.document.macroenabled.12",
    )
    extensions = ("docx", "docm", "dotx")
    has_text = True

    def texts(self, path: Path) -> Iterator[PageText]:
        """Pages by rendered or hard page breaks, then notes and headers as a last one."""
        with open_package(path) as package:
            main = _main_part(package)
            number = 0
            for text in _pages(package.xml(main)):
                number += 1
                yield PageText(number, text)
            rest = _beside(package)
            if rest:
                yield PageText(number + 1, rest)

    def characterise(self, path: Path) -> dict[str, Any]:
        """Core properties, macros, counts."""
        with open_package(path) as package:
            body = package.xml(_main_part(package))
            found = ooxml_properties(package)
            found["paragraphs"] = sum(1 for _ in descendants(body, "p"))
            found["tables"] = sum(1 for _ in descendants(body, "tbl"))
            found["tracked_changes"] = any(local(e) in ("ins", "del") for e in body.iter())
            return found


def _main_part(package: Package) -> str:
    for name in package.names:
        if name.lstrip("/").lower() == "word/document.xml":
            return name
    raise damaged("word/document.xml")


def _pages(root: etree._Element) -> Iterator[str]:
    lines: list[str] = []
    line = ""
    for element in root.iter():
        name = local(element)
        if name == "p":
            lines.append(line)
            line = ""
        elif name == "t":
            line += element.text or ""
        elif name == "tab":
            line += "\t"
        elif name in ("br", "lastRenderedPageBreak"):
            if name == "br" and "page" not in element.attrib.values():
                line += "\n"
            elif any(part.strip() for part in (*lines, line)):
                yield "\n".join([*lines, line]).strip("\n")
                lines, line = [], ""
    yield "\n".join([*lines, line]).strip("\n")


def _beside(package: Package) -> str:
    texts: list[str] = []
    for name in sorted(package.names):
        stem = name.lower().rsplit("/", 1)[-1]
        beside = stem.startswith(("header", "footer", "footnotes", "endnotes", "comments"))
        if beside and name.lower().startswith("word/") and stem.endswith(".xml"):
            texts.extend(t for t in _pages(package.xml(name)) if t.strip())
    return "\n".join(texts)
