"""XML 目录: repeated elements below the root are rows, what they hold are columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from lantai.core.safe_xml import XmlRefused, local, parse_xml
from lantai.core.tables.kinds.finding_aid import ead_rows
from lantai.core.tables.table import Row, Table, TableUnreadable, open_bytes

MOST = 256 * 1024 * 1024


class Markup(Table):
    """Rows are the most frequent elements that hold leaves; attributes are columns too."""

    id = "xml"
    suffixes = (".xml",)

    def rows(self) -> Iterator[Row]:
        """Rows in document order."""
        with open_bytes(self) as stream:
            data = stream.read(MOST + 1)
        try:
            root = parse_xml(data, recover=True)
        except XmlRefused as fault:
            raise TableUnreadable("XML 不合格或过大", f"XML refused: {fault}") from fault
        if local(root) == "ead":
            yield from ead_rows(root)
            return
        holders = Counter(
            local(e)
            for e in root.iter(etree.Element)
            if any(_is_leaf(c) for c in e) and e is not root
        )
        if not holders:
            raise TableUnreadable("XML 里没有可作条目的元素", "no elements that could be rows")
        name = holders.most_common(1)[0][0]
        found = (e for e in root.iter(etree.Element) if local(e) == name and e is not root)
        for number, element in enumerate(found, 1):
            yield Row(number, _values(element))


def _is_leaf(element: etree._Element) -> bool:
    return isinstance(element.tag, str) and len(element) == 0


def _values(element: etree._Element) -> dict[str, str]:
    values = {str(name).rpartition("}")[2]: str(text) for name, text in element.attrib.items()}
    for leaf in element.iter(etree.Element):
        if _is_leaf(leaf) and (text := (leaf.text or "").strip()):
            key = str(leaf.get("name") or leaf.get("名称") or local(leaf))
            values[key] = f"{values[key]}\n{text}" if key in values else text
    return values
