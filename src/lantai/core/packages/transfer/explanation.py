"""The explanation file 说明文件.TXT: one line a field, `名称：值` (STANDARDS §6.4)."""

from __future__ import annotations

import re

from lantai.core.packages.package import TransferManifest
from lantai.core.packages.transfer.labels import label_of, name_of

_LINE = re.compile(r"^\s*([^：:]{1,40}?)\s*[：:]\s*(.*?)\s*$")
_NUMBER = re.compile(r"\d[\d,，]*")
_CODES = re.compile(r"\s*(?:至|～|~|—{1,2}|──)\s*")
_SPACES = re.compile(r"[\r\n]+")
_UNITS = {"KB": 2**10, "MB": 2**20, "GB": 2**30}
_BYTES = re.compile(r"^([\d,，.]+)\s*(字节|B|KB|MB|GB)?$", re.IGNORECASE)


def render_explanation(manifest: TransferManifest) -> str:
    """The text of the file; every field that has a value, mandatory ones always."""
    codes = manifest.first_code
    if manifest.last_code and manifest.last_code != manifest.first_code:
        codes = f"{manifest.first_code} 至 {manifest.last_code}"
    count = "" if manifest.item_count is None else f"{manifest.item_count}件"
    rows = [
        ("package_id", manifest.package_id, True),
        ("work_name", manifest.work_name, False),
        ("sender", manifest.sender, True),
        ("receiver", manifest.receiver, False),
        ("content", manifest.content, True),
        ("codes", codes, True),
        ("item_count", count, True),
        ("byte_count", "" if manifest.byte_count is None else f"{manifest.byte_count}字节", False),
        ("environment", manifest.environment, True),
        ("created_at", manifest.created_at, False),
    ]
    lines = [(label_of(n, "explanation"), v) for n, v, always in rows if v or always]
    lines += list(manifest.other.items())
    return "".join(f"{label}：{_SPACES.sub(' ', value)}\r\n" for label, value in lines)


def parse_explanation(text: str) -> TransferManifest:
    """Read the lines; what is no field is kept in ``other`` by its own name."""
    found = TransferManifest()
    for line in text.splitlines():
        match = _LINE.match(line)
        if not match:
            continue
        label, value = match[1].strip("﻿ 　"), match[2]
        name = name_of(label, "explanation")
        if name == "codes":
            parts = _CODES.split(value, maxsplit=1)
            found.first_code, found.last_code = parts[0], parts[-1]
        elif name == "item_count":
            found.item_count = _number(value)
            found.other.setdefault("档案数量原文", value) if found.item_count is None else None
        elif name == "byte_count":
            found.byte_count = _bytes(value)
        elif name:
            if not getattr(found, name):
                setattr(found, name, value)
        else:
            found.other[label] = value
    return found


def missing_fields(manifest: TransferManifest) -> list[str]:
    """The mandatory fields that are empty, by their Chinese names."""
    parts = manifest.other
    environment = manifest.environment or (parts.get("硬件环境") or parts.get("软件环境"))
    needed = [
        ("sender", manifest.sender),
        ("content", manifest.content),
        ("codes", manifest.first_code),
        ("item_count", "" if manifest.item_count is None else "ok"),
        ("environment", environment),
    ]
    return [label_of(name, "explanation") for name, value in needed if not value]


def _number(text: str) -> int | None:
    match = _NUMBER.search(text)
    return int(re.sub(r"\D", "", match[0])[:18]) if match else None


def _bytes(text: str) -> int | None:
    """Exact only: a figure in KB, MB or GB is rounded, so it cannot be held against a sum."""
    match = _BYTES.match(text.strip())
    if not match or (match[2] or "").upper() in _UNITS or "." in match[1]:
        return None
    return int(re.sub(r"\D", "", match[1])[:18] or 0)
