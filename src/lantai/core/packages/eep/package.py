"""An EEP, or a folder of them, as a package 封装包 that checks and deposits can open."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from lantai.core.packages.eep.fields import names
from lantai.core.packages.eep.layers import Layer, data_of, encoded, layers
from lantai.core.packages.eep.reading import NAMESPACE, ROOT, EepUnreadable, Node, read_eep
from lantai.core.packages.eep.structure import validate_eep
from lantai.core.packages.index import DiskFile
from lantai.core.packages.package import (
    Package,
    PackageFault,
    PackageUnreadable,
    ProcessEvent,
    TransferFile,
    TransferItem,
)
from lantai.core.packages.transfer.labels import name_of, value_of
from lantai.core.packages.transfer.writer import folder_name

REPLACED = "修改前"
"""The role of a file that a later layer replaced or left out."""
_MIME = re.compile(r"MIME媒体类型[：:]\s*([\w.+-]+/[\w.+-]+)")
_FORMAT = re.compile(r"格式名称[：:]\s*([^，,；;]+)")


def looks_like_eep(path: Path) -> bool:
    """Whether the first kilobytes name the root element and namespace of DA/T 48."""
    try:
        with path.open("rb") as stream:
            head = stream.read(4096)
    except OSError:
        return False
    return ROOT.encode() in head and NAMESPACE.encode() in head


class EepPackage(Package):
    """Records from EEP files; their content is decoded into a folder that goes with the package."""

    profile = "eep"
    layout = "EEP"

    def __init__(self, path: Path) -> None:
        scratch = tempfile.mkdtemp(prefix="lantai-eep-")
        super().__init__(Path(scratch), path.name)
        self._items: list[TransferItem] = []
        self._sources: dict[str, Path] = {}
        try:
            sources = [path] if path.is_file() else sorted(path.glob("*.xml"))
            for source in sources:
                self._read(source)
            if not self._items:
                raise PackageUnreadable(f"{path.name}：没有可读的封装包 / no EEP that can be read")
        except BaseException:
            self.close()
            raise

    def items(self) -> Iterator[TransferItem]:
        """A record a package."""
        return iter(self._items)

    def item_count(self) -> int:
        """As many as packages."""
        return len(self._items)

    def received(self, item: TransferItem) -> Path | None:
        """The package itself: it is what its signatures were made over."""
        return self._sources.get(item.folder)

    def close(self) -> None:
        """Let the index and the decoded files go."""
        super().close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _read(self, source: Path) -> None:
        base = folder_name(source.stem) or f"{len(self._items) + 1}"
        folder = f"{base}-{len(self._items) + 1}" if (self.folder / base).exists() else base
        (self.folder / folder).mkdir()
        decoding = _Decoding(self.folder, folder)
        try:
            root = read_eep(source, decoding.target).root
        except EepUnreadable as cause:
            self.fault("metadata-not-xml", source.name, str(cause))
            return
        metadata = f"{folder}/封装包元数据.XML"
        item = _item(root, folder, metadata, decoding)
        (self.folder / metadata).write_bytes(f"<!-- {source.name} -->\n<封装包/>\n".encode())
        for finding in validate_eep(source).errors:
            code = "signature-altered" if finding.code == "EEP-SIGNATURE" else "eep-structure"
            item.faults.append(PackageFault(code, source.name, f"{finding.code} {finding.path}"))
        self._items.append(item)
        self._sources[folder] = source
        self.index.add_files(
            DiskFile(file.path, found.stat().st_size, found.stat().st_mtime, "content")
            for file in item.files
            if (found := self.folder / file.path).is_file()
        )


class _Decoding:
    """Where each encoded file of one package goes: by its stated name, made safe and unique."""

    def __init__(self, top: Path, folder: str) -> None:
        self.top, self.folder = top, folder
        self.taken: set[str] = set()
        self.paths: dict[int, str] = {}

    def target(self, node: Node) -> BinaryIO | None:
        """A file for the encoded data; none for what only refers to earlier data."""
        if node.attributes.get("引用编码数据ID"):
            return None
        told = ""
        if node.parent is not None:
            told = next((one.text for one in node.parent.every("计算机文件名")), "")
        name = folder_name(told.replace("\\", "/").rpartition("/")[2]) or "文件"
        while name.casefold() in self.taken:
            name = f"{len(self.taken)}-{name}"
        self.taken.add(name.casefold())
        path = f"{self.folder}/{name}"
        self.paths[id(node)] = path
        return (self.top / path).open("wb")

    def of(self, coded: Node, known: dict[str, Node]) -> str:
        """Where the bytes of a file lie, its own or those it refers to; "" when nowhere."""
        data = data_of(coded, known)
        return self.paths.get(id(data), "") if data is not None else ""


def _item(root: Node, folder: str, metadata: str, decoding: _Decoding) -> TransferItem:
    """The record as the newest layer says it is; what that replaced stays with it."""
    item = TransferItem(values={}, folder=folder, metadata_path=metadata)
    found = layers(root)
    entity = next((found[0].content if found else root).every("文件实体"), root)
    for node in entity.walk():
        parent = node.parent.name if node.parent is not None else ""
        if "文件数据" in _above(node):
            continue
        name = names().get((parent, node.name))
        if not name and not node.children:
            name = name_of(node.name)
        if name and node.text and name not in item.values:
            item.values[name] = value_of(name, node.text)
    known = encoded(root)
    for number, layer in enumerate(found):
        for document in layer.content.every("文档"):
            role = document.text_of("文档主从声明") or "主文档"
            for coded in document.every("编码"):
                _add_file(item, coded, REPLACED if number else role, decoding.of(coded, known))
    item.events = list(dict.fromkeys(e for layer in reversed(found) for e in _events(layer)))
    return item


def _events(layer: Layer) -> Iterator[ProcessEvent]:
    people = {
        one.text_of("机构人员标识符"): one.text_of("机构人员名称")
        for one in layer.content.every("机构人员实体")
    }
    for act in layer.content.every("业务实体"):
        agent = act.text_of("机构人员标识符")
        yield ProcessEvent(
            act.text_of("业务行为"),
            people.get(agent, agent),
            act.text_of("行为时间"),
            act.text_of("行为描述"),
        )


def _above(node: Node) -> Iterator[str]:
    while node.parent is not None:
        node = node.parent
        yield node.name


def _add_file(item: TransferItem, coded: Node, role: str, path: str) -> None:
    """One file once, as the newest layer that has it tells of it."""
    if not path or any(file.path == path for file in item.files):
        return
    told = next((one.text for one in coded.every("格式信息")), "")
    size = next((one.text for one in coded.every("计算机文件大小")), "")
    mime, named = _MIME.search(told), _FORMAT.search(told)
    item.files.append(
        TransferFile(
            path=path,
            size=int(size) if size.isascii() and size.isdigit() and len(size) < 19 else -1,
            mime=mime.group(1) if mime else "",
            format=named.group(1).strip() if named else "",
            role=role,
        )
    )
