"""JPEG 2000 图像: validated whole by jpylyzer."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from lantai.core.formats.format import Format, Problem, Unreadable, damaged


class Jp2(Format):
    """JP2 and JPX (ISO/IEC 15444)."""

    id = "jp2"
    label_zh, label_en = "JPEG 2000 图像", "JPEG 2000 image"
    puids = ("x-fmt/392", "fmt/151", "fmt/463", "fmt/1794")
    mimes = ("image/jp2", "image/jpx", "image/jpm")
    extensions = ("jp2", "jpx", "jpf")

    def characterise(self, path: Path) -> dict[str, Any]:
        """Size, components, bits, transformation, layers, validity."""
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
        """The tests of jpylyzer that failed, by name."""
        report = _report(path)
        if _valid(report):
            return []
        tests = next((e for e in report.iter() if e.tag.endswith("tests")), None)
        failed = [
            e.tag.rsplit("}", 1)[-1]
            for e in (tests.iter() if tests is not None else ())
            if e.text == "False"
        ]
        what = ", ".join(failed[:10]) or "structure"
        return [Problem("damaged", "error", f"JP2 无效：{what}", f"not valid JP2: {what}")]


def _valid(report: ElementTree.Element) -> bool:
    return any(e.tag.endswith("isValid") and e.text == "True" for e in report.iter())


def _report(path: Path) -> ElementTree.Element:
    from jpylyzer import jpylyzer

    if path.stat().st_size == 0:
        raise Unreadable("empty", "空文件", "empty file")
    try:
        report: ElementTree.Element = jpylyzer.checkOneFile(str(path))
    except (OSError, ValueError, IndexError, TypeError, KeyError, ZeroDivisionError) as fault:
        raise damaged(fault) from fault
    return report
