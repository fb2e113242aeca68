"""EAD 检索工具: every component of a finding aid is a row (EAD 2002 and EAD3, by local names)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from lantai.core.safe_xml import XmlRefused, local, parse_xml
from lantai.core.tables.table import Row, Table, TableUnreadable, open_bytes

MOST = 256 * 1024 * 1024
_COMPONENT = re.compile(r"c(0[1-9]|1[0-2])?")
_COLUMNS = {  # of the did, and of the component itself
    "unittitle": "题名", "unitid": "档号", "unitdate": "日期", "unitdatestructured": "日期",
    "origination": "责任者", "langmaterial": "语种", "physdesc": "数量", "abstract": "摘要",
    "scopecontent": "摘要", "bioghist": "附注", "note": "附注", "odd": "附注",
    "accessrestrict": "利用限制", "arrangement": "附注", "controlaccess": "主题词",
}  # fmt: skip
_LEVELS = {"class": "类", "series": "类", "subseries": "类", "subfonds": "类",
           "recordgrp": "类", "subgrp": "类", "file": "案卷", "item": "件"}  # fmt: skip


class FindingAid(Table):
    """An EAD document by its own ending; one that ends in .xml is known by its root."""

    id = "ead"
    suffixes = (".ead", ".ead.gz")

    def rows(self) -> Iterator[Row]:
        """Components in document order."""
        with open_bytes(self) as stream:
            data = stream.read(MOST + 1)
        try:
            yield from ead_rows(parse_xml(data, recover=True))
        except XmlRefused as fault:
            raise TableUnreadable("EAD 不合格或过大", f"EAD refused: {fault}") from fault


def ead_rows(root: etree._Element) -> Iterator[Row]:
    """A row for each ``c``, ``c01`` … below the root, with the titles it stands under."""
    found = (e for e in root.iter(etree.Element) if _COMPONENT.fullmatch(local(e)))
    for number, component in enumerate(found, 1):
        yield Row(number, _values(component))


def _values(component: etree._Element) -> dict[str, str]:
    values: dict[str, str] = {}
    identifier = component.get("id") or ""
    if identifier:
        values["编号"] = identifier
    level = component.get("level") or component.get("otherlevel") or ""
    values["层级"] = _LEVELS.get(level, "件")
    for part in component:
        if not isinstance(part.tag, str) or _COMPONENT.fullmatch(local(part)):
            continue
        for leaf in part if local(part) == "did" else (part,):
            _add(values, leaf)
    above = [_title(e) for e in component.iterancestors() if _COMPONENT.fullmatch(local(e))]
    if above:
        values["上级"] = " › ".join(reversed([title for title in above if title]))
    return values


def _add(values: dict[str, str], leaf: etree._Element) -> None:
    column = _COLUMNS.get(local(leaf)) if isinstance(leaf.tag, str) else None
    if column is None:
        return
    text = (leaf.get("normal") if column == "日期" else "") or _text(leaf)
    if text:
        values[column] = f"{values[column]}\n{text}" if column in values else text


def _title(component: etree._Element) -> str:
    title = next((e for e in component.iter(etree.Element) if local(e) == "unittitle"), None)
    return "" if title is None else _text(title)


def _text(element: etree._Element) -> str:
    return re.sub(r"\s+", " ", "".join(str(part) for part in element.itertext())).strip()
