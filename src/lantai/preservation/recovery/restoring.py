"""Laying a backup down 恢复: into an empty data folder, each file proven as it is copied.

No database is asked here: the folder is filled, then Lantai is started on it and proves it
(`proving`). A file that is not what the manifest says stops everything, by name.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from lantai.core.fixity import copy_with_digests, digest_file
from lantai.core.ocfl.copying import CopyRefused, copy_object
from lantai.core.ocfl.declaration import RootNotUnderstood
from lantai.core.ocfl.root import OcflRoot
from lantai.core.progress import Progress, silent
from lantai.core.storage.locate import open_storage
from lantai.core.storage.port import Storage, StorageFailure
from lantai.preservation.recovery.manifest import (
    BACKUPS,
    DOCUMENT,
    OBJECTS,
    BackupRefused,
    backup_names,
    manifest_lines,
    read_document,
    signature_holds,
)


class NotEmpty(Exception):
    """The data folder to restore into holds something already."""


@dataclass
class LaidDown:
    """What was put where, and what the backup said of itself."""

    backup: str = ""
    document: dict[str, Any] = field(default_factory=dict)
    database: Path | None = None
    objects: int = 0
    files: int = 0
    bytes: int = 0
    ledger: bool = False
    signature: str = "absent"  # holds | absent
    keys: str = "missing"  # given | included | missing | differ


def lay_down(
    source_url: str,
    data: Path,
    *,
    backup: str = "",
    keys: Path | None = None,
    progress: Progress = silent,
) -> LaidDown:
    """Fill an empty data folder from a backup, or from a copy of the storage alone.

    `NotEmpty`, `BackupRefused`. When it fails, what it had put into the folder goes again.
    """
    if data.exists() and any(data.iterdir()):
        raise NotEmpty(str(data))
    data.mkdir(parents=True, exist_ok=True)
    source = open_storage(source_url)
    try:
        names = backup_names(source)
        if backup and backup not in names:
            raise BackupRefused(f"{BACKUPS}/{backup}", "没有这个备份", "there is no such backup")
        laid = (
            _from_backup(source, backup or names[-1], data, progress)
            if names
            else _from_copy(source, data, progress)
        )
        _lay_keys(laid, data, keys)
    except BaseException:
        for path in data.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        raise
    (data / "logs").mkdir(exist_ok=True)
    return laid


def _from_backup(source: Storage, name: str, data: Path, progress: Progress) -> LaidDown:
    document = read_document(source, name)
    if not signature_holds(source, name, document):
        raise BackupRefused(f"{BACKUPS}/{name}/{DOCUMENT}", "备份签名不符", "its signature fails")
    laid = LaidDown(name, document, ledger=True, signature="holds")
    root = _new_root(data)
    total = document["manifest"]["objects"] + document["manifest"]["files"]
    for number, line in enumerate(manifest_lines(source, name), 1):
        if "object" in line:
            copied = _object(source, f"{OBJECTS}/{line['object']}", root, line["inventory"])
            laid.objects += 1
            laid.bytes += copied.bytes
        else:
            _file(source, f"{BACKUPS}/{name}/{line['file']}", line, _place(data, line["file"]))
            laid.files += 1
            laid.bytes += line["size"]
        progress(number, total, line.get("id") or line.get("file", ""))
    laid.database = data / document["database"]["file"]
    return laid


def _place(data: Path, name: str) -> Path:
    """Where a file of the backup belongs; nothing may lead out of the data folder."""
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or not parts:
        raise BackupRefused(name, "备份清单中的路径不合规", "a path that leads out of the folder")
    if parts[0] == "ledger":
        return data.joinpath("storage", *parts)
    return data.joinpath(*(parts[1:] if parts[0] == "data" else parts))


def _file(source: Storage, where: str, line: dict[str, Any], place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        with source.open(where) as stream:
            found = copy_with_digests(stream, place, durable=True)
    except StorageFailure as problem:
        raise BackupRefused(where, "备份中缺文件或读不出", "missing or unreadable") from problem
    if found.size != line["size"] or any(line[k] != v for k, v in found.values.items()):
        raise BackupRefused(where, "文件与备份清单不符", "not the file of the manifest")


def _new_root(data: Path) -> OcflRoot:
    (data / "storage").mkdir()
    return OcflRoot(open_storage(str(data / "storage" / "ocfl")))


def _object(source: Storage, path: str, root: OcflRoot, expected: str = "") -> Any:
    try:
        place = root.path_of(_id_at(source, path))
        return copy_object(source, path, root.storage, place, expected=expected)
    except CopyRefused as refused:
        raise BackupRefused(refused.path, refused.zh, refused.en) from refused


def _id_at(source: Storage, path: str) -> str:
    from lantai.core.ocfl.inventory import InventoryNotUnderstood, read_inventory

    where = f"{path}/inventory.json"
    try:
        with source.open(where) as stream:
            return read_inventory(stream.read()).id
    except (StorageFailure, InventoryNotUnderstood) as problem:
        raise BackupRefused(
            where, "清单缺失或读不出", f"missing or unreadable: {problem}"
        ) from None


def _from_copy(source: Storage, data: Path, progress: Progress) -> LaidDown:
    """Any copy of the storage: an OCFL root, or a folder with ``ocfl`` and ``ledger``."""
    prefix = next((p for p in (OBJECTS, "storage/ocfl", "") if _is_root(source, p)), None)
    if prefix is None:
        raise BackupRefused(
            "", "既不是备份也不是存储副本", "neither a backup nor a copy of storage"
        )
    laid = LaidDown()
    root = _new_root(data)
    theirs = OcflRoot(source, prefix)
    for path in theirs.object_paths():
        laid.bytes += _object(source, path, root).bytes
        laid.objects += 1
        progress(laid.objects, 0, path)
    beside = f"{prefix.rpartition('/')[0]}/ledger".strip("/")
    for name in source.walk(beside) if prefix else ():
        target = data / "storage" / "ledger" / name.removeprefix(f"{beside}/")
        if "/.lock" in name or "torn-" in name:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        with source.open(name) as stream:
            copy_with_digests(stream, target, ("sha512",))
        laid.files, laid.ledger = laid.files + 1, True
    return laid


def _is_root(source: Storage, prefix: str) -> bool:
    try:
        return source.exists(f"{prefix}/0=ocfl_1.1".strip("/"))
    except (StorageFailure, RootNotUnderstood):
        return False


def _lay_keys(laid: LaidDown, data: Path, keys: Path | None) -> None:
    """The key files, from where they were kept apart; without them new ones are made."""
    folder = data / "keys"
    if keys is not None:
        folder.mkdir(mode=0o700, exist_ok=True)
        for path in sorted(keys.iterdir()):
            if path.is_file():
                shutil.copyfile(path, folder / path.name)
        laid.keys = "given"
    elif folder.is_dir():
        laid.keys = "included"
    for path in folder.iterdir() if folder.is_dir() else ():
        path.chmod(0o600)
    if folder.is_dir():
        folder.chmod(0o700)
        wanted = {key["name"]: key["sm3"] for key in laid.document.get("keys", ())}
        have = {path.name: digest_file(path).values["sm3"] for path in folder.iterdir()}
        if any(have.get(name) != value for name, value in wanted.items()):
            laid.keys = "differ"
