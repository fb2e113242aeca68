"""One record's metadata 元数据.XML: Chinese element names (DA/T 46), canonical names beside.

Every value element carries ``名`` with its canonical name, so that what was written is read
back without loss; a file by another system, without ``名``, is read by its labels.
"""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree

from lantai.core.packages.package import (
    PackageFault,
    PackageNotWritable,
    ProcessEvent,
    TransferFile,
    TransferItem,
)
from lantai.core.packages.transfer.labels import label_of, name_of, value_of
from lantai.core.packages.transfer.xml_files import (
    XmlNotReadable,
    local_name,
    parse_xml,
    text_of,
)

ROOT = "电子档案元数据"
FILES, ONE_FILE = "电子属性", "文档"
EVENTS, ONE_EVENT = "业务过程", "业务实体"
DIGEST = "数字摘要"
OTHER = "其他元数据"
_ALGORITHMS = {"SM3": "sm3", "SHA-512": "sha512", "SHA512": "sha512"}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FILE_FIELDS = ("path", "format", "mime", "puid", "role", "created")
MAX_FILES = 100_000  # of one record; more is an attack


def render_item(item: TransferItem) -> bytes:
    """The bytes of 元数据.XML, UTF-8; `PackageNotWritable` for characters XML cannot hold."""
    root = etree.Element(ROOT)
    for name, value in item.values.items():
        label = label_of(name)
        element = add_value(root, label or OTHER, value, f"{item.name} {label or name}")
        element.set("名", name)
    if item.files:
        group = etree.SubElement(root, FILES)
        for file in item.files:
            _add_file(group, file, item.name)
    if item.events:
        group = etree.SubElement(root, EVENTS)
        for event in item.events:
            one = etree.SubElement(group, ONE_EVENT)
            for field in ("act", "time", "agent", "note"):
                value = getattr(event, field)
                if value or field != "note":
                    add_value(one, label_of(field, "event"), value, f"{item.name} {event.act}")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _add_file(group: etree._Element, file: TransferFile, where: str) -> None:
    one = etree.SubElement(group, ONE_FILE)
    for field in _FILE_FIELDS:
        value = getattr(file, field)
        if value:
            add_value(one, label_of(field, "file"), value, where)
    if file.size >= 0:
        add_value(one, label_of("size", "file"), str(file.size), where)
    for shown, value in (("SM3", file.sm3), ("SHA-512", file.sha512)):
        if value:
            add_value(one, DIGEST, value, where).set("算法", shown)


def not_xml(value: str) -> str:
    """The first character XML cannot hold, as U+0000; empty when there is none."""
    bad = _NOT_XML.search(value)
    return f"U+{ord(bad[0]):04X}" if bad else ""


def add_value(parent: etree._Element, tag: str, value: str, where: str) -> etree._Element:
    """A child with this text; `PackageNotWritable` for characters XML cannot hold."""
    code = not_xml(value)
    if code:
        raise PackageNotWritable(
            f"{where}：含有 XML 不允许的字符 {code}，请先删去 / character {code} cannot be written"
        )
    element = etree.SubElement(parent, tag)
    element.text = value
    return element


def read_item(path: Path, metadata_path: str) -> TransferItem:
    """The item its metadata file describes; faults on the item, never an exception.

    File paths are made relative to the package by the folder of the metadata file.
    """
    folder = metadata_path.rpartition("/")[0]
    item = TransferItem(values={}, folder=folder, metadata_path=metadata_path)
    try:
        root = parse_xml(path)
    except XmlNotReadable as problem:
        item.faults.append(PackageFault("metadata-not-xml", metadata_path, str(problem)))
        return item
    _read_values(root, item, depth=0)
    if not item.values:
        item.faults.append(PackageFault("metadata-empty", metadata_path, local_name(root)))
    return item


def _read_values(parent: etree._Element, item: TransferItem, depth: int) -> None:
    """Values at any depth: DA/T 46 puts 题名 in 内容描述, 年度 in 档号, and so on."""
    for child in parent:
        tag = local_name(child)
        if tag in (ONE_FILE, DIGEST) or (tag == FILES and child.find(f"{{*}}{ONE_FILE}") is None):
            if len(item.files) < MAX_FILES:
                _read_file(child, item)
        elif tag == ONE_EVENT:
            if len(item.events) < MAX_FILES:
                item.events.append(_read_event(child))
        else:
            _read_value(child, tag, item)
            if depth < 8 and len(child):
                _read_values(child, item, depth + 1)


def _read_value(child: etree._Element, tag: str, item: TransferItem) -> None:
    name = child.get("名") or name_of(tag)
    if not name:
        return
    if child.get("名") and not len(child):
        value = child.text or ""
    else:
        value = (child.text or "").strip() if len(child) else text_of(child)
    value = value_of(name, value)
    before = item.values.get(name)
    if before and value and before != value:
        value = f"{before}；{value}"
    if value or not before:
        item.values[name] = value


def _read_file(element: etree._Element, item: TransferItem) -> None:
    fields: dict[str, str] = {}
    digests: dict[str, str] = {}
    for child in element.iter():
        tag = local_name(child)
        if tag == DIGEST:
            algorithm = _ALGORITHMS.get((child.get("算法") or "").upper(), "")
            if algorithm:
                digests[algorithm] = text_of(child).lower()
        elif tag and name_of(tag, "file"):
            fields[name_of(tag, "file")] = text_of(child)
    if not fields.get("path"):
        return
    size = fields.get("size", "")
    if size and not (size.isascii() and size.isdigit()):
        item.faults.append(PackageFault("size-not-a-number", item.metadata_path, size[:80]))
    number = int(size) if size.isascii() and size.isdigit() and len(size) < 19 else -1
    item.files.append(
        TransferFile(
            path=_inside(item.folder, fields["path"]),
            size=number,
            sm3=digests.get("sm3", ""),
            sha512=digests.get("sha512", ""),
            mime=fields.get("mime", ""),
            puid=fields.get("puid", ""),
            role=fields.get("role") or "主文档",
            format=fields.get("format", ""),
            created=fields.get("created", ""),
        )
    )


def _inside(folder: str, path: str) -> str:
    """The path relative to the package, as written (``..`` is left for the check to refuse)."""
    path = path.replace("\\", "/").removeprefix("./")
    return f"{folder}/{path}" if folder else path


def _read_event(element: etree._Element) -> ProcessEvent:
    found: dict[str, str] = {}
    for child in element.iter():
        name = name_of(local_name(child), "event") if child is not element else ""
        if name:
            found.setdefault(name, text_of(child))
    return ProcessEvent(
        found.get("act", ""), found.get("agent", ""), found.get("time", ""), found.get("note", "")
    )
