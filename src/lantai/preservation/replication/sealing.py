"""Sealing 封存摘要: the digest of an object's inventory, taken when it comes in and never again."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from lantai.catalogue.records.models import Component, Record
from lantai.core.ocfl.examining import Sealed
from lantai.core.ocfl.inventory import (
    INVENTORY,
    Inventory,
    InventoryNotUnderstood,
    read_inventory,
)
from lantai.core.ocfl.object import ObjectDamaged, load, load_version, read_bytes
from lantai.core.storage.port import StorageFailure
from lantai.preservation.depositing.items import is_record_object
from lantai.preservation.depositing.place import storage_root
from lantai.preservation.replication.models import PreservedObject

AT_ONCE = 500


@dataclass(frozen=True)
class Seal:
    """What is to be sealed of one object."""

    object_id: str
    path: str
    head: str
    inventory_sha512: str
    files: int


def unsealed_ids(after: int = 0) -> Iterator[tuple[int, list[str]]]:
    """Deposited objects without a seal, batch by batch, each with its last record's number."""
    sealed = PreservedObject.objects.filter(object_id=OuterRef("object_id"))
    rows = Record.objects.exclude(object_id="").filter(~Exists(sealed)).order_by("pk")
    last = after
    while batch := list(rows.filter(pk__gt=last).values_list("pk", "object_id")[:AT_ONCE]):
        last = batch[-1][0]
        yield last, list(dict.fromkeys(object_id for _, object_id in batch))


def seals_of(object_ids: Iterable[str]) -> tuple[list[Seal], list[tuple[str, str]]]:
    """Seals of objects that agree with the digests taken at ingest; the others with the reason."""
    root, seals, refused = storage_root(), [], []
    ids = list(object_ids)
    ingest = contents_of(ids)
    for object_id in ids:
        path = root.path_of(object_id)
        try:
            inventory, data = load(root.storage, path)
        except (ObjectDamaged, StorageFailure) as problem:
            refused.append((object_id, str(problem)))
            continue
        state = inventory.version().paths()
        wrong = [p for p, d in ingest[object_id].items() if state.get(p) != d]  # type: ignore[call-overload]
        if inventory.id != object_id or wrong:
            refused.append((object_id, f"与入库摘要不符 not as ingested: {wrong[:1]}"))
            continue
        digest = hashlib.sha512(data).hexdigest()
        seals.append(Seal(object_id, path, inventory.head, digest, len(inventory.manifest)))
    return seals, refused


def contents_of(object_ids: Iterable[str]) -> dict[str, dict[str, str]]:
    """SHA-512 by logical path of every component, as they were when taken in."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    rows = Component.objects.filter(record__object_id__in=list(object_ids)).order_by("pk")
    for object_id, path, digest in rows.values_list("record__object_id", "path", "sha512"):
        found[object_id][path] = digest
    return found


def sealed_of(row: PreservedObject | None, object_id: str) -> Sealed:
    """The measure of every copy of an object: its seal, its ingest digests, its sizes."""
    rows = Component.objects.filter(record__object_id=object_id).order_by("pk")
    parts = list(rows.values_list("path", "sha512", "size"))
    return Sealed(
        inventory=row.inventory_sha512 if row else "",
        contents={path: digest for path, digest, _ in parts},
        sizes={digest: size for _, digest, size in parts},
    )


@dataclass(frozen=True)
class Following:
    """A later version that keeps the sealed one; ``unknown`` are files no row speaks for (yet)."""

    seal: Seal
    unknown: list[str]
    made: datetime


def followed_on(row: PreservedObject) -> Following | None:
    """The object as it went on from its seal: a copy migrated, a certificate delivered.

    None when it did not: the sealed inventory must still lie in its version, every version up
    to it be as it was, and the newest be whole and proven.
    """
    storage = storage_root().storage
    try:
        inventory, data = load(storage, row.path)
        kept = read_bytes(storage, f"{row.path}/{row.head}/{INVENTORY}")
        sealed = read_inventory(kept)
    except (ObjectDamaged, StorageFailure, InventoryNotUnderstood):
        return None
    own = load_version(storage, row.path, inventory.head)
    same = hashlib.sha512(kept).hexdigest() == row.inventory_sha512
    history = all(inventory.versions.get(name) == v for name, v in sealed.versions.items())
    further = own is not None and own[1] == data and inventory.head != row.head
    if not (same and history and further) or inventory.id != row.object_id:
        return None
    digest = hashlib.sha512(data).hexdigest()
    seal = Seal(row.object_id, row.path, inventory.head, digest, len(inventory.manifest))
    return Following(seal, _unknown(row.object_id, sealed, inventory), inventory.version().created)


def _unknown(object_id: str, sealed: Inventory, newest: Inventory) -> list[str]:
    """Files of a record's new version that the catalogue does not name with this digest."""
    if not is_record_object(object_id):
        return []
    before, named = sealed.version().paths(), contents_of([object_id])[object_id]
    after = newest.version().paths()
    changed = [path for path, digest in after.items() if before.get(path) != digest]
    gone = [path for path in before if path not in after]
    return [path for path in changed if named.get(path) != after[path]] + gone
