"""Judging an EEP 封装包结构校验 by the table of ``structure.toml``."""

from __future__ import annotations

import functools
import re
import tomllib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from lantai.core.packages.eep.layers import (
    MODIFICATION,
    MODIFIED,
    ORIGINAL,
    REFERENCE,
    WRAPPED,
    Layer,
    data_of,
    encoded,
    layers,
)
from lantai.core.packages.eep.reading import EepUnreadable, Node, read_eep
from lantai.core.packages.eep.signatures import check_eep_signatures
from lantai.core.verdict import Verdict


@functools.cache
def table() -> dict[str, Any]:
    """The structure as data."""
    return tomllib.loads(Path(__file__).with_name("structure.toml").read_text("utf-8"))


@functools.cache
def _pattern(children: str) -> re.Pattern[str]:
    parts = []
    for child in children.split():
        name, many = (child[:-1], child[-1]) if child[-1] in "?*+" else (child, "")
        parts.append(f"(?:{name} ){many}")
    return re.compile("".join(parts))


def validate_eep(path: Path) -> Verdict:
    """Judge one EEP file; never raises for what it holds."""
    verdict = Verdict(table()["codes"])
    try:
        root = read_eep(path).root
    except EepUnreadable as cause:
        verdict.add("EEP-ROOT" if cause.foreign else "EEP-XML", "", cause)
        return verdict
    known = encoded(root)
    for node in root.walk():
        _judge(node, verdict, known)
    _judge_layers(root, verdict)
    _judge_identifiers(root, verdict)
    for signature in check_eep_signatures(path):
        if signature.locks and signature.verdict in {"altered", "unreadable"}:
            verdict.add("EEP-LOCK", signature.locks)
        elif signature.verdict == "altered":
            verdict.add("EEP-SIGNATURE", signature.id)
    return verdict


def _judge(node: Node, verdict: Verdict, known: dict[str, Node]) -> None:
    children = table()["children"].get(node.name)
    if children is not None:
        found = "".join(f"{child.name} " for child in node.children)
        if not _pattern(children).fullmatch(found):
            verdict.add("EEP-ORDER", node.name, found.strip())
    special = _SPECIAL.get(node.name)
    if special is not None:
        special(node, verdict)
    if node.name == "编码数据":
        if node.broken:
            verdict.add("EEP-BASE64", node.attributes.get("编码数据ID", ""))
        pointed = node.attributes.get(REFERENCE)
        if pointed and not _may_point(node, known.get(pointed)):
            verdict.add("EEP-REFERENCE", pointed)
    if node.name == "编码":
        _size(node, verdict, known)


def _may_point(node: Node, target: Node | None) -> bool:
    """To data of the same layer or of one within it, and holding nothing itself."""
    if target is None or node.size:
        return False
    here, there = _depth(node), _depth(target)
    return there >= here


def _depth(node: Node) -> int:
    """How many packages this lies within."""
    depth = 0
    while node.parent is not None:
        node = node.parent
        depth += node.name == WRAPPED
    return depth


def _judge_layers(root: Node, verdict: Verdict) -> None:
    """Each layer is of the kind it says; a later one was made later, under its own mark."""
    found = layers(root)
    marks: set[str] = set()
    for number, layer in enumerate(found):
        changed = any(layer.signed.children_named(MODIFICATION))
        if (layer.kind == MODIFIED) != changed or not (changed or layer.kind == ORIGINAL):
            verdict.add("EEP-CONTENT", layer.kind)
        if layer.modification in marks:
            verdict.add("EEP-MODIFICATION", layer.modification)
        marks |= {layer.modification} - {""}
        if number and _made(layer) > _made(found[number - 1]) != "":
            verdict.add("EEP-TIME", layer.kind, _made(layer))
    if not found or found[-1].kind == MODIFIED:
        verdict.add("EEP-CONTENT", found[-1].kind if found else "")


def _made(layer: Layer) -> str:
    """When, to be compared; empty when it is no time."""
    try:
        made = datetime.fromisoformat(layer.signed.text_of("封装包创建时间"))
    except ValueError:
        return ""
    return (made if made.tzinfo else made.replace(tzinfo=_CHINA)).astimezone(UTC).isoformat()


def _judge_identifiers(root: Node, verdict: Verdict) -> None:
    """What is an ID in the schema is so once in the whole file."""
    seen: set[str] = set()
    for node in root.walk():
        told = [value for name, value in node.attributes.items() if name in _IDS]
        if node.name in _IDENTIFIED:
            told.append(node.text)
        for one in filter(None, told):
            if one in seen:
                verdict.add("EEP-ID", one)
            seen.add(one)


def _version(node: Node, verdict: Verdict) -> None:
    told = {
        node.text_of("版本"),
        *(n.attributes.get("eep版本") for n in node.children_named("被签名对象")),
    }
    if told != {table()["version"]}:
        verdict.add("EEP-VERSION", node.name, ", ".join(map(str, told)))


def _kind(node: Node, verdict: Verdict) -> None:
    kind = node.text_of("封装包类型")
    if table()["kinds"].get(kind) != node.text_of("封装包类型描述"):
        verdict.add("EEP-KIND", node.name, kind)


def _level(node: Node, verdict: Verdict) -> None:
    if node.text_of("聚合层次") != "文件":
        verdict.add("EEP-LEVEL", node.name, node.text_of("聚合层次"))


def _size(node: Node, verdict: Verdict, known: dict[str, Node]) -> None:
    data = data_of(node, known)
    told = next((n.text for n in node.every("计算机文件大小")), "")
    if data is not None and told != str(data.size):
        verdict.add("EEP-SIZE", next((n.text for n in node.every("计算机文件名")), ""), told)


_SPECIAL = {"电子文件封装包": _version, "被签名对象": _kind, "文件实体": _level}
_IDS = frozenset({"编码数据ID", "编码ID", "文档数据ID"})
_IDENTIFIED = frozenset({"文档标识符", "修改标识符", "签名标识符"})
_CHINA = timezone(timedelta(hours=8))
