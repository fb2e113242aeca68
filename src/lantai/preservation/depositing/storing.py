"""Storing 入库存储: items become OCFL objects: one reading of a file serves copy, digests and text.

No database here. A group at a time, so that memory is flat however many items come; what an
interrupted run has stored is found again by its id and adopted, after its bytes are compared.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lantai.core.fixity import ALGORITHMS, Digests, copy_with_digests, digest_file
from lantai.core.formats import ExtractedText, Identification, identify_many, read_text
from lantai.core.ocfl.apart import Apart
from lantai.core.ocfl.inventory import BadLogicalPath, User
from lantai.core.ocfl.root import NewObject, ObjectExists, OcflRoot
from lantai.core.ocfl.staging import NewFile, StagedWrong
from lantai.core.packages.package import ProcessEvent
from lantai.core.progress import Progress, silent
from lantai.core.proven_copy import Proof
from lantai.core.storage.port import StorageFailure
from lantai.preservation.depositing.failing import disk_full, store_gone, wait_for_space
from lantai.preservation.depositing.items import (
    DESCRIPTION,
    DepositItem,
    StoredItem,
    logical_paths,
    object_id_of,
    received_path,
    uid_of,
)
from lantai.preservation.depositing.place import storage_root

GROUP = 250  # objects staged and synced together
GROUP_BYTES = 256 << 20  # or sooner, when they are large
READERS = 2  # text is read by as many sandboxed workers as stay warm
TEXTS = "metadata/texts.json"
FORM = "lantai-description/1"


@dataclass
class _Part:
    """One file on its way: where its copy lies, and what has been learnt of it."""

    path: str
    copy: Path
    consume: bool
    digests: Digests
    proof: Proof | None = None
    identification: Identification | None = None
    texts: Sequence[tuple[int, str]] = ()
    warning: str = ""


def store_items(
    *,
    holder: Any,
    accession: str,
    items: Iterable[DepositItem],
    progress: Progress = silent,
    message: str = "",
    fonds: Any = None,
    creating_unit: Any = None,
    total: int = 0,
    root: OcflRoot | None = None,
) -> list[StoredItem]:
    """Store all items; see `store_groups`. An item that could not be stored carries ``problem``."""
    groups = store_groups(
        holder=holder,
        accession=accession,
        items=items,
        progress=progress,
        message=message,
        fonds=fonds,
        creating_unit=creating_unit,
        total=total or (len(items) if isinstance(items, Sequence) else 0),
        root=root,
    )
    return [stored for group in groups for stored in group]


def store_groups(
    *,
    holder: Any,
    accession: str,
    items: Iterable[DepositItem],
    progress: Progress = silent,
    message: str = "",
    fonds: Any = None,
    creating_unit: Any = None,
    total: int = 0,
    root: OcflRoot | None = None,
    apart: Apart | None = None,
) -> Iterator[list[StoredItem]]:
    """Store items group by group; each group is durable when it is given out.

    ``holder``, ``fonds`` and ``creating_unit`` are read for their codes only. Raises
    `RetryLater` when the disk is full: what was stored stays, the next run goes on.
    ``apart`` makes the objects; the caller who has many groups keeps one through all of them.
    """
    here = root or storage_root()
    with nullcontext(apart) if apart is not None else Apart(here) as maker:
        store = _Storing(
            here,
            accession,
            message,
            holder=holder,
            fonds=fonds,
            creating_unit=creating_unit,
            apart=maker,
        )
        done = 0
        for group in _groups(items):
            try:
                yield store.group(group)
            except (StorageFailure, OSError) as problem:
                if disk_full(problem):
                    raise wait_for_space() from problem
                raise
            done += len(group)
            progress(done, max(total, done) if total else 0, group[-1].key[-200:])


def _groups(items: Iterable[DepositItem]) -> Iterator[list[DepositItem]]:
    group: list[DepositItem] = []
    size = 0
    for item in items:
        group.append(item)
        size += sum(_size(file.source) for file in item.files)
        if len(group) >= GROUP or size >= GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


class _Storing:
    """Where to, for whom, and as whose accession."""

    def __init__(
        self,
        root: OcflRoot,
        accession: str,
        message: str,
        *,
        holder: Any,
        fonds: Any,
        creating_unit: Any,
        apart: Apart,
    ) -> None:
        self.apart = apart
        self.root, self.holder, self.accession = root, holder, accession
        self.message = message or f"入库 ingestion: {accession}"
        self.fonds, self.creating_unit = fonds, creating_unit

    def group(self, items: Sequence[DepositItem]) -> list[StoredItem]:
        """Adopt those that are here, copy and read the others, move them in together."""
        answers: dict[int, StoredItem] = {}
        fresh: list[tuple[int, DepositItem]] = []
        for number, item in enumerate(items):
            known = self._adopt(item)
            if known is not None:
                answers[number] = known
            else:
                fresh.append((number, item))
        if fresh:
            staging = self.root.storage.new_staging()
            try:
                stored = self._store([item for _, item in fresh], staging)
                answers.update(zip((n for n, _ in fresh), stored, strict=True))
            finally:
                shutil.rmtree(staging, ignore_errors=True)
        return [answers[number] for number in range(len(items))]

    def _store(self, items: Sequence[DepositItem], staging: Path) -> list[StoredItem]:
        parts: list[list[_Part] | Exception] = []
        for number, item in enumerate(items):
            try:
                parts.append(_bring(item, staging / str(number)))
            except (StagedWrong, BadLogicalPath) as problem:
                parts.append(problem)
            except OSError as problem:
                if disk_full(problem):
                    raise
                parts.append(problem)
        _learn(items, parts)
        stored = [self._described(*pair) for pair in zip(items, parts, strict=True)]
        wanted = [
            self._request(item, entry, part)
            for item, entry, part in zip(items, stored, parts, strict=True)
            if not isinstance(part, Exception)
        ]
        outcomes = iter(self.apart.create_many(wanted))
        for entry in stored:
            if entry.problem is None:
                outcome = next(outcomes)
                entry.problem, entry.new = outcome.problem, outcome.new
                if outcome.problem is not None and store_gone(outcome.problem, self.root):
                    raise outcome.problem
        return stored

    def _described(self, item: DepositItem, parts: list[_Part] | Exception) -> StoredItem:
        uid = uid_of(self.accession, item.key)
        object_id = object_id_of(self.holder.code, uid)
        good = [] if isinstance(parts, Exception) else parts
        document: dict[str, Any] = {
            "form": FORM,
            "object_id": object_id,
            "uid": str(uid),
            "holder": {"code": self.holder.code, "name": getattr(self.holder, "name", "")},
            "fonds": _named(self.fonds),
            "creating_unit": _named(self.creating_unit),
            "accession": self.accession,
            "key": _text(item.key),
            "level": item.level,
            "record_type": item.record_type,
            "values": {name: _text(value) for name, value in item.values.items()},
            "components": [
                _component(*pair) for pair in zip(item.files if good else [], good, strict=True)
            ],
        }
        if item.events:
            document["events"] = [_event(event) for event in item.events]
        texts = {part.path: part.texts for part in good if part.texts}
        problem = parts if isinstance(parts, Exception) else None
        return StoredItem(item.key, uid, object_id, document, texts, True, problem)

    def _request(self, item: DepositItem, entry: StoredItem, parts: list[_Part]) -> NewObject:
        files = [
            NewFile(part.path, part.copy, part.digests, consume=part.consume, proof=part.proof)
            for part in parts
        ]
        files.append(NewFile(DESCRIPTION, _json(entry.document)))
        if entry.texts:
            files.append(NewFile(TEXTS, _json(entry.texts)))
        if item.received is not None:
            files.append(NewFile(received_path(item.received), item.received))
        user = User("lantai", f"urn:lantai:{self.holder.code}")
        return NewObject(entry.object_id, files, self.message, user, datetime.now(UTC))

    def _adopt(self, item: DepositItem) -> StoredItem | None:
        """The item as an earlier run stored it, if it is here; its bytes must be the same."""
        uid = uid_of(self.accession, item.key)
        object_id = object_id_of(self.holder.code, uid)
        if not self.root.exists(object_id):
            return None
        self.root.repair(object_id)
        stored = stored_item(self.root, object_id)
        kept = sorted((part["name"], part["sha512"]) for part in stored.components)
        try:
            given = sorted((_text(f.name), _sha512(f.source, f.digests)) for f in item.files)
        except OSError as problem:
            stored.problem = problem
            return stored
        if kept != given:
            stored.problem = ObjectExists(
                f"“{_text(item.key)}”入库以后又有改动：请作为新的一批移交，或撤回改动 / "
                f"changed since it was deposited: {_text(item.key)}"
            )
        return stored


def stored_item(root: OcflRoot, object_id: str) -> StoredItem:
    """An object's item, read from its own metadata."""
    document = _read_json(root, object_id, DESCRIPTION, "v1")
    paths = root.read_inventory(object_id).version("v1").paths()
    texts = _read_json(root, object_id, TEXTS, "v1") if TEXTS in paths else {}
    pages = {path: [(int(n), str(t)) for n, t in found] for path, found in texts.items()}
    uid = uid_of(document["accession"], document["key"])
    if str(uid) != document["uid"]:
        raise ValueError(f"{object_id}: 说明与标识不符 description and id disagree")
    return StoredItem(document["key"], uid, object_id, document, pages, new=False)


def _bring(item: DepositItem, folder: Path) -> list[_Part]:
    """Copy an item's files beside the store, digesting what is read; known digests save that."""
    parts = []
    for number, (file, path) in enumerate(zip(item.files, logical_paths(item.files), strict=True)):
        known = file.digests
        if known is not None and all(name in known.values for name in ALGORITHMS):
            copy = file.copy
            if copy is not None and copy.proof.holds(copy.path):
                parts.append(_Part(path, copy.path, True, known, copy.proof))
            else:
                parts.append(_Part(path, file.source, False, known))
            continue
        if not file.source.is_file() or file.source.is_symlink():
            raise StagedWrong(f"不是普通文件或已不在 not a plain file: {_text(file.name)}")
        folder.mkdir(parents=True, exist_ok=True)
        suffix = file.source.suffix[:16] if file.source.suffix.isascii() else ""
        copy = folder / f"{number}{suffix}"
        parts.append(_Part(path, copy, True, copy_with_digests(file.source, copy)))
    return parts


def _learn(items: Sequence[DepositItem], parts: Sequence[list[_Part] | Exception]) -> None:
    """Identify all files of the group at once, and read their texts side by side."""
    pairs = [
        pair
        for item, found in zip(items, parts, strict=True)
        if not isinstance(found, Exception)
        for pair in zip(item.files, found, strict=True)
    ]
    asked = [part for file, part in pairs if file.identification is None]
    for part, answer in zip(asked, identify_many([p.copy for p in asked]), strict=True):
        part.identification = answer
    for file, part in pairs:
        if file.identification is not None:
            part.identification = file.identification
        if file.text is not None:
            _keep_text(part, file.text)
    unread = [part for file, part in pairs if file.text is None]
    with ThreadPoolExecutor(READERS, "text") as pool:
        list(pool.map(_read, unread))


def _read(part: _Part) -> None:
    """The page texts of one file; a file that can not be read leaves a warning."""
    try:
        _keep_text(part, read_text(part.copy, part.identification))
    except Exception as problem:  # a hostile file must not stop the others
        part.warning = f"文本未能提取 text not extracted: {type(problem).__name__}"


def _keep_text(part: _Part, found: ExtractedText) -> None:
    part.texts = [(page.page, page.text) for page in found.pages if page.text.strip()]
    part.warning = found.warning


def _component(file: Any, part: _Part) -> dict[str, Any]:
    known = part.identification
    assert known is not None
    return {
        "name": _text(file.name),
        "path": part.path,
        "role": file.role,
        "sequence": file.sequence,
        "size": part.digests.size,
        "sha512": part.digests.values["sha512"],
        "sm3": part.digests.values["sm3"],
        "puid": known.puid,
        "format_name": f"{known.name} {known.version}".strip(),
        "mime": known.mime,
        "pages": max((number for number, _ in part.texts), default=None),
        "warning": "; ".join(filter(None, [known.warning, part.warning])),
    }


def _event(event: ProcessEvent) -> dict[str, str]:
    told = {"act": event.act, "agent": event.agent, "time": event.time, "note": event.note}
    return {name: _text(value) for name, value in told.items()}


def _named(row: Any) -> dict[str, str]:
    return {"code": row.code, "name": getattr(row, "name", "")} if row is not None else {}


def _sha512(source: Path, known: Digests | None) -> str:
    if known is not None and "sha512" in known.values:
        return known.values["sha512"]
    return digest_file(source, ("sha512",)).values["sha512"]


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"


def _text(value: Any) -> str:
    """Text that UTF-8 and every database can hold: undecodable bytes as %XX, no NUL."""
    text = "" if value is None else str(value)
    if text.isprintable():
        return text
    return "".join(
        f"%{ord(c) & 0xFF:02X}" if 0xD800 <= ord(c) <= 0xDFFF else "\ufffd" if c == "\0" else c
        for c in text
    )


def _read_json(root: OcflRoot, object_id: str, path: str, version: str) -> dict[str, Any]:
    with root.open(object_id, path, version) as stream:
        found = json.load(stream)
    if not isinstance(found, dict):
        raise TypeError(f"{object_id}: {path}")
    return found
