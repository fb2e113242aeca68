"""The verb of depositing: what lies whole in storage is entered in the catalogue, at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.deposited import enter_deposited_records
from lantai.catalogue.records.models import Component, PageText, Record
from lantai.foundation.ledger.writing import locked_head
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Conflict, Refusal
from lantai.foundation.work import Act, about, keep, note
from lantai.preservation.depositing.items import StoredItem
from lantai.preservation.depositing.models import Deposit
from lantai.preservation.depositing.queries import codes_in_use

NAMED = 5  # reference codes named in a refusal; the rest are counted
UIDS_AT_ONCE = 500


class NotStored(Refusal):
    """Something of what was given does not lie in storage."""

    code = "not-stored"


class CodeTaken(Conflict):
    """档号已存在: the archives holds another record under this reference code."""

    code = "reference-code-taken"


@operation(permission="deposits.register", event="ingestion")
def register_deposit(
    act: Act,
    /,
    *,
    fonds: Fonds,
    accession: str,
    stored: Sequence[StoredItem],
    creating_unit: Any = None,
    complete: bool = True,
) -> Deposit:
    """Enter stored items in the catalogue; those entered before are passed over.

    Called once for a whole accession, or group by group with ``complete`` False until the
    last (which may be empty). All of a call becomes visible, or none of it. Items with a
    ``problem`` are refused: the caller takes them out and tells of them.
    """
    failed = [item for item in stored if item.problem is not None]
    if failed:
        raise NotStored(
            f"有 {len(failed)} 件没有存好（如“{failed[0].key}”：{failed[0].problem}），没有登记。",
            f"{len(failed)} items are not stored ({failed[0].key}: {failed[0].problem}).",
        )
    deposit = _deposit(act, fonds, accession, creating_unit)
    known = _already_entered([item.uid for item in stored])
    fresh = [item for item in stored if item.uid not in known]
    _refuse_taken(fonds, fresh)
    _enter(act, deposit, fresh)
    deposit.items += len(fresh)
    deposit.files += sum(len(item.components) for item in fresh)
    deposit.bytes += sum(item.bytes for item in fresh)
    if complete and not deposit.complete:
        deposit.complete, deposit.completed_at = True, act.at
    deposit.save()
    keep(deposit, kind="created" if len(fresh) == deposit.items else "updated")
    about(*(f"record:{item.uid}" for item in fresh))
    note(deposit=deposit.number, accession=accession, items=len(fresh), passed_over=len(known))
    return deposit


def _deposit(act: Act, fonds: Fonds, accession: str, creating_unit: Any) -> Deposit:
    """The accession's deposit, numbered under the ledger's lock so that no number is lost."""
    locked_head()
    row = Deposit.objects.filter(holder=fonds.holder, accession=accession).first()
    if row is not None:
        if row.fonds_id != fonds.pk:
            raise Conflict(
                f"接收批 {accession} 已经入库到全宗 {row.fonds.code}，不能再入全宗 {fonds.code}。",
                f"Accession {accession} was deposited into fonds {row.fonds.code} already.",
            )
        return row
    stem = f"D{act.day.year}-"
    last = Deposit.objects.filter(number__startswith=stem).order_by("-number").first()
    following = int(last.number.removeprefix(stem)) + 1 if last else 1
    return Deposit.objects.create(
        number=f"{stem}{following:06d}",
        accession=accession,
        holder=fonds.holder,
        fonds=fonds,
        creating_unit=creating_unit,
        created_at=act.at,
    )


def _already_entered(uids: Sequence[Any]) -> set[Any]:
    known: set[Any] = set()
    for start in range(0, len(uids), UIDS_AT_ONCE):
        part = uids[start : start + UIDS_AT_ONCE]
        known.update(Record.objects.filter(uid__in=part).values_list("uid", flat=True))
    return known


def _refuse_taken(fonds: Fonds, items: Sequence[StoredItem]) -> None:
    codes = [item.values.get("reference_code", "").strip() for item in items]
    twice = sorted(code for code, count in Counter(codes).items() if code and count > 1)
    taken = codes_in_use(fonds.holder, codes, except_uids=[item.uid for item in items])
    for found, zh, en in (
        (taken, "馆内已有同样的档号", "are in use in these archives"),
        (twice, "这一批中重复出现", "occur twice in this batch"),
    ):
        if found:
            named = "、".join(found[:NAMED]) + (f" 等 {len(found)} 个" if found[NAMED:] else "")
            raise CodeTaken(
                f"{named}：{zh}，没有入库。请核对档号；确属同一件的，不必再次移交。",
                f"Reference codes {', '.join(found[:NAMED])} {en}; nothing was deposited. "
                "Check the codes.",
            )


def _enter(act: Act, deposit: Deposit, items: Sequence[StoredItem]) -> None:
    if not items:
        return
    enter_deposited_records(
        act,
        fonds=deposit.fonds,
        descriptions=[_description(item) for item in items],
        columns={
            "accession": deposit.accession,
            "deposit": deposit.number,
            "creating_unit_id": deposit.creating_unit_id,
        },
    )


def enter_texts(items: Iterable[StoredItem]) -> int:
    """The page texts of stored items that have none yet; how many pages.

    No images of these rows are kept: the texts lie in the objects and come back from there.
    """
    texts = {item.object_id: item.texts for item in items if item.texts}
    ids = list(texts)
    written = 0
    for start in range(0, len(ids), UIDS_AT_ONCE):
        part = ids[start : start + UIDS_AT_ONCE]
        rows = Component.objects.filter(record__object_id__in=part, pagetext__isnull=True)
        pages = [
            PageText(record=row.record, component=row, page=page, text=text)
            for row in rows.select_related("record").order_by("pk")
            for page, text in texts[row.record.object_id].get(row.path, ())
        ]
        written += len(PageText.objects.bulk_create(pages, batch_size=200))
    return written


def _description(item: StoredItem) -> dict[str, Any]:
    return {
        **item.values,
        "_uid": item.uid,
        "_level": item.document["level"],
        "_record_type": item.document["record_type"],
        "_object_id": item.object_id,
        "_components": [
            _columns(part) for part in sorted(item.components, key=lambda part: part["sequence"])
        ],
        "_pages": item.texts,
    }


def _columns(part: dict[str, Any]) -> dict[str, Any]:
    columns = {
        name: part[name]
        for name in ("role", "path", "size", "sha512", "sm3", "puid", "mime", "pages")
    }
    columns["name"] = part["name"][-500:]
    columns["format_name"] = part["format_name"][:200]
    columns["mime"] = part["mime"][:120]
    columns["details"] = {"warning": part["warning"]} if part["warning"] else {}
    return columns
