"""The backup's own documents 备份清单: every object and file with digests, sealed by a signature.

``backups/<name>/`` in the target holds ``backup.json`` (what, when, up to where; the digests of
the manifest; signed), ``manifest.jsonl`` (a line an object, a line a file), the database, the
ledger, and the other files. Objects lie in ``ocfl/``, an OCFL storage root that all backups of the
target share.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lantai.core.fixity import DigestUnavailable, digest_file, digest_stream
from lantai.core.ledger.chain import canonical
from lantai.core.storage.port import Storage, StorageFailure
from lantai.engines.sign.sm2 import Sm2Verifier

FORM = "lantai-backup/1"
BACKUPS, OBJECTS = "backups", "ocfl"
DOCUMENT, MANIFEST = "backup.json", "manifest.jsonl"


class BackupRefused(Exception):
    """The backup is not what it says, or can not be read; ``path`` names the file at fault."""

    def __init__(self, path: str, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}: {path}")
        self.path, self.zh, self.en = path, zh, en


class ManifestWriter:
    """Writes the manifest line by line; counts as it goes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._out = path.open("wb")
        self.objects = self.files = self.bytes = 0

    def add_object(self, place: str, object_id: str, head: str, inventory: str) -> None:
        """An object of the shared storage root."""
        self.objects += 1
        self._line({"object": place, "id": object_id, "head": head, "inventory": inventory})

    def add_file(self, folder: Path, path: Path) -> None:
        """A file that lies in the backup's own folder."""
        digests = digest_file(path)
        name = path.relative_to(folder).as_posix()
        self.files += 1
        self.bytes += digests.size
        self._line({"file": name, "size": digests.size, **digests.values})

    def close(self) -> dict[str, Any]:
        """The manifest's own digests and counts."""
        self._out.close()
        digests = digest_file(self.path)
        return {"file": MANIFEST, "size": digests.size, "digests": digests.values,
                "objects": self.objects, "files": self.files}  # fmt: skip

    def _line(self, document: dict[str, Any]) -> None:
        self._out.write(canonical(document) + b"\n")


def backup_names(target: Storage) -> list[str]:
    """The whole backups of a target, the oldest first."""
    found = set()
    for path in target.walk(BACKUPS):
        parts = path.split("/")
        if len(parts) == 3 and parts[2] == DOCUMENT:
            found.add(parts[1])
    return sorted(found)


def read_document(target: Storage, name: str) -> dict[str, Any]:
    """What a backup says of itself, its manifest proven: `BackupRefused` names the file."""
    place = f"{BACKUPS}/{name}/{DOCUMENT}"
    try:
        with target.open(place) as stream:
            document = json.loads(stream.read(1 << 24))
        if document["form"] != FORM:
            raise ValueError(document["form"])
        digests = dict(document["manifest"]["digests"])
    except (StorageFailure, ValueError, KeyError, TypeError, RecursionError) as problem:
        raise BackupRefused(place, "不是可读的备份", f"no readable backup ({problem})") from problem
    where = f"{BACKUPS}/{name}/{MANIFEST}"
    try:
        with target.open(where) as stream:
            found = digest_stream(stream, tuple(digests))
    except (StorageFailure, DigestUnavailable) as problem:
        raise BackupRefused(where, "备份清单读不出", "the manifest is unreadable") from problem
    if not digests or found.values != digests:
        raise BackupRefused(where, "备份清单被改动", "the manifest was altered")
    return dict(document)


def signature_holds(target: Storage, name: str, document: dict[str, Any]) -> bool:
    """Is the document signed by a key published in the backup's own ledger?"""
    body = {key: value for key, value in document.items() if key != "signature"}
    keys = []
    for path in target.walk(f"{BACKUPS}/{name}/ledger"):
        if path.endswith(".hex"):
            with target.open(path) as stream:
                keys.append(stream.read(1_000).decode("ascii", "replace").strip())
    try:
        return Sm2Verifier(keys)(canonical(body), document["signature"])
    except (KeyError, ValueError, TypeError, AttributeError):
        return False


def manifest_lines(target: Storage, name: str) -> Iterator[dict[str, Any]]:
    """Every line, with flat memory."""
    with target.open(f"{BACKUPS}/{name}/{MANIFEST}") as stream:
        for raw in stream:
            yield json.loads(raw)
