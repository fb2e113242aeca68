"""What a storage root says of itself 存储根声明: its version, its layout (OCFL 1.1 §4)."""

from __future__ import annotations

import json
from typing import Any

from lantai.core.ocfl.layout import Layout, LayoutNotUnderstood, layouts
from lantai.core.storage.port import Storage, StorageFailure

ROOT_MARK = "0=ocfl_1.1"


class RootNotUnderstood(Exception):
    """What lies here is not an OCFL storage root this program may write to."""


def open_root(storage: Storage, prefix: str) -> Layout | None:
    """The layout of the root that lies at ``prefix``, or None when nothing does yet."""
    if not storage.exists(_below(prefix, ROOT_MARK)):
        ours = (_below(prefix, "extensions/"), _below(prefix, "ocfl_layout.json"))
        if any(not path.startswith(ours) for path in storage.walk(prefix)):
            raise RootNotUnderstood("目录非空且不是 OCFL 1.1 存储根 neither empty nor OCFL 1.1")
        return None
    try:
        name = str(_read_json(storage, _below(prefix, "ocfl_layout.json"))["extension"])
        config = _read_json(storage, _below(prefix, f"extensions/{name}/config.json"))
        return layouts().get(name)(config)
    except (StorageFailure, ValueError, LookupError, TypeError) as cause:
        raise RootNotUnderstood(f"存储根布局无法读取 layout not readable: {cause}") from cause
    except LayoutNotUnderstood as cause:
        raise RootNotUnderstood(str(cause)) from cause


def write_root(
    storage: Storage, prefix: str, name: str, config: dict[str, Any] | None = None
) -> Layout:
    """A new root with this layout; ``config`` where it is not to be the layout's defaults.

    The declaration goes last: without it the root is not yet one, and is written again.
    """
    layout = layouts().get(name)(config)
    about = {"extension": layout.id, "description": layout.description}
    for path, document in (
        (f"extensions/{layout.id}/config.json", layout.document()),
        ("ocfl_layout.json", about),
    ):
        text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
        storage.write(_below(prefix, path), text.encode())
    storage.write(_below(prefix, ROOT_MARK), ROOT_MARK[2:].encode() + b"\n")
    return layout


def _below(prefix: str, path: str) -> str:
    return f"{prefix}/{path}" if prefix else path


def _read_json(storage: Storage, path: str) -> dict[str, Any]:
    with storage.open(path) as stream:
        document = json.loads(stream.read(1 << 20))
    if not isinstance(document, dict):
        raise TypeError(f"{path}: not an object")
    return document
