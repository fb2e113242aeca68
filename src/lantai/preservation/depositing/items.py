"""What is given to be deposited, and what then lies in storage (DepositItem, StoredItem)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lantai.core.fixity import Digests
from lantai.core.formats import ExtractedText, Identification
from lantai.core.packages.eep.package import REPLACED
from lantai.core.packages.package import ProcessEvent
from lantai.core.proven_copy import Copied

DESCRIPTION = "metadata/description.json"
"""Where an object says what it is."""

ROLES = {"主文档": "original", "附属文档": "text", REPLACED: "text"}
"""The role of a component, by what its package calls the document."""

#: Names every uid of a deposited record is made under; never to change.
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:lantai:deposit")


@dataclass
class DepositFile:
    """One file to be kept. ``name`` is its name as it came, byte-exact (surrogates for no UTF-8).

    What is known already (both digests, identification, text) is not worked out again; the
    digests are held against the copy. ``copy`` is one made and proven while they were worked out;
    it is moved in.
    """

    source: Path
    name: str
    role: str = "original"  # original | text | redaction | access
    sequence: int = 1
    digests: Digests | None = None
    identification: Identification | None = None
    text: ExtractedText | None = None
    copy: Copied | None = None


@dataclass
class DepositItem:
    """One unit to be kept as one object; ``key`` is its name inside its accession, for ever.

    ``events`` is its history before it came 业务过程元数据; ``received`` the file that described it,
    kept as it came: the metadata of a transfer package, an EEP with its signatures.
    """

    key: str
    values: dict[str, str]
    record_type: str = "document"
    level: str = "item"
    files: list[DepositFile] = field(default_factory=list)
    events: Sequence[ProcessEvent] = ()
    received: Path | None = None


@dataclass
class StoredItem:
    """An item as it lies in storage, whole and read back; ``problem`` when it does not.

    ``document`` is the object's metadata/description.json; ``texts`` are page texts by the
    logical path of the component. ``new`` is False when an earlier run had stored it.
    """

    key: str
    uid: uuid.UUID
    object_id: str
    document: dict[str, Any]
    texts: Mapping[str, Sequence[tuple[int, str]]] = field(default_factory=dict)
    new: bool = True
    problem: Exception | None = None

    @property
    def values(self) -> dict[str, str]:
        """The canonical elements."""
        return dict(self.document["values"])

    @property
    def components(self) -> list[dict[str, Any]]:
        """The files: name, path, role, sequence, size, digests, format, warning."""
        return list(self.document["components"])

    @property
    def bytes(self) -> int:
        """The size of all files together."""
        return sum(int(part["size"]) for part in self.components)


def uid_of(accession: str, key: str) -> uuid.UUID:
    """The uid of an item of an accession: always the same, so that a second run finds it."""
    return uuid.uuid5(NAMESPACE, f"{accession}\n{key}")


def is_record_object(object_id: str) -> bool:
    """Whether an object holds a record; ``urn:lantai:<holder>:<kind>:<number>`` is of another kind.

    Certificates 档案证明 lie beside the records as ``…:certificate:<number>``; their rows come
    back from the ledger.
    """
    parts = object_id.split(":")
    return not (parts[:2] == ["urn", "lantai"] and len(parts) > 4)


def object_id_of(holder_code: str, uid: uuid.UUID) -> str:
    """The OCFL object's id."""
    return f"urn:lantai:{holder_code}:{uid}"


def received_path(received: Path) -> str:
    """Where the file that described an item lies in its object."""
    return f"metadata/received/{_storable(received.name)}"


def logical_paths(files: Sequence[DepositFile]) -> list[str]:
    """Where each file lies in the object: ``content/`` and its own name, unless that can not be.

    Names that OCFL or a case-blind disk could not keep apart go below their number.
    """
    taken: set[str] = set()
    found = []
    for number, file in enumerate(files, 1):
        path = f"content/{_storable(file.name)}"
        if path.casefold() in taken or _in_the_way(path.casefold(), taken):
            path = f"content/{number:05d}/{_storable(file.name)}"
        taken.add(path.casefold())
        found.append(path)
    return found


def _storable(name: str) -> str:
    """The name with what no logical path may hold written as %XX."""
    data = name.encode("utf-8", "surrogateescape")
    text = "".join(
        f"%{ord(c) - 0xDC00:02X}" if 0xDC80 <= ord(c) <= 0xDCFF else "%00" if c == "\0" else c
        for c in data.decode("utf-8", "surrogateescape")
    )
    parts = [part for part in text.split("/") if part not in {"", ".", ".."}]
    return "/".join(parts) or "unnamed"


def _in_the_way(path: str, taken: set[str]) -> bool:
    """Is one of them a folder where the other is a file?"""
    return any(other.startswith(path + "/") or path.startswith(other + "/") for other in taken)
