"""Layers 修改层 of an EEP: what was first wrapped, and each change laid over it (DA/T 48-2009).

A modified package 修改型封装包 keeps the package it changes within it, with its signatures; what
did not change it only refers to. The newest layer says what the record now is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lantai.core.packages.eep.reading import ENCODED, Node

ORIGINAL, MODIFIED = "原始型", "修改型"
SIGNED, CONTENT, MODIFICATION = "被签名对象", "封装内容", "修改封装内容"
WRAPPED, REVISION = "原封装包", "修订内容"
REFERENCE, IDENTIFIER = "引用编码数据ID", "编码数据ID"


@dataclass(frozen=True)
class Layer:
    """One layer: its signed element, and its content; ``modification`` is its 修改标识符."""

    signed: Node
    content: Node
    modification: str = ""

    @property
    def kind(self) -> str:
        """原始型 or 修改型, as it says itself."""
        return self.signed.text_of("封装包类型")


def layers(root: Node) -> list[Layer]:
    """The newest first; [] when there is no content at all."""
    return list(_below(root))


def _below(holder: Node) -> Iterator[Layer]:
    while (signed := next(holder.children_named(SIGNED), None)) is not None:
        change = next(signed.children_named(MODIFICATION), None)
        if change is None:
            content = next(signed.children_named(CONTENT), None)
            if content is not None:
                yield Layer(signed, content)
            return
        revision = next(change.children_named(REVISION), None)
        if revision is not None:
            yield Layer(signed, revision, change.text_of("修改标识符"))
        wrapped = next(change.children_named(WRAPPED), None)
        if wrapped is None:
            return
        holder = wrapped


def encoded(root: Node) -> dict[str, Node]:
    """The encoded data that holds something, by its identifier."""
    return {
        node.attributes.get(IDENTIFIER, ""): node
        for node in root.every(ENCODED)
        if not node.attributes.get(REFERENCE)
    }


def data_of(coded: Node, known: dict[str, Node]) -> Node | None:
    """The encoded data of a file 编码, in its own layer or in the one it refers to."""
    data = next(coded.children_named(ENCODED), None)
    if data is None:
        return None
    pointed = data.attributes.get(REFERENCE)
    return known.get(pointed) if pointed else data
