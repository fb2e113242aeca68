"""JPEG 2000 图像: validated whole by jpylyzer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from lantai.core.formats.format import Format, Problem, Unreadable, damaged
from lantai.core.formats.jp2_parts import MOST_COLOURS, MOST_PARTS, Jp2Parts, parts_of
from lantai.core.formats.pictures import judge_pixels


class Jp2(Format):
    """JP2 and JPX (ISO/IEC 15444)."""

    id = "jp2"
    label_zh, label_en = "JPEG 2000 图像", "JPEG 2000 image"
    puids = ("x-fmt/392", "fmt/151", "fmt/463", "fmt/1794")
    mimes = ("image/jp2", "image/jpx", "image/jpm")
    extensions = ("jp2", "jpx", "jpf")

    def characterise(self, path: Path) -> dict[str, Any]:
        """Size, components, bits, transformation, layers, validity."""
        parts = _parts(path)
        if parts.parts > MOST_PARTS:
            size = {"height": str(parts.height), "width": str(parts.width)}
            return {"valid": None, **size, "nC": str(parts.components)}
        report = _report(path)
        found: dict[str, Any] = {"valid": _valid(report)}
        names = ("height", "width", "nC", "bPCDepth", "transformation", "layers", "levels",
                 "compressionRatio", "order")  # fmt: skip
        for element in report.iter():
            name = element.tag.rsplit("}", 1)[-1]
            if name in names and element.text and name not in found:
                found[name] = element.text
        return found

    def verify(self, path: Path) -> list[Problem]:
        """The tests of jpylyzer that failed, by name; what is too large to decode is told."""
        parts = _parts(path)
        if parts.parts > MOST_PARTS:
            return [
                Problem(
                    "too-many-parts", "warning",
                    f"JP2 的数据块超过 {MOST_PARTS} 个，未逐项验证",
                    f"more than {MOST_PARTS} boxes, segments and tile-parts: not judged",
                )
            ]  # fmt: skip
        report = _report(path)
        if _valid(report):
            return [*_too_large(parts)]
        tests = next((e for e in report.iter() if e.tag.endswith("tests")), None)
        failed = [
            e.tag.rsplit("}", 1)[-1]
            for e in (tests.iter() if tests is not None else ())
            if e.text == "False"
        ]
        what = ", ".join(failed[:10]) or "structure"
        return [Problem("damaged", "error", f"JP2 无效：{what}", f"not valid JP2: {what}")]


def _parts(path: Path) -> Jp2Parts:
    """What it states of itself; no palette may be larger than the standard's."""
    if path.stat().st_size == 0:
        raise Unreadable("empty", "空文件", "empty file")
    found = parts_of(path)
    if found.colours > MOST_COLOURS:
        raise Unreadable(
            "damaged", f"JP2 调色板 {found.colours} 色，超过 {MOST_COLOURS}",
            f"a palette of {found.colours} colours",
        )  # fmt: skip
    return found


def _too_large(parts: Jp2Parts) -> Iterator[Problem]:
    """Its structure is judged without decoding: the size alone makes no file a bad one."""
    try:
        judge_pixels(parts.width, parts.height, 4 + 4 * parts.components)
    except Unreadable as fault:
        yield Problem(fault.code, "warning", fault.message_zh, fault.message_en)


def _valid(report: ElementTree.Element) -> bool:
    return any(e.tag.endswith("isValid") and e.text == "True" for e in report.iter())


def _report(path: Path) -> ElementTree.Element:
    from jpylyzer import jpylyzer

    try:
        report: ElementTree.Element = jpylyzer.checkOneFile(str(path))
    except (OSError, ValueError, IndexError, TypeError, KeyError, ZeroDivisionError) as fault:
        raise damaged(fault) from fault
    return report
