"""PPTX (OOXML PresentationML) 演示文稿."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lantai.core.formats.format import Format, PageText, damaged
from lantai.core.formats.office_container import Package, open_package
from lantai.core.formats.ooxml_properties import ooxml_properties
from lantai.core.safe_xml import descendants

_SLIDE = re.compile(r"^/?ppt/slides/slide(\d+)\.xml$", re.IGNORECASE)


class Pptx(Format):
    """Each slide is a page, its notes after it."""

    id = "pptx"
    label_zh, label_en = "PowerPoint 演示文稿（PPTX）", "PowerPoint presentation (PPTX)"
    puids = ("fmt/215", "fmt/487", "fmt/629", "fmt/630", "fmt/631", "fmt/636", "fmt/1829")
    mimes = (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.openxmlformats-officedocument.presentationml.slideshow",
        "application/vnd.ms-powerpoint.presentation.macroenabled.12",
    )
    extensions = ("pptx", "pptm", "ppsx")
    has_text = True

    def texts(self, path: Path) -> Iterator[PageText]:
        """One page a slide in the order of their part numbers."""
        with open_package(path) as package:
            names = {name.lower().lstrip("/"): name for name in package.names}
            for order, (number, name) in enumerate(_slides(package), 1):
                parts = [_paragraphs(package, name)]
                notes = names.get(f"ppt/notesslides/notesslide{number}.xml")
                if notes:
                    parts.append(_paragraphs(package, notes))
                yield PageText(order, "\n".join(filter(None, parts)))

    def characterise(self, path: Path) -> dict[str, Any]:
        """Slides, core properties, macros."""
        with open_package(path) as package:
            if not any(
                name.lower().lstrip("/") == "ppt/presentation.xml" for name in package.names
            ):
                raise damaged("ppt/presentation.xml")
            found = ooxml_properties(package)
            found["slides"] = len(_slides(package))
            return found


def _slides(package: Package) -> list[tuple[int, str]]:
    found = ((_SLIDE.match(name), name) for name in package.names)
    return sorted((int(match.group(1)), name) for match, name in found if match)


def _paragraphs(package: Package, name: str) -> str:
    lines = (
        "".join(run.text or "" for run in descendants(paragraph, "t"))
        for paragraph in descendants(package.xml(name), "p")
    )
    return "\n".join(line for line in lines if line.strip())
