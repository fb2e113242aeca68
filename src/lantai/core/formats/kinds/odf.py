"""ODF 开放文档 (odt, ods, odp, odg): text by paragraph, sheet or slide."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from lantai.core.formats.format import Format, PageText, encrypted
from lantai.core.formats.office_container import Package, open_package
from lantai.core.safe_xml import descendants, local


class Odf(Format):
    """OpenDocument text, spreadsheet, presentation and drawing."""

    id = "odf"
    label_zh, label_en = "开放文档格式（ODF）", "OpenDocument"
    mimes = tuple(
        f"application/vnd.oasis.opendocument.{kind}"
        for kind in ("text", "spreadsheet", "presentation", "graphics", "text-template")
    )
    extensions = ("odt", "ods", "odp", "odg", "ott")
    has_text = True

    def texts(self, path: Path) -> Iterator[PageText]:
        """A page for each slide or sheet; one page for a text document."""
        with open_package(path) as package:
            _refuse_encrypted(package)
            root = package.xml("content.xml")
            body = next(descendants(root, "body"), root)
            kind = local(body[0]) if len(body) else ""
            split = {"spreadsheet": "table", "presentation": "page", "drawing": "page"}.get(kind)
            units = list(descendants(body, split)) if split else [body]
            for number, unit in enumerate(units, 1):
                yield PageText(number, _unit(unit))

    def characterise(self, path: Path) -> dict[str, Any]:
        """Metadata of meta.xml, and whether it holds macros."""
        with open_package(path) as package:
            _refuse_encrypted(package)
            package.xml("content.xml")
            found: dict[str, Any] = {"info": {}}
            if "meta.xml" in package.names:
                for element in package.xml("meta.xml").iter():
                    text = (element.text or "").strip()
                    if text and local(element):
                        found["info"][local(element)] = text[:2000]
                    if local(element) == "document-statistic":
                        found["statistics"] = {
                            key.rsplit("}", 1)[-1]: value for key, value in element.attrib.items()
                        }
            found["macros"] = any(name.startswith(("Basic/", "Scripts/")) for name in package.names)
            return found


def _refuse_encrypted(package: Package) -> None:
    name = "META-INF/manifest.xml"
    if name in package.names and b"encryption-data" in package.read(name):
        raise encrypted()


def _unit(root: etree._Element) -> str:
    lines: list[str] = []
    for element in root.iter():
        name = local(element)
        if name in ("p", "h"):
            lines.append(_inline(element))
    return "\n".join(lines).strip("\n")


def _inline(element: etree._Element) -> str:
    text = element.text or ""
    for child in element:
        name = local(child)
        if name == "tab":
            text += "\t"
        elif name == "s":
            count = next((v for k, v in child.attrib.items() if k.endswith("}c")), "1")
            text += " " * min(int(count) if count.isdigit() else 1, 1000)
        elif name == "line-break":
            text += "\n"
        elif name not in ("p", "h", "frame", "note"):
            text += _inline(child)
        text += child.tail or ""
    return text
