"""Copying an object 对象复制: from store to store, proven while read and read back after.

What the target then holds is byte for byte what the inventory names; a damaged source is never
passed on. Only what the target lacks is copied.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from lantai.core.fixity import copy_with_digests, digest_file
from lantai.core.ocfl import fixity_extension
from lantai.core.ocfl.examining import Pace
from lantai.core.ocfl.inventory import (
    DIGEST,
    INVENTORY,
    Inventory,
    InventoryNotUnderstood,
    read_inventory,
    sidecar_bytes,
    sidecar_matches,
)
from lantai.core.storage.port import PathTaken, Storage, StorageFailure


class CopyRefused(Exception):
    """The source is not what it should be, or the target holds something else; names the file."""

    def __init__(self, path: str, zh: str, en: str) -> None:
        super().__init__(f"{zh} {en}: {path}")
        self.path, self.zh, self.en = path, zh, en


@runtime_checkable
class Replaces(Protocol):
    """A store that can put a whole tree in the place of another in one step."""

    def replace_with(self, staged: Path, path: str) -> None:
        """Make the staged tree durable and put it where ``path`` is; the old one goes."""
        ...


@dataclass
class Copied:
    """One object as it was copied, or found there already (``new`` False)."""

    object_id: str
    head: str
    inventory_sha512: str
    files: int = 0
    bytes: int = 0
    new: bool = True


@dataclass
class _Plan:
    """What the copy consists of: root files as bytes, the rest by path with its digests."""

    inventory: Inventory
    data: bytes
    contents: dict[str, dict[str, str]] = field(default_factory=dict)
    small: dict[str, bytes] = field(default_factory=dict)


def copy_object(
    source: Storage,
    path: str,
    target: Storage,
    place: str,
    *,
    expected: str = "",
    replace: bool = False,
    pace: Pace = lambda count: None,
) -> Copied:
    """Copy the object at ``path`` of one store to ``place`` of another.

    ``expected`` is the SHA-512 its inventory must have; an earlier version's is found too.
    With ``replace`` what lies at ``place`` is put away; else another object there is refused,
    an earlier version of the same is carried on. `CopyRefused` names the file at fault.
    """
    plan = _plan(source, path, expected)
    digest = hashlib.sha512(plan.data).hexdigest()
    result = Copied(plan.inventory.id, plan.inventory.head, digest)
    if not replace and target.exists(f"{place}/{INVENTORY}"):
        return _carry_on(source, path, target, place, plan, result, pace)
    folder = target.new_staging()
    try:
        result.files, result.bytes = _fill(source, path, plan, folder, sorted(plan.contents), pace)
        for name, data in plan.small.items():
            _put(folder / name, data)
        _read_back(folder, plan)
        # without inventory it is what an interrupted copy left
        _move(target, folder, place, replace=replace or target.exists(place))
    except PathTaken:
        return _carry_on(source, path, target, place, plan, result, pace)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return result


def _move(target: Storage, folder: Path, place: str, *, replace: bool) -> None:
    if not replace:
        target.move_in(folder, place)
    elif isinstance(target, Replaces):
        target.replace_with(folder, place)
    else:
        if target.exists(place):
            target.remove(place)
        target.move_in(folder, place)


def _plan(source: Storage, path: str, expected: str) -> _Plan:
    data = _read(source, f"{path}/{INVENTORY}")
    inventory = _proven(source, path, data)
    if expected and hashlib.sha512(data).hexdigest() != expected:
        older = _older_with(source, path, expected)
        if older is None:
            raise CopyRefused(f"{path}/{INVENTORY}", "清单与所记摘要不符", "not the one recorded")
        data, inventory = older, read_inventory(older)
    plan = _Plan(inventory, data)
    for digest, places in inventory.manifest.items():
        for name in places:
            plan.contents[name] = {inventory.digest_algorithm: digest.lower()}
    _small_files(source, path, plan)
    return plan


def _older_with(source: Storage, path: str, expected: str) -> bytes | None:
    """The inventory of an earlier version that has this digest."""
    for name in source.walk(path):
        inner = name.removeprefix(f"{path}/")
        if inner.count("/") == 1 and inner.startswith("v") and inner.endswith(f"/{INVENTORY}"):
            data = _read(source, name)
            if hashlib.sha512(data).hexdigest() == expected:
                return data
    return None


def _proven(source: Storage, path: str, data: bytes) -> Inventory:
    """The inventory in these bytes, with its sidecar and the head's own copy of it."""
    try:
        inventory = read_inventory(data)
    except InventoryNotUnderstood as problem:
        raise CopyRefused(f"{path}/{INVENTORY}", "清单无法读取", str(problem)) from problem
    where = f"{path}/{INVENTORY}.{inventory.digest_algorithm}"
    own = f"{path}/{inventory.head}/{INVENTORY}"
    twin = _read(source, own) if source.exists(own) else data
    if not sidecar_matches(data, _read(source, where), inventory.digest_algorithm):
        at_fault = where if twin == data else f"{path}/{INVENTORY}"
        raise CopyRefused(at_fault, "清单与其校验值不符", "inventory and sidecar disagree")
    if twin != data:
        raise CopyRefused(own, "版本清单与对象清单不符", "not the same as the object's own")
    return inventory


def _small_files(source: Storage, path: str, plan: _Plan) -> None:
    """Declaration, inventories with sidecars, and the SM3 digests of our extension."""
    inventory, algorithm = plan.inventory, plan.inventory.digest_algorithm
    version_of_spec = inventory.type.partition("/spec/")[0].rpartition("/")[2] or "1.1"
    plan.small[f"0=ocfl_object_{version_of_spec}"] = f"ocfl_object_{version_of_spec}\n".encode()
    plan.small[INVENTORY] = plan.data
    plan.small[f"{INVENTORY}.{algorithm}"] = sidecar_bytes(plan.data, algorithm)
    for version in inventory.versions:
        own = f"{path}/{version}/{INVENTORY}"
        if version == inventory.head:
            _put_inventory(plan, version, plan.data)
        elif source.exists(own):
            data = _read(source, own)
            if not sidecar_matches(data, _read(source, f"{own}.{algorithm}"), algorithm):
                raise CopyRefused(own, "清单与其校验值不符", "inventory and sidecar disagree")
            _put_inventory(plan, version, data)
        extension = fixity_extension.place(version)
        if source.exists(f"{path}/{extension}"):
            plan.small[extension] = _read(source, f"{path}/{extension}")
            for name, block in fixity_extension.blocks_in(plan.small[extension]).items():
                for digest, places in block.items():
                    for place in places:
                        if place in plan.contents:
                            plan.contents[place][name] = digest.lower()


def _put_inventory(plan: _Plan, version: str, data: bytes) -> None:
    algorithm = plan.inventory.digest_algorithm
    plan.small[f"{version}/{INVENTORY}"] = data
    plan.small[f"{version}/{INVENTORY}.{algorithm}"] = sidecar_bytes(data, algorithm)


def _fill(
    source: Storage, path: str, plan: _Plan, folder: Path, names: list[str], pace: Pace
) -> tuple[int, int]:
    """Copy these contents into the staged folder, each proven against its digests."""
    size = 0
    for name in names:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        wanted = plan.contents[name]
        try:
            with source.open(f"{path}/{name}") as stream:
                found = copy_with_digests(stream, target, tuple(wanted))
        except StorageFailure as problem:
            raise CopyRefused(f"{path}/{name}", "文件读不出", str(problem)) from problem
        if found.values != wanted:
            raise CopyRefused(
                f"{path}/{name}", "文件内容与清单不符", "its bytes are not those recorded"
            )
        size += found.size
        pace(found.size)
    return len(names), size


def _read_back(folder: Path, plan: _Plan) -> None:
    algorithm = plan.inventory.digest_algorithm
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        if name in plan.small:
            good = path.read_bytes() == plan.small[name]
        else:
            found = digest_file(path, (algorithm,)).values[algorithm]
            good = found == plan.contents[name][algorithm]
        if not good:
            raise CopyRefused(name, "复制后读回不符", "what was written does not read back")


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _carry_on(
    source: Storage,
    path: str,
    target: Storage,
    place: str,
    plan: _Plan,
    result: Copied,
    pace: Pace,
) -> Copied:
    """The target has this object: the same version, or an earlier one to be carried on."""
    held = _read(target, f"{place}/{INVENTORY}")
    if held == plan.data:
        result.new = False
        return result
    try:
        old = read_inventory(held)
    except InventoryNotUnderstood as problem:
        raise CopyRefused(f"{place}/{INVENTORY}", "目标处清单无法读取", str(problem)) from problem
    follows = old.id == plan.inventory.id and all(
        plan.inventory.versions.get(name) == version for name, version in old.versions.items()
    )
    if not follows:
        raise CopyRefused(place, "目标处有另一内容", "the target holds something else")
    for version in plan.inventory.versions:
        if not target.exists(f"{place}/{version}"):
            files, size = _add_version(source, path, target, place, plan, version, pace)
            result.files, result.bytes = result.files + files, result.bytes + size
    for name in (INVENTORY, f"{INVENTORY}.{plan.inventory.digest_algorithm}"):
        target.write(f"{place}/{name}", plan.small[name])
    return result


def _add_version(
    source: Storage,
    path: str,
    target: Storage,
    place: str,
    plan: _Plan,
    version: str,
    pace: Pace,
) -> tuple[int, int]:
    folder = target.new_staging()
    try:
        names = [name for name in sorted(plan.contents) if name.startswith(f"{version}/")]
        counts = _fill(source, path, plan, folder, names, pace)
        for name, data in plan.small.items():
            if name.startswith(f"{version}/"):
                _put(folder / name, data)
        _read_back(folder, plan)
        extension = fixity_extension.place(version)
        if extension in plan.small:
            target.write(f"{place}/{extension}", plan.small[extension])
        (folder / version).mkdir(exist_ok=True)
        target.move_in(folder / version, f"{place}/{version}")
        return counts
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _read(storage: Storage, path: str) -> bytes:
    try:
        with storage.open(path) as stream:
            return stream.read()
    except StorageFailure as problem:
        raise CopyRefused(path, "文件读不出", str(problem)) from problem


def held_already(source: Storage, path: str, target: Storage, place: str) -> str:
    """The SHA-512 of the inventory when both sides' sidecars say the same; else empty."""
    name = f"{INVENTORY}.{DIGEST}"
    try:
        if not target.exists(f"{place}/{name}"):
            return ""
        ours = _read(source, f"{path}/{name}").split()
        theirs = _read(target, f"{place}/{name}").split()
    except CopyRefused:
        return ""
    return ours[0].decode("ascii", "replace") if ours and ours == theirs else ""
