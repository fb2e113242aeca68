"""Writing an EEP 封装包生成: a record with its files as one XML file, signed when asked."""

from __future__ import annotations

import base64
import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO, BinaryIO
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from lantai.core.packages.eep.fields import fields
from lantai.core.packages.eep.layers import CONTENT, ORIGINAL
from lantai.core.packages.eep.reading import NAMESPACE, ROOT
from lantai.core.packages.eep.signatures import RULE, EepSigner, canonical
from lantai.core.packages.eep.structure import table
from lantai.core.packages.package import PackageNotWritable, TransferFile, TransferItem
from lantai.core.packages.transfer.item_metadata import not_xml

_PIECE = 57 * 1024
OpenFile = Callable[[TransferFile], BinaryIO]


def write_eep(
    path: Path,
    item: TransferItem,
    open_file: OpenFile,
    *,
    created: datetime,
    unit: str,
    system: str = "",
    signer: EepSigner | None = None,
) -> None:
    """Write one record to ``path`` (which must not exist); it appears whole or not at all.

    Raises `PackageNotWritable` where the schema asks for a value the record lacks.
    """
    if path.exists():
        raise PackageNotWritable(f"{path.name}：已经存在 / already exists")
    building = path.with_name(path.name + ".part")
    try:
        with building.open("w", encoding="utf-8", newline="\n") as stream:
            Writing(stream, item, open_file).document(created, unit, system)
        if signer is not None:
            sign(building, signer, created)
        os.replace(building, path)  # noqa: PTH105 – atomic, same folder
    except BaseException:
        building.unlink(missing_ok=True)
        raise


class Writing:
    """Writes one layer of a package; identifiers begin with ``prefix``."""

    def __init__(
        self, stream: IO[str], item: TransferItem, open_file: OpenFile, prefix: str = ""
    ) -> None:
        self.stream, self.item, self.open_file, self.prefix = stream, item, open_file, prefix
        self.number = 0

    def text(self, value: str) -> str:
        """As XML holds it."""
        if bad := not_xml(value):
            raise PackageNotWritable(f"{self.item.name}：含有 XML 不允许的字符 {bad}")
        return escape(value)

    def put(self, name: str, value: str) -> None:
        """An element with a text."""
        self.stream.write(f"<{name}>{self.text(value)}</{name}>\n")

    def document(self, created: datetime, unit: str, system: str) -> None:
        """A package of the original kind 原始型."""
        self.head(ORIGINAL, created, unit)
        self.stream.write(f"<{CONTENT}>")
        self.content(system)
        self.stream.write(f"</{CONTENT}>")
        self.foot()

    def head(self, kind: str, created: datetime, unit: str) -> None:
        """From the root to where the content begins."""
        book = table()
        self.stream.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<{ROOT} xmlns="{NAMESPACE}">\n')
        self.put("封装包格式描述", book["description"])
        self.put("版本", book["version"])
        self.stream.write(f'<被签名对象 eep版本="{book["version"]}">\n')
        self.put("封装包类型", kind)
        self.put("封装包类型描述", book["kinds"][kind])
        self.put("封装包创建时间", created.isoformat(timespec="seconds"))
        self.put("封装包创建单位", unit)

    def foot(self) -> None:
        """To the end of the root."""
        self.stream.write(f"</被签名对象>\n</{ROOT}>\n")

    def content(self, system: str) -> None:
        """The record 文件实体块 with its history."""
        self.stream.write("<文件实体块><文件实体>\n")
        self.put("聚合层次", "文件")
        for group in fields():
            self.group(group)
        if system:
            self.put("信息系统描述", system)
        if self.item.values.get("notes"):
            self.put("附注", self.item.values["notes"])
        self.stream.write("<文件数据>\n")
        for file in self.item.files:
            self.file(file)
        self.stream.write("</文件数据></文件实体></文件实体块>\n")
        self.history()

    def group(self, group: dict[str, object]) -> None:
        """One container, or one element of its own, by the table of fields."""
        name = str(group["name"])
        if "element" in group:
            self.put(name, self.value(group))
            return
        mixed = str(group.get("mixed", ""))
        self.stream.write(f"<{name}>")
        if mixed:
            self.stream.write(self.text(self.item.values.get(mixed, "")))
        for child in group["children"]:  # type: ignore[attr-defined]
            value = self.value(child)
            if value:
                self.put(str(child["name"]), value)
        self.stream.write(f"</{name}>\n")

    def value(self, told: dict[str, object]) -> str:
        """Of the record, else the default; `PackageNotWritable` where one is demanded."""
        value = self.item.values.get(str(told.get("element", "")), "") or str(
            told.get("default", "")
        )
        if not value and told.get("required"):
            raise PackageNotWritable(
                f"{self.item.name}：缺少“{told['name']}”，不能封装 / {told['name']} is missing"
            )
        return value

    def file(self, file: TransferFile) -> None:
        """One computer file 编码 with what is told of it."""
        self.number += 1
        number, name, ids = self.number, file.path.rpartition("/")[2], self.prefix
        self.stream.write(
            f"<文档><文档标识符>{ids}D{number}</文档标识符><文档序号>{number}</文档序号>"
        )
        self.put("文档主从声明", file.role)
        self.stream.write(
            f'<文档数据 文档数据ID="{ids}DD{number}"><编码 编码ID="{ids}E{number}"><电子属性>'
        )
        format_told = f"格式名称：{file.format or file.puid}，MIME媒体类型：{file.mime}"
        self.put("格式信息", format_told)
        self.put("计算机文件名", name)
        with self.open_file(file) as stream:
            stream.seek(0, os.SEEK_END)
            self.put("计算机文件大小", str(stream.tell()))
            stream.seek(0)
            extension = name.rpartition(".")[2].lower() if "." in name else "bin"
            self.stream.write("</电子属性>\n")
            self.put("编码描述", "Base64（RFC 4648）")
            self.put("反编码关键字", f"base64-{extension}")
            self.data(file, stream, str(number))
        self.stream.write("\n</编码></文档数据></文档>\n")

    def data(self, file: TransferFile, stream: BinaryIO, number: str) -> None:
        """The bytes themselves 编码数据."""
        self.stream.write(f"<编码数据 编码数据ID={quoteattr(f'{self.prefix}B{number}')}>")
        while piece := stream.read(_PIECE):
            self.stream.write(base64.b64encode(piece).decode())
        self.stream.write("</编码数据>")

    def history(self) -> None:
        """Acts and agents; the schema asks for one of each at least."""
        agents: dict[str, str] = {}
        self.stream.write("<业务实体块>\n")
        events = self.item.events
        if not events:
            raise PackageNotWritable(f"{self.item.name}：缺少业务过程，不能封装 / no process event")
        for number, event in enumerate(events, 1):
            agent = agents.setdefault(event.agent, f"{self.prefix}A{len(agents) + 1}")
            self.stream.write("<业务实体>")
            self.put("业务标识符", f"{self.prefix}P{number}")
            self.put("机构人员标识符", agent)
            self.put("文件标识符", self.item.values.get("electronic_record_code", self.item.name))
            self.put("业务状态", "历史行为")
            self.put("业务行为", event.act)
            self.put("行为时间", event.time)
            if event.note:
                self.put("行为描述", event.note)
            self.stream.write("</业务实体>\n")
        self.stream.write("</业务实体块><机构人员实体块>\n")
        for name, ident in agents.items():
            self.stream.write("<机构人员实体>")
            self.put("机构人员标识符", ident)
            self.put("机构人员名称", name or "未记录")
            self.stream.write("</机构人员实体>\n")
        self.stream.write("</机构人员实体块>\n")


def countersign_eep(path: Path, signer: EepSigner, when: datetime) -> None:
    """One more signature over the same object 会签, beside those that are there.

    Raises `PackageNotWritable` where the file is no EEP.
    """
    building = path.with_name(path.name + ".part")
    try:
        shutil.copyfile(path, building)
        sign(building, signer, when, "")
        os.replace(building, path)  # noqa: PTH105 – atomic, same folder
    except (etree.XMLSyntaxError, AttributeError) as cause:
        raise PackageNotWritable(f"{path.name}：不是封装包 / no EEP: {cause}") from cause
    finally:
        building.unlink(missing_ok=True)


def sign(path: Path, signer: EepSigner, when: datetime, identifier: str = "S1") -> None:
    """Add a signature to 电子签名块; without an identifier it gets the next."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    tree = etree.parse(str(path), parser)
    root = tree.getroot()
    signed = root.find(f"{{{NAMESPACE}}}被签名对象")
    value = signer.sign(canonical(signed))
    block = root.find(f"{{{NAMESPACE}}}电子签名块")
    if block is None:
        block = etree.SubElement(root, f"{{{NAMESPACE}}}电子签名块")
    identifier = identifier or f"S{len(block) + 1}"
    one = etree.SubElement(block, f"{{{NAMESPACE}}}电子签名")
    for name, text in (
        ("签名标识符", identifier),
        ("签名规则", RULE),
        ("签名时间", when.isoformat(timespec="seconds")),
        ("签名人", signer.name),
        ("签名结果", base64.b64encode(value).decode()),
    ):
        if text:
            etree.SubElement(one, f"{{{NAMESPACE}}}{name}").text = text
    certificates = etree.SubElement(one, f"{{{NAMESPACE}}}证书块")
    encoded = base64.b64encode(signer.certificate).decode()
    etree.SubElement(certificates, f"{{{NAMESPACE}}}证书").text = encoded
    etree.SubElement(one, f"{{{NAMESPACE}}}签名算法标识").text = signer.algorithm
    tree.write(str(path), xml_declaration=True, encoding="UTF-8")
