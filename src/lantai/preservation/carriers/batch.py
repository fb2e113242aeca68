"""Writing and testing a carrier 载体制作与检测: a folder that needs no Lantai to be understood.

``说明文件.TXT`` tells people what it is, ``ocfl/`` holds the objects, ``ledger/`` the proof,
``manifest-sm3.txt`` and ``manifest-sha512.txt`` every file's digest, ``carrier.json`` seals them
with a signature. `lantai restore` takes such a folder as it takes any copy.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import ceil
from pathlib import Path
from typing import Any

from django.conf import settings

from lantai.core.fixity import digest_file, digest_many
from lantai.core.ledger.chain import canonical
from lantai.core.ledger.copying import copy_ledger
from lantai.core.ocfl.copying import copy_object
from lantai.core.progress import Progress, silent
from lantai.engines.storage.folder import FolderStorage
from lantai.foundation.ledger.models import LedgerHead
from lantai.foundation.ledger.signing import seal_checker, sign_seal
from lantai.foundation.refusal import Refusal
from lantai.preservation.depositing.place import storage_root
from lantai.preservation.replication.models import PreservedObject, Store
from lantai.preservation.replication.replicating import missing_in
from lantai.preservation.replication.stores import place_in, prepare

FORM = "lantai-carrier/1"
LEAST_SHARE = 0.10  # DA/T 94: at least a tenth is tested, all of it once one fault is found
LABEL, DOCUMENT = "说明文件.TXT", "carrier.json"
MANIFESTS = {"sm3": "manifest-sm3.txt", "sha512": "manifest-sha512.txt"}


@dataclass
class Batch:
    """A carrier as it was written."""

    number: str
    objects: list[tuple[PreservedObject, str]] = field(default_factory=list)
    bytes: int = 0
    manifest_sm3: str = ""


@dataclass
class Tested:
    """What a test of a carrier found."""

    files: int = 0
    read: int = 0
    findings: list[dict[str, str]] = field(default_factory=list)


def write_carrier(
    store: Store, folder: Path, *, number: str, set_no: str, kind: str, capacity: int = 0,
    progress: Progress = silent,
) -> Batch:  # fmt: skip
    """Fill an empty folder with what this set lacks, up to ``capacity`` bytes (0: all)."""
    if folder.exists() and any(folder.iterdir()):
        raise Refusal(f"目录不是空的：{folder.name}", f"The folder is not empty: {folder.name}")
    storage, batch = FolderStorage(folder, folder / ".staging"), Batch(number)
    prepare(storage)
    main = storage_root().storage
    waiting = missing_in(store).order_by("pk")
    total = waiting.count()
    for row in waiting.iterator(chunk_size=500):
        copied = copy_object(
            main, row.path, storage, place_in(store, row.path), expected=row.inventory_sha512
        )
        if capacity and batch.objects and batch.bytes + copied.bytes > capacity:
            storage.remove(place_in(store, row.path))
            break
        batch.objects.append((row, copied.inventory_sha512))
        batch.bytes += copied.bytes
        progress(len(batch.objects), total, row.object_id)
    if not batch.objects:
        raise Refusal("这一套没有待导出的对象。", "This set lacks nothing.")
    _seal(folder, batch, set_no, kind)
    return batch


def _seal(folder: Path, batch: Batch, set_no: str, kind: str) -> None:
    """The ledger, the label, the manifests, and the document that binds them."""
    sign_seal(b"")
    head = LedgerHead.objects.filter(pk=1).first()
    if head is not None:
        copy_ledger(settings.LANTAI.ledger, folder / "ledger", head.sequence, head.hash)
    staging = folder / ".staging"
    if staging.is_dir():
        staging.rmdir()
    made = date.today().isoformat()  # noqa: DTZ011 - the day on the box
    (folder / LABEL).write_text(
        f"载体编号：{batch.number}\r\n套别：{set_no}\r\n载体类型：{kind}\r\n"
        f"对象数：{len(batch.objects)}\r\n容量（字节）：{batch.bytes}\r\n制作日期：{made}\r\n"
        "内容：OCFL 1.1 存储根（ocfl）、台账（ledger）、摘要清单（manifest-*.txt）。\r\n"
        "本载体不得外借；由兰台恢复：lantai restore 本目录。\r\n",
        "utf-8",
    )
    lines: dict[str, list[str]] = {name: [] for name in MANIFESTS}
    for path, found in digest_many(_files(folder)):
        if isinstance(found, OSError):
            raise found
        for name in MANIFESTS:
            lines[name].append(f"{found.values[name]}  {path.relative_to(folder).as_posix()}\n")
    for name, file in MANIFESTS.items():
        (folder / file).write_text("".join(lines[name]), "utf-8")
    batch.manifest_sm3 = digest_file(folder / MANIFESTS["sm3"]).values["sm3"]
    document: dict[str, Any] = {
        "form": FORM, "number": batch.number, "set": set_no, "kind": kind, "made": made,
        "objects": len(batch.objects), "bytes": batch.bytes, "manifest_sm3": batch.manifest_sm3,
    }  # fmt: skip
    document["signature"] = dict(sign_seal(canonical(document)))
    (folder / DOCUMENT).write_bytes(canonical(document) + b"\n")


def read_carrier(
    folder: Path, *, number: str, manifest_sm3: str, share: float = 1.0, seed: int = 0,
    progress: Progress = silent,
) -> Tested:  # fmt: skip
    """Read a share of the files again; one fault and all of them are read."""
    found = Tested()
    _check_label(folder, number, manifest_sm3, found)
    entries = list(_entries(folder))
    found.files = len(entries)
    if found.findings:
        return found
    chosen = entries
    if share < 1:
        count = max(ceil(max(share, LEAST_SHARE) * len(entries)), 1)
        chosen = random.Random(seed).sample(entries, min(count, len(entries)))  # noqa: S311 - a stored seed, so that the sample can be drawn again
    _read(folder, chosen, found, progress)
    if found.findings and len(chosen) < len(entries):
        found.read, found.findings = 0, []
        _read(folder, entries, found, progress)
    known = {name for _, name in entries} | {DOCUMENT, *MANIFESTS.values()}
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        if name not in known:
            _tell(found, "extra-file", name, "清单以外的文件", "a file the manifest does not name")
    return found


def _check_label(folder: Path, number: str, manifest_sm3: str, found: Tested) -> None:
    """Is it this carrier, sealed by us, with the manifest that was registered?"""
    try:
        document = json.loads((folder / DOCUMENT).read_bytes())
        body = {name: value for name, value in document.items() if name != "signature"}
        manifest = digest_file(folder / MANIFESTS["sm3"]).values["sm3"]
        same = document["number"] == number
        signed = seal_checker(settings.LANTAI.ledger)(canonical(body), document["signature"])
    except (OSError, ValueError, KeyError, TypeError) as problem:
        _tell(
            found,
            "carrier-unreadable",
            DOCUMENT,
            f"载体读不出：{problem}",
            f"unreadable: {problem}",
        )
        return
    if not same:
        _tell(found, "other-carrier", DOCUMENT, f"不是载体 {number}", f"not the carrier {number}")
    if manifest != manifest_sm3 or document["manifest_sm3"] != manifest_sm3:
        _tell(found, "manifest-differs", MANIFESTS["sm3"], "摘要清单与登记不符",
              "the manifest is not the one registered")  # fmt: skip
    if not signed:
        _tell(found, "signature-fails", DOCUMENT, "载体签名不符", "its signature fails")


def _entries(folder: Path) -> Iterator[tuple[str, str]]:
    try:
        text = (folder / MANIFESTS["sm3"]).read_text("utf-8")
    except (OSError, ValueError):
        return
    for line in text.splitlines():
        digest, _, name = line.partition("  ")
        yield digest, name


def _read(
    folder: Path, entries: Sequence[tuple[str, str]], found: Tested, progress: Progress
) -> None:
    wanted = {folder / name: digest for digest, name in entries}
    for path, answer in digest_many(wanted, ("sm3",)):
        found.read += 1
        name = path.relative_to(folder).as_posix()
        if isinstance(answer, OSError):
            _tell(found, "file-unreadable", name, f"文件读不出：{answer.strerror}",
                  f"unreadable: {answer.strerror}")  # fmt: skip
        elif answer.values["sm3"] != wanted[path]:
            _tell(found, "bits-changed", name, "文件内容改变", "its bytes changed")
        progress(found.read, len(entries), name)


def _tell(found: Tested, code: str, path: str, zh: str, en: str) -> None:
    found.findings.append({"code": code, "path": path, "zh": zh, "en": en})


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


__all__ = ["Batch", "Tested", "read_carrier", "write_carrier"]
