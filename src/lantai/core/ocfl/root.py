"""The storage root 存储根: creating, updating and reading OCFL 1.1 objects on any store.

A whole object, or a whole version, is filled in staging, read back from the disk, and moved in
in one step: a reader sees nothing or the whole. Doing the same thing twice is harmless.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from lantai.core.fixity import Digests
from lantai.core.ocfl import fixity_extension
from lantai.core.ocfl import object as stored
from lantai.core.ocfl.declaration import RootNotUnderstood, open_root, write_root
from lantai.core.ocfl.inventory import (
    DIGEST,
    INVENTORY,
    ContentPath,
    Inventory,
    LogicalPath,
    User,
    Version,
    check_logical_paths,
    next_version,
    with_version,
)
from lantai.core.ocfl.requests import (
    NewObject,
    ObjectExists,
    ObjectMissing,
    ObjectVersion,
    Outcome,
)
from lantai.core.ocfl.staging import (
    NewFile,
    VersionStage,
    digests_of_source,
    read_back,
    write_inventory,
    write_object_root,
)
from lantai.core.progress import Progress, silent
from lantai.core.storage.port import FindsMarked, MovesMany, PathTaken, Storage, StorageFailure

DEFAULT_LAYOUT = "0003-hash-and-id-n-tuple-storage-layout"
TUPLES = {"tupleSize": 3, "numberOfTuples": 1}
"""Of a new root: 4,096 folders, soon there and shared, 244 objects in each at a million. The
layout's own 3 × 3 would give nearly every object two folders (8 KiB) to itself."""
BATCH = 500
"""Objects synced together in `create_many`: beyond this a sync gets no cheaper by the object."""


@dataclass
class _Staged:
    request: NewObject
    folder: Path
    version: ObjectVersion


__all__ = ["NewObject", "ObjectExists", "ObjectMissing", "ObjectVersion", "OcflRoot", "Outcome"]


class OcflRoot:
    """An OCFL 1.1 storage root at ``prefix`` of a store; written there when the place is empty."""

    def __init__(
        self,
        storage: Storage,
        prefix: str = "",
        *,
        layout: str = DEFAULT_LAYOUT,
        fixity: Sequence[str] = ("sm3",),
    ) -> None:
        self.storage, self.prefix, self.fixity = storage, prefix.strip("/"), tuple(fixity)
        known = open_root(storage, self.prefix)
        self.layout = known or write_root(storage, self.prefix, layout, TUPLES)

    # Reading

    def path_of(self, object_id: str) -> str:
        """The object's folder in the store (whether or not it is there)."""
        return self._in_root(self.layout.path(object_id))

    def exists(self, object_id: str) -> bool:
        """Whether an object with this id is here."""
        return self.storage.exists(f"{self.path_of(object_id)}/{INVENTORY}")

    def read_inventory(self, object_id: str) -> Inventory:
        """The object's inventory, SM3 digests in ``fixity``; `ObjectMissing`, `ObjectDamaged`."""
        inventory = self._load(object_id)[0]
        return fixity_extension.with_extension(self.storage, self.path_of(object_id), inventory)

    def content_path(self, object_id: str, logical_path: str, version: str | None = None) -> str:
        """Where in the store the bytes of a logical path lie; `ObjectMissing`."""
        inventory = self._load(object_id)[0]
        try:
            content = inventory.locate(logical_path, version)
        except KeyError:
            where = f"{object_id} {version or inventory.head} {logical_path}"
            raise ObjectMissing(f"没有此文件 no such file: {where}") from None
        return f"{self.path_of(object_id)}/{content}"

    def open(self, object_id: str, logical_path: str, version: str | None = None) -> BinaryIO:
        """A file of the object, for reading."""
        return self.storage.open(self.content_path(object_id, logical_path, version))

    def object_paths(self) -> Iterator[str]:
        """Every object's folder in the store, in byte order, with flat memory."""
        if isinstance(self.storage, FindsMarked):
            yield from self.storage.find_marked(self.prefix, "0=ocfl_object_")
            return
        for path in self.storage.walk(self.prefix):
            if path.rpartition("/")[2].startswith("0=ocfl_object_"):
                yield path.rpartition("/")[0]

    def inventory_at(self, path: str) -> Inventory:
        """The inventory of the object in this folder of the store; `ObjectDamaged`."""
        return stored.load(self.storage, path)[0]

    def object_ids(self) -> Iterator[str]:
        """Every object's id; one that can not be read raises `ObjectDamaged` at its turn."""
        for path in self.object_paths():
            yield stored.load(self.storage, path)[0].id

    # Writing

    def create(
        self,
        object_id: str,
        files: Sequence[NewFile],
        *,
        message: str,
        user: User,
        created: datetime,
    ) -> ObjectVersion:
        """A new object, whole or not at all.

        The same content under the same id is answered with the version that is there;
        other content with `ObjectExists`. `StagedWrong` when a copy does not read back.
        """
        request = NewObject(object_id, files, message, user, created)
        (outcome,) = self.create_many([request])
        if outcome.version is None:
            assert outcome.problem is not None
            raise outcome.problem
        return outcome.version

    def create_many(
        self, requests: Iterable[NewObject], *, progress: Progress = silent, total: int = 0
    ) -> Iterator[Outcome]:
        """Many new objects, one outcome each, in order; a refusal stops no other.

        An outcome with a version is durable. Objects are synced `BATCH` at a time.
        """
        batch: list[NewObject] = []
        done = 0
        for request in requests:
            batch.append(request)
            if len(batch) >= BATCH:
                yield from self._create_batch(batch)
                done += len(batch)
                batch = []
                progress(done, total, request.object_id)
        if batch:
            yield from self._create_batch(batch)
            progress(done + len(batch), total, batch[-1].object_id)

    def update(
        self,
        object_id: str,
        files: Sequence[NewFile] = (),
        *,
        remove: Iterable[str] = (),
        message: str,
        user: User,
        created: datetime,
    ) -> ObjectVersion:
        """One more version: the head's files, without ``remove``, with ``files`` put over them.

        Bytes the object already has are not stored again. When nothing would change, the head
        is answered and no version made.
        """
        self.repair(object_id)
        inventory, _ = self._load(object_id)
        self._check_writable(inventory)
        gone, given = set(remove), {file.logical_path for file in files}
        old = inventory.version().paths()
        if missing := gone - set(old):
            raise ObjectMissing(f"没有此文件 no such file: {object_id} {min(missing)}")
        kept = {path: digest for path, digest in old.items() if path not in gone | given}
        check_logical_paths([*kept, *[file.logical_path for file in files]])
        folder = self.storage.new_staging()
        try:
            return self._update_in(folder, inventory, kept, files, (message, user, created))
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def repair(self, object_id: str) -> str:
        """Set right what an interrupted update left: see `lantai.core.ocfl.object.repair`."""
        self._check_there(object_id)
        return stored.repair(self.storage, self.path_of(object_id))

    def purge(self, object_id: str) -> None:
        """Remove a whole object with all versions: only the approved destruction 销毁 does."""
        self._check_there(object_id)
        self.storage.remove(self.path_of(object_id))

    # Inside

    def _in_root(self, path: str) -> str:
        return f"{self.prefix}/{path}" if self.prefix else path

    def _check_there(self, object_id: str) -> None:
        if not self.storage.exists(self.path_of(object_id)):
            raise ObjectMissing(f"没有此对象 no such object: {object_id}")

    def _load(self, object_id: str) -> tuple[Inventory, bytes]:
        self._check_there(object_id)
        inventory, data = stored.load(self.storage, self.path_of(object_id))
        if inventory.id != object_id:
            raise stored.ObjectDamaged(f"对象标识不符 {inventory.id!r} lies at {object_id!r}")
        return inventory, data

    def _check_writable(self, inventory: Inventory) -> None:
        if inventory.digest_algorithm != DIGEST or "/1.1/" not in inventory.type:
            raise RootNotUnderstood(
                f"仅能更新 OCFL 1.1、sha512 的对象 only OCFL 1.1 with sha512: {inventory.id}"
            )

    def _create_batch(self, batch: Sequence[NewObject]) -> list[Outcome]:
        group = self.storage.new_staging()
        outcomes: list[Outcome | _Staged] = []
        try:
            taken: set[str] = set()
            for number, request in enumerate(batch):
                outcomes.append(self._stage_or_answer(request, group / str(number), taken))
            moved = self._move([entry for entry in outcomes if isinstance(entry, _Staged)])
            return [moved.pop(0) if isinstance(entry, _Staged) else entry for entry in outcomes]
        finally:
            shutil.rmtree(group, ignore_errors=True)

    def _stage_or_answer(
        self, request: NewObject, folder: Path, taken: set[str]
    ) -> Outcome | _Staged:
        path = self.path_of(request.object_id)
        try:
            if path in taken:
                raise ObjectExists(f"同一批中标识重复 twice in one batch: {request.object_id}")
            if self.exists(request.object_id):
                return Outcome(request, self._same_or_refuse(request))
            version = self._stage(request, folder, path)
        except Exception as problem:  # the batch goes on; the caller reads the cause
            shutil.rmtree(folder, ignore_errors=True)
            return Outcome(request, None, problem)
        taken.add(path)
        return _Staged(request, folder, version)

    def _stage(self, request: NewObject, folder: Path, path: str) -> ObjectVersion:
        check_logical_paths([file.logical_path for file in request.files])
        (folder / "v1").mkdir(parents=True)
        stage = VersionStage(folder / "v1" / "content", "v1/content", {}, self.fixity)
        for file in request.files:
            stage.add(file)
        version = Version(request.created, request.message, request.user, stage.state)
        inside, beside = fixity_extension.split(stage.extra)
        inventory = Inventory(request.object_id, "v1", stage.manifest, {"v1": version}, inside)
        data = inventory.to_bytes()
        write_object_root(folder, "v1", data)
        if beside:
            (folder / fixity_extension.FOLDER).mkdir(parents=True)
            (folder / fixity_extension.place("v1")).write_bytes(fixity_extension.document(beside))
        read_back(folder, folder / "v1", stage, inventory, data)
        return self._answer(inventory, path, data, stage.digests, new=True)

    def _move(self, staged: Sequence[_Staged]) -> list[Outcome]:
        moves = [(entry.folder, entry.version.path) for entry in staged]
        if isinstance(self.storage, MovesMany) and len(moves) > 1:
            try:
                answers = self.storage.move_in_many(moves)
            except StorageFailure as problem:
                answers = [problem] * len(moves)
        else:
            answers = [self._move_one(*move) for move in moves]
        return [self._settle(entry, answer) for entry, answer in zip(staged, answers, strict=True)]

    def _move_one(self, folder: Path, path: str) -> StorageFailure | None:
        try:
            self.storage.move_in(folder, path)
        except StorageFailure as problem:
            return problem
        return None

    def _settle(self, entry: _Staged, answer: StorageFailure | None) -> Outcome:
        if answer is None:
            return Outcome(entry.request, entry.version)
        if isinstance(answer, PathTaken):  # somebody was quicker: the same is as good
            try:
                return Outcome(entry.request, self._same_or_refuse(entry.request, entry.version))
            except Exception as problem:
                return Outcome(entry.request, None, problem)
        return Outcome(entry.request, None, answer)

    def _same_or_refuse(
        self, request: NewObject, staged: ObjectVersion | None = None
    ) -> ObjectVersion:
        inventory, data = self._load(request.object_id)
        digests = staged.digests if staged else self._digests(request.files)
        wanted = {path: values.values[DIGEST] for path, values in digests.items()}
        if inventory.version("v1").paths() != wanted:
            raise ObjectExists(f"标识已存在且内容不同 other content under {request.object_id}")
        path = self.path_of(request.object_id)
        return self._answer(inventory, path, data, digests, new=False, version="v1")

    def _digests(self, files: Sequence[NewFile]) -> dict[str, Digests]:
        return {
            file.logical_path: file.digests
            or digests_of_source(file.source, (DIGEST, *self.fixity))
            for file in files
        }

    def _update_in(
        self,
        folder: Path,
        inventory: Inventory,
        kept: dict[LogicalPath, str],
        files: Sequence[NewFile],
        account: tuple[str, User, datetime],
    ) -> ObjectVersion:
        name, path = next_version(inventory.head), self.path_of(inventory.id)
        stage = self._fill(folder, name, inventory, kept, files)
        if {p: d for d, paths in stage.state.items() for p in paths} == inventory.version().paths():
            data = self._load(inventory.id)[1]
            return self._answer(inventory, path, data, stage.digests, new=False)
        message, user, created = account
        following = with_version(inventory, name, Version(created, message, user, stage.state))
        inside, beside = fixity_extension.split(stage.extra)
        following = _with_content(following, stage.manifest, inside)
        data = following.to_bytes()
        write_inventory(folder, data)
        read_back(folder, folder, stage, following, data)
        if beside:  # before the version shows, so that it never lacks them
            where = f"{path}/{fixity_extension.place(name)}"
            self.storage.write(where, fixity_extension.document(beside))
        self.storage.move_in(folder, f"{path}/{name}")
        if not self.storage.exists(f"{path}/{next_version(name)}"):
            stored.publish(self.storage, path, data)
        return self._answer(following, path, data, stage.digests, new=True)

    def _fill(
        self,
        folder: Path,
        name: str,
        inventory: Inventory,
        kept: dict[LogicalPath, str],
        files: Sequence[NewFile],
    ) -> VersionStage:
        directory = inventory.content_directory
        content = folder / directory
        stage = VersionStage(content, f"{name}/{directory}", inventory.manifest, self.fixity)
        for path, digest in kept.items():
            stage.keep(path, digest)
        for file in files:
            stage.add(file)
        if content.is_dir() and not any(content.iterdir()):
            content.rmdir()
        return stage

    def _answer(
        self,
        inventory: Inventory,
        path: str,
        data: bytes,
        digests: dict[str, Digests],
        *,
        new: bool,
        version: str = "",
    ) -> ObjectVersion:
        name = version or inventory.head
        created = inventory.versions[name].created
        digest = hashlib.new(DIGEST, data).hexdigest()
        return ObjectVersion(inventory.id, name, path, digest, created, new, dict(digests))


def _with_content(
    inventory: Inventory, manifest: dict[str, list[ContentPath]], added: fixity_extension.Blocks
) -> Inventory:
    """The inventory with what the stage brought into manifest and fixity."""
    fixity = {name: {**block} for name, block in inventory.fixity.items()}
    for name, block in added.items():
        merged: dict[str, list[ContentPath]] = fixity.setdefault(name, {})
        for digest, places in block.items():
            merged[digest] = [*merged.get(digest, []), *places]
    return replace(inventory, manifest=manifest, fixity=fixity)
