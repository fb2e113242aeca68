"""Judging what a storage root says of itself 存储根校验: declaration, layout, extensions."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from lantai.core.ocfl.findings import Report

_REGISTERED = re.compile(
    r"^(0001-digest-algorithms|0002-flat-direct-storage-layout"
    r"|0003-hash-and-id-n-tuple-storage-layout|0004-hashed-n-tuple-storage-layout"
    r"|0005-mutable-head|0006-flat-omit-prefix-storage-layout"
    r"|0007-n-tuple-omit-prefix-storage-layout|0008-schema-registry|0009-digest-algorithms"
    r"|0010-differential-n-tuple-omit-prefix-storage-layout|0011-direct-clean-path-layout|initial)$"
)


def registered(name: str) -> bool:
    """Whether an extension is in the community's register."""
    return _REGISTERED.match(name) is not None


def judge_root_files(path: Path, report: Report) -> str:
    """Judge the files of the root itself; the OCFL version it declares, or nothing."""
    names = sorted(entry.name for entry in path.iterdir())
    spec = _declaration(path, [name for name in names if re.match(r"\d=", name)], report)
    if "ocfl_layout.json" in names:
        _layout(path / "ocfl_layout.json", report)
    if (path / "extensions").is_dir():
        for entry in sorted(os.scandir(path / "extensions"), key=lambda entry: entry.name):
            if not entry.is_dir(follow_symlinks=False):
                report.add("E086", f"extensions/{entry.name}")
                if spec == "1.1":
                    report.add("E112", f"extensions/{entry.name}")
            elif not registered(entry.name):
                report.add("W016", f"extensions/{entry.name}")
    return spec


def _declaration(path: Path, marks: list[str], report: Report) -> str:
    known = [name for name in marks if re.fullmatch(r"0=ocfl_1\.[01]", name)]
    if len(known) != 1:
        report.add("E069", "", ", ".join(marks))
    if len(known) > 1:
        report.add("E076", "", ", ".join(known))
    for name in marks:
        if name not in known:
            report.add(_fault_of(name), name)
        elif (path / name).read_bytes() != f"{name[2:]}\n".encode():
            report.add("E069", name)
            report.add("E080", name)
    return max((name[-3:] for name in known), default="")


def _fault_of(name: str) -> str:
    """Which rule of the NAMASTE pattern a declaration's name breaks."""
    if not name.startswith("0="):
        return "E078"
    return "E077" if name.startswith("0=ocfl_") else "E079"


def _layout(path: Path, report: Report) -> None:
    try:
        document = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as cause:
        report.add("E070", path.name, cause)
        return
    right = isinstance(document, dict) and all(
        isinstance(document.get(key), str) for key in ("extension", "description")
    )
    if not right:
        report.add("E070", path.name)
    elif not registered(document["extension"]) and not _described(path, document["extension"]):
        report.add("E071", path.name, document["extension"])


def _described(layout: Path, extension: str) -> bool:
    """Whether an extension of one's own is set out in the root itself (1.1 §4.2)."""
    if not extension or "/" in extension or extension in (".", ".."):
        return False
    try:
        return (layout.parent / f"{extension}.md").is_file() or (
            layout.parent / "extensions" / extension
        ).is_dir()
    except (OSError, ValueError):  # no name that a disk could hold
        return False
