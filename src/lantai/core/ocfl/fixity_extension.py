"""SM3 beside OCFL 国密校验值: digests the standard's ``fixity`` block has no name for.

OCFL 1.1 allows in ``fixity`` only algorithms of its own tables (E056), and SM3 is in none. So that
every validator calls our objects valid, a version's SM3 digests lie in the object's extension
folder: ``extensions/lantai-fixity/v1.json`` = ``{"sm3": {digest: [content path, …]}}``, for the
content that version brought. They are written before the version shows, and never changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lantai.core.ocfl.inventory import ContentPath, Inventory
from lantai.core.storage.port import Storage

FOLDER = "extensions/lantai-fixity"
IN_THE_STANDARD = frozenset(
    {"md5", "sha1", "sha256", "sha512", "blake2b-512", "blake2b-160", "blake2b-256", "blake2b-384"}
    | {"sha512/256", "size", "crc32"}
)
"""Names of the specification and of the registered extensions 0001 and 0009."""

Blocks = dict[str, dict[str, list[ContentPath]]]


def split(blocks: Mapping[str, Any]) -> tuple[Blocks, Blocks]:
    """What may stand in the inventory, and what goes into the extension."""
    inside = {name: block for name, block in blocks.items() if name in IN_THE_STANDARD}
    return inside, {name: block for name, block in blocks.items() if name not in inside}


def document(blocks: Blocks) -> bytes:
    """The file of one version."""
    return json.dumps(blocks, ensure_ascii=False, sort_keys=True).encode("utf-8") + b"\n"


def place(version: str) -> str:
    """Where it lies below the object."""
    return f"{FOLDER}/{version}.json"


def with_extension(storage: Storage, path: str, inventory: Inventory) -> Inventory:
    """The inventory with the extension's digests put into ``fixity``; unreadable files left out."""
    fixity: Blocks = {name: dict(block) for name, block in inventory.fixity.items()}
    for version in inventory.versions:
        where = f"{path}/{place(version)}"
        if not storage.exists(where):
            continue
        with storage.open(where) as stream:
            blocks = blocks_in(stream.read())
        for name, block in blocks.items():
            merged = fixity.setdefault(name, {})
            for digest, paths in block.items():
                merged[digest] = [*merged.get(digest, []), *paths]
    return replace(inventory, fixity=fixity)


def blocks_in(data: bytes) -> Blocks:
    """The digests such a file holds; none when it can not be read."""
    try:
        blocks = json.loads(data)
        found = {name: dict(block) for name, block in blocks.items()}
    except (ValueError, AttributeError, TypeError, RecursionError):
        return {}
    lists = [paths for block in found.values() for paths in block.values()]
    plain = all(
        isinstance(paths, list) and all(isinstance(path, str) for path in paths) for paths in lists
    )
    return found if plain else {}
