"""Records from objects 由存储对象恢复: what lies in storage without a row is described by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.fonds.operations import register_fonds
from lantai.catalogue.records.models import Component, Record
from lantai.core.progress import Progress, silent
from lantai.foundation.institutions.models import Institution
from lantai.foundation.institutions.operations import register_institution
from lantai.foundation.policy import Operator
from lantai.foundation.refusal import Refusal
from lantai.foundation.work import Act
from lantai.preservation.depositing.items import StoredItem, is_record_object
from lantai.preservation.depositing.operations import enter_texts, register_deposit
from lantai.preservation.depositing.place import storage_root
from lantai.preservation.depositing.storing import stored_item

AT_ONCE = 200
DEFAULT_FONDS = "Z001"


@dataclass
class Adopted:
    """What the walk over the objects did."""

    objects: int = 0
    records: int = 0
    texts: int = 0
    problems: list[dict[str, str]] = field(default_factory=list)


def adopt_objects(progress: Progress = silent) -> Adopted:
    """Enter every object without a row; put back the page texts of those that have one."""
    done = Adopted()
    for ids in _batches(done):
        known = set(Record.objects.filter(object_id__in=ids).values_list("object_id", flat=True))
        wordless = set(
            Component.objects.filter(record__object_id__in=known, pagetext__isnull=True)
            .values_list("record__object_id", flat=True)
        )  # fmt: skip
        read = [item for i in ids if i in wordless or i not in known if (item := _read(i, done))]
        done.texts += enter_texts([item for item in read if item.object_id in wordless])
        _register([item for item in read if item.object_id not in known], done)
        progress(done.objects, 0, ids[-1])
    return done


def orphans(ids: list[str]) -> list[str]:
    """Which of these objects have no row."""
    known = set(Record.objects.filter(object_id__in=ids).values_list("object_id", flat=True))
    return [i for i in ids if i not in known and is_record_object(i)]


def _batches(done: Adopted) -> Iterator[list[str]]:
    batch: list[str] = []
    root = storage_root()
    for path in root.object_paths():
        done.objects += 1
        try:
            object_id = root.inventory_at(path).id
        except Exception as problem:
            done.problems.append({"object": path, "message": f"对象无法读取 unreadable: {problem}"})
            continue
        if is_record_object(object_id):
            batch.append(object_id)
        if len(batch) >= AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _read(object_id: str, done: Adopted) -> StoredItem | None:
    try:
        return stored_item(storage_root(), object_id)
    except Exception as problem:
        done.problems.append(
            {
                "object": object_id,
                "message": f"对象没有可读的说明 no readable description: {problem}",
            }
        )
        return None


def _register(items: list[StoredItem], done: Adopted) -> None:
    def batch(item: StoredItem) -> tuple[str, str, str]:
        document = item.document
        fonds = document["fonds"].get("code") or item.values.get("fonds") or DEFAULT_FONDS
        return document["holder"]["code"], fonds, document["accession"]

    act = Act(by=Operator(), channel="cli", reason="由存储重建 rebuilt from storage")
    for (_, _, accession), group in groupby(sorted(items, key=batch), key=batch):
        stored = list(group)
        try:
            _enter(act, accession, stored)
            done.records += len(stored)
        except Refusal:
            for item in stored:
                _one_by_one(act, accession, item, done)


def _one_by_one(act: Act, accession: str, item: StoredItem, done: Adopted) -> None:
    try:
        _enter(act, accession, [item])
        done.records += 1
    except Refusal as refusal:
        done.problems.append({"object": item.object_id, "message": f"{refusal.zh} / {refusal.en}"})


def _enter(act: Act, accession: str, stored: list[StoredItem]) -> None:
    document = stored[0].document
    holder = _institution(act, document["holder"], "archives")
    unit = document["creating_unit"]
    code = document["fonds"].get("code") or stored[0].values.get("fonds") or DEFAULT_FONDS
    fonds = Fonds.objects.filter(holder=holder, code=code).first() or register_fonds(
        act, holder=holder, code=code, name=document["fonds"].get("name") or code
    )
    register_deposit(
        act,
        fonds=fonds,
        accession=accession,
        stored=stored,
        creating_unit=_institution(act, unit, "unit") if unit else None,
    )


def _institution(act: Act, named: dict[str, str], kind: str) -> Institution:
    row = Institution.objects.filter(code=named["code"]).first()
    return row or register_institution(
        act, code=named["code"], name=named["name"] or named["code"], kind=kind
    )
