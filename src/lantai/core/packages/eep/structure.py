"""Judging an EEP 封装包结构校验 by the table of ``structure.toml``."""

from __future__ import annotations

import functools
import re
import tomllib
from pathlib import Path
from typing import Any

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
    identifiers = {node.attributes.get("编码数据ID") for node in root.every("编码数据")}
    for node in root.walk():
        _judge(node, verdict, identifiers)
    for signature in check_eep_signatures(path):
        if signature.verdict == "altered":
            verdict.add("EEP-SIGNATURE", signature.id)
    return verdict


def _judge(node: Node, verdict: Verdict, identifiers: set[str | None]) -> None:
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
        pointed = node.attributes.get("引用编码数据ID")
        if pointed and pointed not in identifiers:
            verdict.add("EEP-REFERENCE", pointed)


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


def _size(node: Node, verdict: Verdict) -> None:
    data = next(node.children_named("编码数据"), None)
    told = next((n.text for n in node.every("计算机文件大小")), "")
    if data is not None and not data.attributes.get("引用编码数据ID") and told != str(data.size):
        verdict.add("EEP-SIZE", next((n.text for n in node.every("计算机文件名")), ""), told)


_SPECIAL = {"电子文件封装包": _version, "被签名对象": _kind, "文件实体": _level, "编码": _size}
