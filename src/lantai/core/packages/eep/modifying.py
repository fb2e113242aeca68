"""Modifying an EEP 修改封装: a new layer over a package that stays as it is, its signatures with it.

A file whose bytes are in the package already is not stored again: 引用编码数据ID points to them.
How the annex of DA/T 48-2009 names identifiers of a new layer is 待核实: here ``M`` and the number
of the layer stand before each.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import IO, Any, BinaryIO, cast
from xml.sax.saxutils import quoteattr

from lxml import etree

from lantai.core.fixity import digest_stream, new_hasher
from lantai.core.packages.eep.layers import MODIFIED, WRAPPED, layers
from lantai.core.packages.eep.reading import NAMESPACE, EepUnreadable, Node, read_eep
from lantai.core.packages.eep.signatures import EepSigner, check_eep_signatures
from lantai.core.packages.eep.writer import OpenFile, Writing, sign
from lantai.core.packages.package import PackageNotWritable, TransferFile, TransferItem

_N = f"{{{NAMESPACE}}}"
_DIGEST = "sha512"


def modify_eep(
    path: Path,
    original: Path,
    item: TransferItem,
    open_file: OpenFile,
    *,
    created: datetime,
    unit: str,
    system: str = "",
    signer: EepSigner | None = None,
) -> None:
    """Write to ``path`` the package ``original`` with the record as it now is laid over it.

    ``item.events`` are the acts of the change. Raises `PackageNotWritable`, also when a signature
    of the original would not verify within the new package.
    """
    if path.exists():
        raise PackageNotWritable(f"{path.name}：已经存在 / already exists")
    known = _Known()
    try:
        root = read_eep(original, known.target).root
    except EepUnreadable as cause:
        raise PackageNotWritable(f"{original.name}：不是可读的封装包 / {cause}") from cause
    number = len(layers(root)) + 1
    if number < 2:
        raise PackageNotWritable(f"{original.name}：没有封装内容 / the package has no content")
    building = path.with_name(path.name + ".part")
    try:
        with building.open("w", encoding="utf-8", newline="\n") as stream:
            layer = _Layer(stream, item, open_file, f"M{number}-", known.by_digest())
            layer.modified(created, unit, system, number)
        _embed(building, original)
        _hold_signatures(building, original)
        if signer is not None:
            sign(building, signer, created, f"M{number}-S1")
        os.replace(building, path)  # noqa: PTH105 – atomic, same folder
    except BaseException:
        building.unlink(missing_ok=True)
        raise


class _Sink:
    """Where decoded data goes to be digested only."""

    def __init__(self) -> None:
        self.hasher = new_hasher(_DIGEST)

    def write(self, data: bytes) -> int:
        self.hasher.update(data)
        return len(data)

    def close(self) -> None:
        """Nothing is held open."""


class _Known:
    """What the original holds, by digest."""

    def __init__(self) -> None:
        self.sinks: list[tuple[Node, _Sink]] = []

    def target(self, node: Node) -> BinaryIO | None:
        if node.attributes.get("引用编码数据ID"):
            return None
        self.sinks.append((node, _Sink()))
        return cast(BinaryIO, self.sinks[-1][1])

    def by_digest(self) -> dict[str, str]:
        """Identifier of encoded data by the digest of what it holds."""
        return {
            sink.hasher.hexdigest(): name
            for node, sink in self.sinks
            if (name := node.attributes.get("编码数据ID")) and not node.broken
        }


class _Layer(Writing):
    """Writes the layer; the original's place in it is filled in afterwards."""

    def __init__(
        self,
        stream: IO[str],
        item: TransferItem,
        open_file: OpenFile,
        prefix: str,
        known: dict[str, str],
    ) -> None:
        super().__init__(stream, item, open_file, prefix)
        self.known = known

    def modified(self, created: datetime, unit: str, system: str, number: int) -> None:
        self.head(MODIFIED, created, unit)
        self.stream.write("<修改封装内容>\n")
        self.put("修改标识符", f"M{number}")
        self.stream.write(f"<{WRAPPED}/>\n<修订内容>")
        self.content(system)
        self.stream.write("</修订内容></修改封装内容>\n")
        self.foot()

    def data(self, file: TransferFile, stream: BinaryIO, number: str) -> None:
        found = digest_stream(stream, (_DIGEST,)).values[_DIGEST]
        held = self.known.get(found)
        if held is None:
            stream.seek(0)
            super().data(file, stream, number)
            return
        own = quoteattr(f"{self.prefix}B{number}")
        self.stream.write(f"<编码数据 编码数据ID={own} 引用编码数据ID={quoteattr(held)}/>")


def _parsed(path: Path) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return etree.parse(str(path), parser)


def _embed(building: Path, original: Path) -> None:
    """The original's signed element and its signatures, as they are, within 原封装包."""
    tree, inner = _parsed(building), _parsed(original).getroot()
    place = next(tree.getroot().iter(f"{_N}{WRAPPED}"))
    for name in ("被签名对象", "电子签名块"):
        if (element := inner.find(f"{_N}{name}")) is not None:
            place.append(element)
    tree.write(str(building), xml_declaration=True, encoding="UTF-8")


def _hold_signatures(building: Path, original: Path) -> None:
    """What verified by itself verifies within the new package, or it is not written."""
    before = [(one.id, one.verdict) for one in check_eep_signatures(original) if not one.locks]
    after = [(one.id, one.verdict) for one in check_eep_signatures(building)]
    if before != after:
        raise PackageNotWritable(
            f"{original.name}：嵌入后原有签名不能核验，未写出 / its signatures would not verify "
            "within a modified package"
        )
