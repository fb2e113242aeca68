"""Making a backup 备份: the database's snapshot first, then the ledger up to it, then the objects.

Every change goes package, ledger, catalogue; so what the snapshot knows lies in storage already,
and a backup taken in the midst of an ingest is one committed moment. Objects the target has are
not copied again. Nothing is shown in the target before it is whole.
"""

from __future__ import annotations

import shutil
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from lantai import __version__
from lantai.core.fixity import digest_file
from lantai.core.ledger.chain import canonical
from lantai.core.ledger.copying import copy_ledger
from lantai.core.ocfl.copying import CopyRefused, copy_object, held_already
from lantai.core.ocfl.declaration import open_root, write_root
from lantai.core.ocfl.object import ObjectDamaged, repair
from lantai.core.ocfl.root import OcflRoot
from lantai.core.progress import Progress, silent
from lantai.core.storage.locate import open_storage
from lantai.core.storage.port import Storage, StorageFailure
from lantai.foundation.ledger.signing import sign_seal
from lantai.preservation.depositing.items import is_record_object
from lantai.preservation.depositing.place import storage_root
from lantai.preservation.recovery.manifest import (
    BACKUPS,
    DOCUMENT,
    FORM,
    MANIFEST,
    OBJECTS,
    ManifestWriter,
)
from lantai.preservation.recovery.snapshot import Point, Snapshot, take_snapshot

AT_ONCE = 200
NOT_TAKEN = (
    "storage",
    "index",
    "cache",
    "logs",
    "keys",
    "lantai.db",
    "lantai.db-wal",
    "lantai.db-shm",
)
"""Of the data folder: what goes its own way, what is made anew, and what must lie elsewhere."""


@dataclass
class Made:
    """What a backup did."""

    name: str
    point: Point = field(default_factory=Point)
    objects: int = 0
    copied: int = 0
    held: int = 0
    bytes_copied: int = 0
    later: int = 0  # objects stored after the point: for the next backup
    files: int = 0
    gone: int = 0  # working files that went while being copied
    findings: list[dict[str, str]] = field(default_factory=list)


def make_backup(
    target_url: str, progress: Progress = silent, *, with_keys: bool = False, verify: bool = False
) -> dict[str, Any]:
    """A backup into a folder or store; returns the figures of `lantai backup --json`."""
    began, started = time.monotonic(), datetime.now(UTC)
    target = open_storage(target_url)
    made = Made(f"{started:%Y%m%dT%H%M%S.%f}"[:-3] + "Z")
    folder = target.new_staging()
    sign_seal(b"")  # so that the public key lies beside the ledger before that is copied
    try:
        writer = ManifestWriter(folder / MANIFEST)
        with take_snapshot(folder) as snapshot:
            made.point = snapshot.point()
            written = copy_ledger(
                settings.LANTAI.ledger, folder / "ledger", made.point.sequence, made.point.hash
            )
            _objects(target, snapshot, writer, made, progress, verify)
            counts = snapshot.counts()
            database = {"engine": snapshot.engine, "file": snapshot.file.name}
        files = [folder / database["file"], *written, *_other_files(folder, made, with_keys)]
        for path in files:
            writer.add_file(folder, path)
        manifest = writer.close()
        document = {
            "form": FORM, "name": made.name, "version": __version__, "made_on": socket.gethostname(),
            "at": started.isoformat(timespec="milliseconds"), "point": vars(made.point),
            "database": database, "counts": counts, "manifest": manifest,
            "settings": _settings(), "keys": _keys(), "keys_included": with_keys,
        }  # fmt: skip
        document["signature"] = dict(sign_seal(canonical(document)))
        (folder / DOCUMENT).write_bytes(canonical(document) + b"\n")
        target.move_in(folder, f"{BACKUPS}/{made.name}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    made.files = writer.files
    return _figures(target_url, made, document, writer, time.monotonic() - began)


def _figures(
    target: str, made: Made, document: dict[str, Any], writer: ManifestWriter, seconds: float
) -> dict[str, Any]:
    size = made.bytes_copied + writer.bytes
    return {
        "ok": not made.findings,
        "target": target,
        "backup": made.name,
        "at": document["at"],
        "point": document["point"],
        "objects": made.objects,
        "objects_copied": made.copied,
        "objects_held": made.held,
        "objects_later": made.later,
        "files": made.files,
        "bytes_copied": size,
        "database": document["database"]["engine"],
        "keys": [key["name"] for key in document["keys"]],
        "keys_included": document["keys_included"],
        "seconds": round(seconds, 3),
        "bytes_a_second": int(size / seconds) if seconds else 0,
        "findings": made.findings,
    }


def _objects(
    target: Storage, snapshot: Snapshot, writer: ManifestWriter, made: Made,
    progress: Progress, verify: bool,
) -> None:  # fmt: skip
    """Every object the snapshot knows, and those that are no records."""
    root = storage_root()
    if open_root(target, OBJECTS) is None:
        write_root(target, OBJECTS, root.layout.id)
    for batch in _batches(root, made):
        ids = [object_id for _, object_id in batch]
        known = snapshot.known([i for i in ids if is_record_object(i)])
        for path, object_id in batch:
            if is_record_object(object_id) and object_id not in known:
                made.later += 1
                continue
            _one(root, target, path, writer, made, verify)
        progress(made.objects, 0, f"{made.objects} 个对象 objects")


def _batches(root: OcflRoot, made: Made) -> Iterator[list[tuple[str, str]]]:
    batch: list[tuple[str, str]] = []
    for path in root.object_paths():
        try:
            batch.append((path, root.inventory_at(path).id))
        except (ObjectDamaged, StorageFailure) as problem:
            _tell(made, path, "对象清单不可读，未备份", f"its inventory is unreadable: {problem}")
        if len(batch) >= AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _one(
    root: OcflRoot, target: Storage, path: str, writer: ManifestWriter, made: Made, verify: bool
) -> None:
    place = f"{OBJECTS}/{path.removeprefix(root.prefix).strip('/')}"
    try:
        inventory = root.inventory_at(path)
        digest = "" if verify else held_already(root.storage, path, target, place)
        if digest:
            made.held += 1
        else:
            repair(root.storage, path)
            copied = copy_object(root.storage, path, target, place, replace=verify)
            digest, made.bytes_copied = copied.inventory_sha512, made.bytes_copied + copied.bytes
            made.copied += copied.new
            made.held += not copied.new
    except CopyRefused as refused:
        _tell(made, refused.path, f"{refused.zh}，未备份", refused.en)
        return
    except (ObjectDamaged, StorageFailure) as problem:
        _tell(made, path, f"未备份：{problem}", str(problem))
        return
    made.objects += 1
    writer.add_object(place.removeprefix(f"{OBJECTS}/"), inventory.id, inventory.head, digest)


def _tell(made: Made, path: str, zh: str, en: str) -> None:
    made.findings.append({"code": "not-backed-up", "path": path, "zh": zh, "en": en})


def _other_files(folder: Path, made: Made, with_keys: bool) -> list[Path]:
    """Uploads, quarantine, papers being filed; keys only when asked for."""
    data, found = Path(settings.LANTAI.data), []
    skipped = tuple(name for name in NOT_TAKEN if not (with_keys and name == "keys"))
    for top in sorted(data.iterdir()) if data.is_dir() else ():
        if top.name in skipped or top.name.startswith("."):
            continue
        for source in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if not source.is_file() or source.is_symlink():
                continue
            place = folder / "data" / source.relative_to(data)
            try:
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, place)
            except FileNotFoundError:
                made.gone += 1
                continue
            found.append(place)
    return found


def _keys() -> list[dict[str, str]]:
    """Names and SM3 fingerprints of the key files, which must be kept apart from the backup."""
    folder = Path(settings.LANTAI.keys)
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    return [{"name": path.name, "sm3": digest_file(path).values["sm3"]} for path in files]


def _settings() -> dict[str, str]:
    """What the installation was told from outside; passwords in addresses left out."""
    from urllib.parse import urlsplit

    place = settings.LANTAI
    database = urlsplit(place.database_url)
    return {
        "database": f"{database.scheme}://{database.hostname or ''}{database.path}",
        "store": place.store_url,
        "index": place.index_url,
        "base_url": place.base_url,
    }
