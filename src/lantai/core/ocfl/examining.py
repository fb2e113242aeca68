"""Examining an object 对象检验: every byte read once, each damage named by its class.

The judge (`validator`) says whether an object obeys the specification; this says what happened
to it since it was stored: cut short, zeroed, altered, swapped, renamed, lost, or something added.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lantai.core.fixity import digest_stream
from lantai.core.ocfl import fixity_extension
from lantai.core.ocfl.damage import Damage
from lantai.core.ocfl.inventory import (
    INVENTORY,
    Inventory,
    InventoryNotUnderstood,
    read_inventory,
    sidecar_bytes,
    sidecar_matches,
)
from lantai.core.storage.port import Storage, StorageFailure

SM3 = "sm3"
PROBE = 1 << 20  # bytes looked at to tell zeroes from other damage

Pace = Callable[[int], None]
"""Called with the bytes just read; sleeps when reading goes faster than allowed."""


@dataclass
class Sealed:
    """What was sealed about an object when it was taken in; the measure of every copy.

    ``inventory`` is the SHA-512 of its inventory (empty when not sealed yet), ``contents`` the
    SHA-512 of logical paths that its newest version must have, ``sizes`` bytes by SHA-512.
    """

    inventory: str = ""
    contents: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)


@dataclass
class Examination:
    """What was read and what was found wanting."""

    path: str
    inventory: Inventory | None = None
    inventory_sha512: str = ""
    files: int = 0
    bytes: int = 0
    damages: list[Damage] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Nothing is wanting."""
        return not self.damages


def examine_object(
    storage: Storage, path: str, sealed: Sealed | None = None, pace: Pace = lambda count: None
) -> Examination:
    """Read the whole object in this folder of the store and name every damage.

    With ``sealed`` its inventory must also be the one sealed when it was taken in.
    """
    return _Examiner(storage, path, sealed or Sealed(), pace).run()


class _Examiner:
    def __init__(self, storage: Storage, path: str, sealed: Sealed, pace: Pace) -> None:
        self.storage, self.path, self.sealed, self.pace = storage, path, sealed, pace
        self.found = Examination(path)
        self.strange: dict[str, tuple[str, int]] = {}  # digest → extra file, its size

    def run(self) -> Examination:
        try:
            present = {name.removeprefix(f"{self.path}/") for name in self._walk()}
        except StorageFailure as problem:
            self._note("object-unreadable", "", cause=problem)
            return self.found
        if not present:
            self._note("object-missing", "")
            return self.found
        inventory = self._inventory(present)
        if inventory is None:
            return self.found
        recorded = _recorded(inventory)
        self._versions(inventory, present)
        self._extras(present, set(recorded) | self._own(inventory))
        for place, digest in sorted(recorded.items()):
            self._content(place, digest, self._sm3_of.get(place, ""), recorded, present)
        for name, _ in self.strange.values():
            self._note("extra-file", name)
        return self.found

    def _walk(self) -> list[str]:
        return list(self.storage.walk(self.path))

    def _note(self, code: str, place: str, **seen: object) -> None:
        where = f"{self.path}/{place}" if place else self.path
        self.found.damages.append(Damage(code, where, {k: str(v)[:200] for k, v in seen.items()}))

    def _small(self, place: str) -> bytes | None:
        try:
            with self.storage.open(f"{self.path}/{place}") as stream:
                data = stream.read()
        except (StorageFailure, OSError) as problem:
            self._note("file-unreadable", place, cause=problem)
            return None
        self.found.files += 1
        self.found.bytes += len(data)
        self.pace(len(data))
        return data

    def _inventory(self, present: set[str]) -> Inventory | None:
        """The root inventory, read, proven by its sidecar and by the seal."""
        if INVENTORY not in present:
            self._note("inventory-missing", INVENTORY)
            return None
        data = self._small(INVENTORY)
        if data is None:
            return None
        self.found.inventory_sha512 = hashlib.sha512(data).hexdigest()
        try:
            inventory = read_inventory(data)
        except InventoryNotUnderstood as problem:
            self._note("inventory-damaged", INVENTORY, cause=problem)
            return None
        sound = self._sidecar("", data, inventory.digest_algorithm, present)
        if self.sealed.inventory and self.found.inventory_sha512 != self.sealed.inventory:
            self._note("inventory-not-sealed", INVENTORY)
            sound = False
        kept = inventory.version().paths()
        for logical, digest in self.sealed.contents.items():
            if kept.get(logical) != digest:  # type: ignore[call-overload]
                self._note("sealed-digest-differs", INVENTORY, file=logical)
                sound = False
        if not sound and self.sealed.inventory:
            return None  # what it says of the rest proves nothing
        self.found.inventory = inventory
        self._sm3_of = self._extension(inventory, present)
        return inventory

    def _sidecar(self, folder: str, data: bytes, algorithm: str, present: set[str]) -> bool:
        place = f"{folder}{INVENTORY}.{algorithm}"
        if place not in present:
            self._note("sidecar-missing", place)
            return False
        sidecar = self._small(place)
        if sidecar is None:
            return False
        ours = sidecar == sidecar_bytes(data, algorithm)  # a sealed object is ours: byte for byte
        if ours or (not self.sealed.inventory and sidecar_matches(data, sidecar, algorithm)):
            return True
        digest = hashlib.sha512(data).hexdigest()
        self._note("sidecar-damaged" if digest == self.sealed.inventory else "inventory-damaged",
                   place, cause="inventory and sidecar disagree")  # fmt: skip
        return False

    def _extension(self, inventory: Inventory, present: set[str]) -> dict[str, str]:
        """SM3 digests by content path, from the files of our extension."""
        found: dict[str, str] = {}
        for version in inventory.versions:
            place = fixity_extension.place(version)
            data = self._small(place) if place in present else None
            if data is None:
                continue
            blocks = fixity_extension.blocks_in(data)
            named = {p for places in blocks.get(SM3, {}).values() for p in places}
            brought = {p for p in _recorded(inventory) if p.startswith(f"{version}/")}
            if fixity_extension.document(blocks) != data or (SM3 in blocks and named != brought):
                self._note("fixity-block-damaged", place)
            for digest, places in blocks.get(SM3, {}).items():
                found.update(dict.fromkeys(places, digest))
        return found

    def _versions(self, inventory: Inventory, present: set[str]) -> None:
        """Each version's own inventory beside its sidecar; the head's equals the root's."""
        for version in inventory.versions:
            place = f"{version}/{INVENTORY}"
            if place not in present:
                if version == inventory.head:
                    self._note("inventory-missing", place)
                continue
            data = self._small(place)
            if data is None:
                continue
            same = hashlib.sha512(data).hexdigest() == self.found.inventory_sha512
            if version == inventory.head and not same:
                self._note("inventory-damaged", place, cause="differs from the object's own")
            else:
                self._sidecar(f"{version}/", data, inventory.digest_algorithm, present)

    def _own(self, inventory: Inventory) -> set[str]:
        """The files OCFL itself puts into an object."""
        names = {INVENTORY, f"{INVENTORY}.{inventory.digest_algorithm}"}
        for version in inventory.versions:
            names |= {
                f"{version}/{INVENTORY}",
                f"{version}/{INVENTORY}.{inventory.digest_algorithm}",
            }
        return names

    def _extras(self, present: set[str], known: set[str]) -> None:
        """Files nothing names; kept by digest, for they may be lost ones under another name."""
        mark = [name for name in present if name.startswith("0=ocfl_object_")]
        if not mark:
            self._note("mark-missing", "0=ocfl_object_1.1")
        for name in mark:
            if self._small(name) != f"{name[2:]}\n".encode():
                self._note("mark-missing", name)
        for name in sorted(present - known - set(mark)):
            if name.startswith(("extensions/", "logs/")):
                continue
            found = self._read(name, ("sha512",))
            if found is not None:
                self.strange[found[1]["sha512"] + name] = (name, found[0])

    def _read(
        self, place: str, algorithms: tuple[str, ...], size: int | None = None
    ) -> tuple[int, dict[str, str]] | None:
        """Size and digests; ``size`` where it is known, which only says how to read."""
        path = f"{self.path}/{place}"
        try:
            if size is None:
                size = self.storage.size(path)
            with self.storage.open(path) as stream:
                digests = digest_stream(stream, algorithms, expected_size=size)
        except (StorageFailure, OSError) as problem:
            self._note("file-unreadable", place, cause=problem)
            return None
        self.found.files += 1
        self.found.bytes += digests.size
        self.pace(digests.size)
        return digests.size, digests.values

    def _content(
        self, place: str, digest: str, sm3: str, recorded: Mapping[str, str], present: set[str]
    ) -> None:
        assert self.found.inventory is not None
        if place not in present:
            self._lost(place, digest)
            return
        main = self.found.inventory.digest_algorithm
        known = self.sealed.sizes.get(digest)
        read = self._read(place, (main, SM3) if sm3 else (main,), known)
        if read is None:
            return
        size, values = read
        if values[main] != digest.lower():
            self._altered(place, digest, size, values[main], recorded)
        elif sm3 and values[SM3] != sm3:
            self._note("fixity-block-damaged", fixity_extension.place(place.split("/")[0]))

    def _lost(self, place: str, digest: str) -> None:
        """Gone, or lying under another name."""
        for key, (name, _) in self.strange.items():
            if key.startswith(digest):
                case = name.casefold() == place.casefold()
                self._note("case-changed" if case else "renamed", place, now=name)
                del self.strange[key]
                return
        self._note("file-missing", place)

    def _altered(
        self, place: str, digest: str, size: int, seen: str, recorded: Mapping[str, str]
    ) -> None:
        wanted = self.sealed.sizes.get(digest)
        other = next((name for name, value in recorded.items() if value == seen), "")
        if other:
            self._note("swapped", place, with_=other)
        elif not size or self._zeroes(place):
            self._note("zero-filled", place, size=size)
        elif wanted is not None and size < wanted:
            self._note("truncated", place, size=size, wanted=wanted)
        elif wanted is not None and size > wanted:
            self._note("grown", place, size=size, wanted=wanted)
        else:
            self._note("bits-changed", place, size=size, seen=seen)

    def _zeroes(self, place: str) -> bool:
        try:
            with self.storage.open(f"{self.path}/{place}") as stream:
                return not stream.read(PROBE).strip(b"\0")
        except (StorageFailure, OSError):
            return False


def _recorded(inventory: Inventory) -> dict[str, str]:
    return {place: digest for digest, places in inventory.manifest.items() for place in places}
