"""One object in storage 对象: reading it as it is, and setting right what an update left half done.

An update moves the new version's folder in by one step, then replaces the root inventory, then
its sidecar. Whatever instant the power fails, the object reads as the old or as the new version:

=============================  =========================  ==================================
on the disk                     reads as                   `repair` does
=============================  =========================  ==================================
no new folder                   old                        nothing
new folder, old inventory       old                        finishes: writes the new inventory
new inventory, old sidecar      new                        finishes: writes the sidecar
new folder, no inventory in it  old                        rolls back: removes the folder
=============================  =========================  ==================================
"""

from __future__ import annotations

from lantai.core.fixity import digest_stream
from lantai.core.ocfl.inventory import (
    DIGEST,
    INVENTORY,
    SIDECAR,
    Inventory,
    InventoryNotUnderstood,
    next_version,
    read_inventory,
    sidecar_bytes,
    sidecar_matches,
)
from lantai.core.storage.port import Storage, StorageFailure

SOUND, FINISHED, ROLLED_BACK, RESTORED = "sound", "finished", "rolled-back", "restored"
"""What `repair` says it found or did."""


class ObjectDamaged(Exception):
    """The object can not be trusted as it is: the message names the file. Freeze it; use a copy."""


def read_bytes(storage: Storage, path: str) -> bytes:
    """A small file whole."""
    with storage.open(path) as stream:
        return stream.read()


def load(storage: Storage, path: str) -> tuple[Inventory, bytes]:
    """The object's inventory and its bytes, proven by a sidecar; `ObjectDamaged` otherwise."""
    data = read_bytes(storage, f"{path}/{INVENTORY}")
    try:
        inventory = read_inventory(data)
    except InventoryNotUnderstood as cause:
        raise ObjectDamaged(f"{path}/{INVENTORY}: {cause}") from cause
    if _proven(storage, path, data, inventory.digest_algorithm):
        return inventory, data
    own = load_version(storage, path, inventory.head)
    if own is not None and own[1] == data:
        return inventory, data  # an update stopped before its last step
    raise ObjectDamaged(f"清单与其校验值不符 inventory and sidecar disagree: {path}/{INVENTORY}")


def load_version(storage: Storage, path: str, version: str) -> tuple[Inventory, bytes] | None:
    """A version folder's own inventory with its bytes, or None unless whole and proven."""
    place = f"{path}/{version}"
    try:
        data = read_bytes(storage, f"{place}/{INVENTORY}")
        inventory = read_inventory(data)
        if inventory.head == version and _proven(storage, place, data, inventory.digest_algorithm):
            return inventory, data
    except (StorageFailure, InventoryNotUnderstood):
        pass
    return None


def publish(storage: Storage, path: str, data: bytes) -> None:
    """Make these inventory bytes the object's: inventory, then sidecar, each in one step."""
    storage.write(f"{path}/{INVENTORY}", data)
    storage.write(f"{path}/{SIDECAR}", sidecar_bytes(data))


def repair(storage: Storage, path: str) -> str:
    """Finish or roll back an interrupted update, or restore a damaged root inventory.

    Returns `SOUND`, `FINISHED`, `ROLLED_BACK` or `RESTORED`; raises `ObjectDamaged` when nothing
    provable is left. Content is never thrown away: only a folder without inventory is.
    """
    try:
        inventory, data = load(storage, path)
    except (ObjectDamaged, StorageFailure) as cause:
        return _restore(storage, path, cause)
    done = SOUND
    if not _proven(storage, path, data, inventory.digest_algorithm):
        storage.write(f"{path}/{SIDECAR}", sidecar_bytes(data))
        done = FINISHED
    while storage.exists(f"{path}/{next_version(inventory.head)}"):
        following = next_version(inventory.head)
        found = load_version(storage, path, following)
        if found is None:
            return _roll_back(storage, path, following)
        _check_follows(storage, path, inventory, found[0])
        publish(storage, path, found[1])
        inventory, done = found[0], FINISHED
    return done


def _proven(storage: Storage, place: str, data: bytes, algorithm: str) -> bool:
    try:
        sidecar = read_bytes(storage, f"{place}/{INVENTORY}.{algorithm}")
        return sidecar_matches(data, sidecar, algorithm)
    except (StorageFailure, ValueError):
        return False


def _restore(storage: Storage, path: str, cause: Exception) -> str:
    """Put the newest version's own proven inventory back in the root."""
    version, newest = "v1", None
    while storage.exists(f"{path}/{version}"):
        newest = load_version(storage, path, version)
        version = next_version(version)
    if newest is None or newest[0].digest_algorithm != DIGEST:
        raise ObjectDamaged(f"没有可信的清单 no inventory to be trusted: {path}") from cause
    publish(storage, path, newest[1])
    return RESTORED


def _roll_back(storage: Storage, path: str, version: str) -> str:
    place = f"{path}/{version}"
    if storage.exists(f"{place}/{INVENTORY}"):
        raise ObjectDamaged(f"新版本清单不可信 the inventory of {place} can not be trusted")
    storage.remove(place)
    return ROLLED_BACK


def _check_follows(storage: Storage, path: str, old: Inventory, new: Inventory) -> None:
    """The new version is of this object, keeps its history, and all its bytes are there."""
    kept = all(new.versions.get(name) == version for name, version in old.versions.items())
    if new.id != old.id or not kept:
        raise ObjectDamaged(f"{path}/{new.head} 不是本对象的下一版本 does not follow {old.head}")
    for digest, places in new.manifest.items():
        for place in places:
            if not place.startswith(f"{new.head}/"):
                continue
            with storage.open(f"{path}/{place}") as stream:
                found = digest_stream(stream, (new.digest_algorithm,))
            if found.values[new.digest_algorithm] != digest:
                raise ObjectDamaged(
                    f"内容与清单不符 bytes differ from the inventory: {path}/{place}"
                )
