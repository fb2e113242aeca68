"""The inventory 清单 of an OCFL object: which bytes make up which version (OCFL 1.1 §3.5)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NewType

LogicalPath = NewType("LogicalPath", str)
"""What a file is called in a version of the object."""

ContentPath = NewType("ContentPath", str)
"""Where bytes lie below the object's folder, e.g. ``v1/content/正文.ofd``."""

INVENTORY = "inventory.json"
DIGEST = "sha512"
SIDECAR = f"{INVENTORY}.{DIGEST}"
TYPE = "https://ocfl.io/1.1/spec/#inventory"
OBJECT_MARK = "0=ocfl_object_1.1"

MAX_INVENTORY_BYTES = 1 << 30
"""An inventory above 1 GiB (some three million files) is refused rather than read."""


class InventoryNotUnderstood(Exception):
    """The inventory is damaged or not what OCFL describes."""


class BadLogicalPath(ValueError):
    """A logical path that OCFL forbids, or two that contradict each other (E052, E053, E095)."""


@dataclass(frozen=True)
class User:
    """Who made a version: a name, and an address as URI (``mailto:…``) or empty."""

    name: str
    address: str = ""


@dataclass(frozen=True)
class Version:
    """One version: when (aware), why, by whom, and its state (digest → logical paths)."""

    created: datetime
    message: str
    user: User
    state: dict[str, list[LogicalPath]]

    def paths(self) -> dict[LogicalPath, str]:
        """Each logical path with its content digest."""
        return {path: digest for digest, paths in self.state.items() for path in paths}


@dataclass(frozen=True)
class Inventory:
    """An object's inventory, as read or to be written."""

    id: str
    head: str
    manifest: dict[str, list[ContentPath]]
    versions: dict[str, Version]
    fixity: dict[str, dict[str, list[ContentPath]]] = field(default_factory=dict)
    content_directory: str = "content"
    digest_algorithm: str = DIGEST
    type: str = TYPE

    def version(self, name: str | None = None) -> Version:
        """The version of this name (the head when None); `KeyError` when there is none."""
        return self.versions[name or self.head]

    def locate(self, logical: str, version: str | None = None) -> ContentPath:
        """Where the bytes of a logical path lie; `KeyError` when the version has it not."""
        return self.manifest[self.version(version).paths()[LogicalPath(logical)]][0]

    def digests_of(self, content: ContentPath) -> dict[str, str]:
        """Every digest the inventory knows for a content path, by algorithm."""
        blocks = {self.digest_algorithm: self.manifest, **self.fixity}
        return {
            algorithm: digest
            for algorithm, block in blocks.items()
            for digest, paths in block.items()
            if content in paths
        }

    def to_bytes(self) -> bytes:
        """The JSON that is stored."""
        document: dict[str, Any] = {
            "id": self.id,
            "type": self.type,
            "digestAlgorithm": self.digest_algorithm,
            "head": self.head,
        }
        if self.content_directory != "content":
            document["contentDirectory"] = self.content_directory
        document["manifest"] = self.manifest
        document["versions"] = {name: _version_document(v) for name, v in self.versions.items()}
        if self.fixity:
            document["fixity"] = self.fixity
        return json.dumps(document, ensure_ascii=False).encode("utf-8")


def _version_document(version: Version) -> dict[str, Any]:
    user = {"name": version.user.name}
    if version.user.address:
        user["address"] = version.user.address
    return {
        "created": version.created.isoformat(timespec="seconds"),
        "message": version.message,
        "user": user,
        "state": version.state,
    }


def read_inventory(data: bytes) -> Inventory:
    """The inventory in these bytes, or `InventoryNotUnderstood`.

    This reads what a writer wrote; judging all that can be wrong is the validator's work.
    """
    if len(data) > MAX_INVENTORY_BYTES:
        raise InventoryNotUnderstood("清单过大 inventory too large")
    try:
        document = json.loads(data)
        versions = {name: _read_version(part) for name, part in document["versions"].items()}
        inventory = Inventory(
            id=str(document["id"]),
            head=str(document["head"]),
            manifest=_paths_by_digest(document["manifest"]),
            versions=versions,
            fixity={
                name: _paths_by_digest(block)
                for name, block in (document.get("fixity") or {}).items()
            },
            content_directory=str(document.get("contentDirectory", "content")),
            digest_algorithm=str(document["digestAlgorithm"]),
            type=str(document["type"]),
        )
        inventory.version()
        if b"\\u" in data:  # half a character, written as an escape, can not be written again
            inventory.to_bytes()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as cause:
        raise InventoryNotUnderstood(f"清单无法读取 inventory not readable: {cause!r}") from cause
    return inventory


def _paths_by_digest(block: dict[str, Any]) -> dict[str, list[Any]]:
    """A block of digests, each with its list of paths; `TypeError` when it is something else."""
    for paths in block.values():
        if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
            raise TypeError("paths must be lists of text")
    return block


def _read_version(part: dict[str, Any]) -> Version:
    user = part.get("user") or {}
    return Version(
        created=datetime.fromisoformat(part["created"]),
        message=str(part.get("message", "")),
        user=User(str(user.get("name", "")), str(user.get("address", ""))),
        state=_paths_by_digest(part["state"]),
    )


def sidecar_bytes(inventory: bytes, algorithm: str = DIGEST) -> bytes:
    """What the sidecar of these inventory bytes says."""
    return f"{hashlib.new(algorithm, inventory).hexdigest()} {INVENTORY}\n".encode()


def sidecar_matches(inventory: bytes, sidecar: bytes, algorithm: str = DIGEST) -> bool:
    """Whether a stored sidecar (of any legal spacing and case) is of these inventory bytes."""
    words = sidecar.decode("utf-8", "replace").split()
    return len(words) == 2 and words[0].lower() == hashlib.new(algorithm, inventory).hexdigest()


def check_logical_paths(paths: Iterable[str]) -> None:
    """Refuse what OCFL forbids in logical paths: `BadLogicalPath` names the first."""
    seen: set[str] = set()
    folders: set[str] = set()
    for path in paths:
        parts = path.split("/")
        if not path or any(part in ("", ".", "..") for part in parts) or "\0" in path:
            raise BadLogicalPath(f"逻辑路径不合规 bad logical path: {path!r}")
        try:
            path.encode("utf-8")
        except UnicodeEncodeError:
            raise BadLogicalPath(f"逻辑路径不是 UTF-8 not UTF-8: {path!r}") from None
        if path in seen:
            raise BadLogicalPath(f"逻辑路径重复 twice the same logical path: {path!r}")
        seen.add(path)
        folders.update("/".join(parts[:n]) for n in range(1, len(parts)))
    both = seen & folders
    if both:
        raise BadLogicalPath(f"既是文件又是目录 both a file and a folder: {min(both)!r}")


def next_version(name: str) -> str:
    """The version after this one, keeping zero-padding (``v009`` → ``v010``)."""
    digits = name[1:]
    number = str(int(digits) + 1)
    if digits.startswith("0"):
        number = number.zfill(len(digits))
        if len(number) > len(digits) or not number.startswith("0"):
            raise InventoryNotUnderstood(f"版本号已用尽 no version number left after {name}")
    return f"v{number}"


def with_version(inventory: Inventory, name: str, version: Version) -> Inventory:
    """The inventory one version further, with nothing added to the manifest yet."""
    return replace(inventory, head=name, versions={**inventory.versions, name: version}, type=TYPE)
