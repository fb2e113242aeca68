"""Reading an EEP 封装包读取: a small tree of what it says; encoded files decoded as they pass.

The XML is never held whole: Base64 goes through to disk in pieces, and a package may not have
entities, more than a million elements, or be nested deeper than forty.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

NAMESPACE = "http://www.saac.gov.cn/standards/ERM/encapsulation"
ROOT = "电子文件封装包"
ENCODED = "编码数据"
_MOST_NODES, _MOST_DEPTH, _MOST_TEXT = 1_000_000, 40, 64 << 20
_SPACES = bytes(range(33))
OpenTarget = Callable[["Node"], BinaryIO | None]


class EepUnreadable(Exception):
    """No EEP, or one that is broken or beyond the limits; ``foreign`` when it is other XML."""

    def __init__(self, reason: str, *, foreign: bool = False) -> None:
        super().__init__(reason)
        self.foreign = foreign


@dataclass
class Node:
    """One element: its local name, attributes, text, children.

    Encoded data keeps no text: ``size`` is what it decodes to, ``broken`` when it does not.
    """

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list[Node] = field(default_factory=list)
    parent: Node | None = field(default=None, repr=False)
    size: int = 0
    broken: bool = False

    def children_named(self, name: str) -> Iterator[Node]:
        """The children of this name."""
        return (child for child in self.children if child.name == name)

    def text_of(self, name: str) -> str:
        """The text of the first child of this name; empty without one."""
        return next((child.text for child in self.children_named(name)), "")

    def walk(self) -> Iterator[Node]:
        """This node and all below, in document order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    def every(self, name: str) -> Iterator[Node]:
        """All of this name below."""
        return (node for node in self.walk() if node.name == name)


@dataclass
class Eep:
    """An EEP as read."""

    root: Node


def read_eep(path: Path, open_target: OpenTarget | None = None) -> Eep:
    """Read one; ``open_target`` gives where an encoded file goes (None: only counted).

    Raises `EepUnreadable`.
    """
    reader = _Reader(open_target)
    try:
        with path.open("rb") as stream:
            reader.parser.ParseFile(stream)
    except expat.ExpatError as cause:
        raise EepUnreadable(str(cause)) from cause
    except OSError as cause:
        raise EepUnreadable(cause.strerror or str(cause)) from cause
    finally:
        reader.close()
    if reader.root is None:
        raise EepUnreadable("空 empty")
    return Eep(reader.root)


class _Reader:
    def __init__(self, open_target: OpenTarget | None) -> None:
        self.open_target = open_target
        self.root: Node | None = None
        self.here: Node | None = None
        self.nodes = self.depth = self.characters = 0
        self.parts: list[list[str]] = []
        self.target: BinaryIO | None = None
        self.rest = b""
        self.parser = expat.ParserCreate(namespace_separator="\n")
        self.parser.buffer_text = True
        self.parser.buffer_size = 1 << 16
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.data

    def refuse(self, *_: object) -> None:
        raise EepUnreadable("含 DTD 或实体 has a DTD")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        namespace, _, name = tag.rpartition("\n")
        if self.root is None and (name, namespace) != (ROOT, NAMESPACE):
            raise EepUnreadable(f"<{name}>", foreign=True)
        self.nodes += 1
        self.depth += 1
        if self.nodes > _MOST_NODES or self.depth > _MOST_DEPTH:
            raise EepUnreadable("元素过多或嵌套过深 too many elements, or nested too deep")
        plain = {key.rpartition("\n")[2]: value for key, value in attributes.items()}
        node = Node(name, plain, parent=self.here)
        if self.here is None:
            self.root = node
        else:
            self.here.children.append(node)
        self.here = node
        self.parts.append([])
        if name == ENCODED:
            self.rest = b""
            self.target = self.open_target(node) if self.open_target else None

    def data(self, text: str) -> None:
        if self.here is None:
            return
        if self.here.name == ENCODED:
            self.decode(self.here, text.encode("ascii", "replace"))
            return
        self.characters += len(text)
        if self.characters > _MOST_TEXT:
            raise EepUnreadable("文字过多 too much text")
        self.parts[-1].append(text)

    def decode(self, node: Node, text: bytes) -> None:
        if node.broken:
            return
        self.rest += text.translate(None, _SPACES)
        whole = len(self.rest) // 4 * 4
        try:
            found = binascii.a2b_base64(self.rest[:whole], strict_mode=True) if whole else b""
        except binascii.Error:
            node.broken = True
            return
        self.rest = self.rest[whole:]
        node.size += len(found)
        if self.target is not None:
            self.target.write(found)

    def end(self, _: str) -> None:
        node = self.here
        if node is None:
            return
        node.text = "".join(self.parts.pop()).strip()
        if node.name == ENCODED:
            node.broken = node.broken or bool(self.rest)
            self.close()
        self.here = node.parent
        self.depth -= 1

    def close(self) -> None:
        if self.target is not None:
            self.target.close()
            self.target = None
