"""Questions about deposits and their files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from django.db.models import QuerySet

from lantai.catalogue.records.models import Component, Record
from lantai.core.ocfl.root import ObjectMissing
from lantai.core.storage.port import StorageFailure
from lantai.foundation.bulk_rows import keys_by
from lantai.foundation.policy import Operator, institutions_of
from lantai.foundation.refusal import NotFound
from lantai.preservation.depositing.items import DESCRIPTION
from lantai.preservation.depositing.models import Deposit
from lantai.preservation.depositing.place import open_object_file, storage_root

KEYS_AT_ONCE = 500


class FileUnavailable(NotFound):
    """The file should be in storage and is not, or cannot be read."""

    code = "file-unavailable"


def open_component(component: Component) -> BinaryIO:
    """The component's bytes, for reading; whoever asks has asked permission for the record."""
    try:
        return open_object_file(component.record.object_id, component.path)
    except (ObjectMissing, StorageFailure) as problem:
        raise FileUnavailable(
            f"文件“{component.name}”此刻无法从存储读出，已提示管理人员核查；请稍后再试。",
            f"The file “{component.name}” can not be read from storage now; try again later.",
        ) from problem


def process_of(record: Record) -> list[dict[str, str]]:
    """What was done with a record before it came 业务过程: act, agent, time, note; from storage.

    Empty where nothing was told, or its object cannot be read now.
    """
    if not record.object_id:
        return []
    try:
        with open_object_file(record.object_id, DESCRIPTION) as stream:
            document = json.load(stream)
    except (ObjectMissing, StorageFailure, OSError, ValueError):
        return []
    return list(document.get("events", []))


def component_file(component: Component) -> Path | None:
    """The component as a local file for viewers, when the store is a folder; else None."""
    root = storage_root()
    base = getattr(root.storage, "root", None)
    if not isinstance(base, Path):
        return None
    try:
        path = base / root.content_path(component.record.object_id, component.path)
    except (ObjectMissing, StorageFailure):
        return None
    return path if path.is_file() else None


def deposits_for(actor: Any) -> QuerySet[Deposit]:
    """The deposits at the person's own archives, newest first; the operator's are all."""
    rows = Deposit.objects.select_related("holder", "fonds", "creating_unit").order_by("-pk")
    if isinstance(actor, Operator):
        return rows
    return rows.filter(holder__in=institutions_of(actor, ("archivist", "archives_director")))


def deposit_of(holder: Any, accession: str) -> Deposit | None:
    """The deposit of an accession, if it has been taken in."""
    return Deposit.objects.filter(holder=holder, accession=accession).first()


def codes_in_use(
    holder: Any, codes: Iterable[str], *, except_uids: Iterable[Any] = ()
) -> list[str]:
    """Which of these reference codes 档号 another record of the holder has already."""
    known = keys_by(Record, "reference_code", codes, {"holder_id": holder.pk})
    own = {str(uid) for uid in except_uids}
    keys, found = list(known.values()), {key: code for code, key in known.items()}
    for start in range(0, len(keys) if own else 0, KEYS_AT_ONCE):
        rows = Record.objects.filter(pk__in=keys[start : start + KEYS_AT_ONCE])
        for key, uid in rows.values_list("pk", "uid"):
            if str(uid) in own:
                del found[key]
    return sorted(found.values())
