"""Writing an E-ARK package E-ARK 信息包生成 (CSIP 2.1): METS, PREMIS, one representation.

What is written passes the judge of ``eark.py``, with which it shares no code.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from lxml import etree

from lantai.core.fixity import digest_stream
from lantai.core.packages.package import PackageNotWritable, TransferFile, TransferItem
from lantai.core.packages.premis import SOFTWARE, PremisEvent, PremisObject, render_premis
from lantai.core.packages.transfer.item_metadata import render_item
from lantai.core.packages.transfer.writer import folder_name

_M = "http://www.loc.gov/METS/"
_X = "http://www.w3.org/1999/xlink"
_C = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
_PROFILES = {
    "SIP": "https://earksip.dilcis.eu/profile/E-ARK-SIP.xml",
    "AIP": "https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml",
    "DIP": "https://earkdip.dilcis.eu/profile/E-ARK-DIP.xml",
}
_SCHEMAS = Path(__file__).with_name("schemas")
OpenFile = Callable[[TransferFile], BinaryIO]


@dataclass(frozen=True)
class _Kept:
    """A file of the package: its path, size and digest."""

    path: str
    size: int
    sha512: str
    mime: str


def write_eark(
    folder: Path,
    item: TransferItem,
    open_file: OpenFile,
    *,
    kind: str,
    created: datetime,
    unit: str,
    version: str,
) -> None:
    """Write one record as a SIP, AIP or DIP to ``folder``, which must not exist.

    It appears whole or not at all. ``unit`` hands it over; ``version`` is that of this program.
    """
    if folder.exists():
        raise PackageNotWritable(f"{folder.name}：已经存在 / already exists")
    building = folder.with_name(folder.name + ".part")
    shutil.rmtree(building, ignore_errors=True)
    try:
        _Writing(building, folder.name, kind, created.isoformat(timespec="seconds")).write(
            item, open_file, unit, version
        )
        os.replace(building, folder)  # noqa: PTH105 – atomic, same parent
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise


class _Writing:
    def __init__(self, top: Path, name: str, kind: str, now: str) -> None:
        self.top, self.name, self.kind, self.now = top, name, kind, now

    def write(self, item: TransferItem, open_file: OpenFile, unit: str, version: str) -> None:
        content = [self.content(file, open_file) for file in item.files]
        self.events = self.history(item, content)
        (self.top / "representations/rep1/metadata").mkdir(parents=True, exist_ok=True)
        dc = self.keep("metadata/descriptive/元数据.xml", render_item(item), "text/xml")
        objects = [
            PremisObject(one.path, one.size, {"SHA-512": one.sha512}, file.format, file.puid)
            for file, one in zip(item.files, content, strict=True)
        ]
        premis = self.keep(
            "metadata/preservation/premis.xml", render_premis(objects, self.events), "text/xml"
        )
        about = f"{item.values.get('title', '')}\n{item.reference_code}\n{unit}\n{self.now}\n"
        documentation = self.keep("documentation/说明.txt", about.encode(), "text/plain")
        schemas = [
            self.keep(f"schemas/{path.name}", path.read_bytes(), "application/xml")
            for path in sorted(_SCHEMAS.glob("*.xsd"))
        ]
        inner = self.representation(content, unit, version)
        rep = self.keep("representations/rep1/METS.xml", inner, "application/xml")
        self.package(unit, version, dc, premis, documentation, schemas, rep)

    def content(self, file: TransferFile, open_file: OpenFile) -> _Kept:
        name = "/".join(filter(None, map(folder_name, file.path.split("/"))))
        path = f"representations/rep1/data/{name}"
        place = self.top / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            raise PackageNotWritable(f"{file.path}：文件名重复 / the name is there twice")
        with open_file(file) as source, place.open("wb") as target:
            shutil.copyfileobj(source, target)
        with place.open("rb") as stream:
            found = digest_stream(stream, ("sha512",))
        mime = file.mime or "application/octet-stream"
        return _Kept(path, found.size, found.values["sha512"], mime)

    def history(self, item: TransferItem, content: list[_Kept]) -> list[PremisEvent]:
        paths = tuple(one.path for one in content)
        events = [
            PremisEvent(f"event-{n}", event.act, event.time, event.note, "", event.agent, paths)
            for n, event in enumerate(item.events, 1)
        ]
        last = len(events) + 1
        made = f"{self.kind} {self.name}"
        return [
            *events,
            PremisEvent(f"event-{last}", "packing", self.now, made, "success", SOFTWARE, paths),
        ]

    def keep(self, path: str, data: bytes, mime: str) -> _Kept:
        place = self.top / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        with place.open("rb") as stream:
            found = digest_stream(stream, ("sha512",))
        return _Kept(path, found.size, found.values["sha512"], mime)

    def root(self, objid: str, unit: str, version: str) -> etree._Element:
        root = etree.Element(f"{{{_M}}}mets", nsmap={None: _M, "xlink": _X, "csip": _C})
        root.set("OBJID", objid)
        root.set("TYPE", "Mixed")
        root.set("PROFILE", _PROFILES[self.kind])
        root.set(f"{{{_C}}}CONTENTINFORMATIONTYPE", "MIXED")
        header = _add(root, "metsHdr", CREATEDATE=self.now, LASTMODDATE=self.now)
        header.set(f"{{{_C}}}OAISPACKAGETYPE", self.kind)
        agent = _add(header, "agent", ROLE="CREATOR", TYPE="OTHER", OTHERTYPE="SOFTWARE")
        _add(agent, "name").text = SOFTWARE
        note = _add(agent, "note")
        note.text = version
        note.set(f"{{{_C}}}NOTETYPE", "SOFTWARE VERSION")
        if self.kind == "SIP":
            agent = _add(header, "agent", ROLE="CREATOR", TYPE="ORGANIZATION")
            _add(agent, "name").text = unit
        return root

    def reference(self, parent: etree._Element, one: _Kept, kind: str) -> None:
        more = {"OTHERMDTYPE": "DA/T 46"} if kind == "OTHER" else {}
        element = _add(parent, "mdRef", LOCTYPE="URL", MDTYPE=kind, **more, **self.told(one))
        _link(element, one.path)

    def told(self, one: _Kept) -> dict[str, str]:
        return {
            "MIMETYPE": one.mime,
            "SIZE": str(one.size),
            "CREATED": self.now,
            "CHECKSUM": one.sha512,
            "CHECKSUMTYPE": "SHA-512",
        }

    def group(
        self, section: etree._Element, ident: str, use: str, files: list[_Kept], below: str = ""
    ) -> None:
        group = _add(section, "fileGrp", ID=ident, USE=use)
        if use.startswith("Representations"):
            group.set(f"{{{_C}}}CONTENTINFORMATIONTYPE", "MIXED")
        for number, one in enumerate(files, 1):
            file = _add(group, "file", ID=f"{ident}-f{number}", **self.told(one))
            _link(_add(file, "FLocat", LOCTYPE="URL"), one.path.removeprefix(below))

    def representation(self, content: list[_Kept], unit: str, version: str) -> bytes:
        root = self.root("rep1", unit, version)
        if content:
            section = _add(root, "fileSec", ID="files")
            self.group(section, "data", "Data", content, "representations/rep1/")
        structure = _add(root, "structMap", ID="structure", TYPE="PHYSICAL", LABEL="CSIP")
        main = _add(structure, "div", ID="main", LABEL="rep1")
        _add(main, "div", ID="div-metadata", LABEL="Metadata")
        if content:
            data = _add(main, "div", ID="div-data", LABEL="Data")
            _add(data, "fptr", FILEID="data")
        return _bytes(root)

    def package(
        self,
        unit: str,
        version: str,
        described: _Kept,
        premis: _Kept,
        documentation: _Kept,
        schemas: list[_Kept],
        rep: _Kept,
    ) -> None:
        root = self.root(self.name, unit, version)
        dmd = _add(root, "dmdSec", ID="dmd", CREATED=self.now, STATUS="CURRENT")
        self.reference(dmd, described, "OTHER")
        provenance = _add(_add(root, "amdSec"), "digiprovMD", ID="premis", STATUS="CURRENT")
        self.reference(provenance, premis, "PREMIS")
        section = _add(root, "fileSec", ID="files")
        self.group(section, "documentation", "Documentation", [documentation])
        self.group(section, "schemas", "Schemas", schemas)
        self.group(section, "rep1", "Representations/rep1", [rep])
        structure = _add(root, "structMap", ID="structure", TYPE="PHYSICAL", LABEL="CSIP")
        main = _add(structure, "div", ID="main", LABEL=self.name)
        _add(main, "div", ID="div-metadata", LABEL="Metadata", ADMID="premis", DMDID="dmd")
        for label in ("Documentation", "Schemas"):
            div = _add(main, "div", ID=f"div-{label.lower()}", LABEL=label)
            _add(div, "fptr", FILEID=label.lower())
        div = _add(main, "div", ID="div-rep1", LABEL="Representations/rep1")
        pointer = _add(div, "mptr", LOCTYPE="URL")
        _link(pointer, rep.path)
        pointer.set(f"{{{_X}}}title", "rep1")
        (self.top / "METS.xml").write_bytes(_bytes(root))


def _add(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_M}}}{name}", attributes)


def _link(element: etree._Element, path: str) -> None:
    element.set(f"{{{_X}}}type", "simple")
    element.set(f"{{{_X}}}href", quote(path))


def _bytes(root: etree._Element) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))
