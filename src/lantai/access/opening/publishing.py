"""Publishing 公布: the list goes into storage first, then one operation makes it so.

What the public gets is a list of titles and the records behind it; the decisions on all items
of the batch lie beside it in the same object, so that the catalogue can be rebuilt.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from lantai.access.opening.deciding import locked_item
from lantai.access.opening.models import (
    CLOSED,
    DELAYED,
    OPEN,
    OpeningItem,
    Publication,
    PublicationEntry,
)
from lantai.access.opening.queries import items_of
from lantai.catalogue.records.models import Record
from lantai.core.ocfl.inventory import User
from lantai.core.ocfl.root import ObjectExists
from lantai.core.ocfl.staging import NewFile
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.operations import move_case
from lantai.foundation.inbox.queue import await_attention
from lantai.foundation.operation import operation
from lantai.foundation.policy import require
from lantai.foundation.refusal import Conflict, NotFound, Refusal
from lantai.foundation.work import Act, about, keep, keep_all, note
from lantai.preservation.depositing.place import storage_root

LIST_HEADS = ("序号", "档号", "题名", "责任者", "日期", "页数", "开放批次", "开放日期", "备注")


def publish(act: Act, /, *, case: Case, day: date | None = None, version: int) -> Publication:
    """Deposit the batch's list and publish it: what a page or a command calls.

    Asks permission and guards before anything is written to storage, and again inside the
    operation. When it is cut between the two, doing it again adopts what is stored.
    """
    require(act.by, "opening.publish", case=case)
    when = day or localdate(act.at)
    _require_ready(case, version)
    object_id = deposit_list(act, case, when)
    return publish_batch(act, case=case, day=when, object_id=object_id, version=version)


def object_id_of(case: Case) -> str:
    """The OCFL object of a batch's list."""
    return f"urn:lantai:{case.institution.code}:publication:{case.number}"


def deposit_list(act: Act, case: Case, day: date) -> str:
    """Write ``publication.json`` (all decisions) and ``list.csv`` (what is public)."""
    root, object_id = storage_root(), object_id_of(case)
    document = batch_document(case, day)
    files = [
        NewFile("publication.json", _json(document)),
        NewFile("list.csv", _list_csv(document).encode("utf-8-sig")),
    ]
    account: dict[str, Any] = {
        "message": f"公布开放档案目录 publication {case.number}",
        "user": User(act.by.name, f"urn:lantai:{act.by.urn}"),
        "created": act.at,
    }
    try:
        root.create(object_id, files, **account)
    except ObjectExists:
        root.update(object_id, files, **account)
    return object_id


def batch_document(case: Case, day: date) -> dict[str, Any]:
    """The batch as plain values: its number, day, decision, and every item's outcome."""
    return {
        "type": "publication",
        "number": case.number,
        "holder": case.institution.code,
        "title": case.title,
        "date": day.isoformat(),
        "decision_no": case.data.get("decision_no", ""),
        "decision_date": case.data.get("decision_date", ""),
        "definition": f"{case.definition} {case.definition_version}",
        "items": [_outcome(item) for item in items_of(case)],
    }


@operation(permission="opening.publish", event="publication")
def publish_batch(
    act: Act, /, *, case: Case, day: date, object_id: str, version: int
) -> Publication:
    """Give every item of the batch its access status and publish the open ones."""
    current = Case.objects.select_for_update().select_related("institution").get(pk=case.pk)
    _require_ready(current, version)
    if not storage_root().exists(object_id):
        raise Refusal(
            "公布目录还没有存入存储，没有公布；请重试。", "The list is not in storage; try again."
        )
    items = list(items_of(current).select_for_update(of=("self",)))
    _require_settled(current, items)
    batch = Publication.objects.create(
        holder=current.institution,
        fonds=items[0].record.fonds,
        case=current,
        number=current.number,
        title=_batch_title(current, day),
        date=day,
        items=sum(item.final_conclusion == OPEN for item in items),
        object_id=object_id,
        decision_no=str(current.data.get("decision_no", "")),
        published_by=act.by.urn,
        published_by_name=act.by.name,
        published_at=act.at,
    )
    keep(batch, kind="created")
    _publish_items(act, batch, items)
    current.publication = batch
    move_case(act, case=current, transition="publish")
    note(number=batch.number, opened=batch.items, items=len(items))
    return batch


@operation(permission="opening.publish", event="take_down")
def take_down(act: Act, /, *, record: Record, reason: str) -> Record:
    """Withdraw 撤回 a published record at once: it is public no more, and comes back to review."""
    if not reason.strip():
        raise Refusal("请写明撤回理由。", "Give the reason for taking it down.", code="missing")
    current = (
        Record.objects.select_for_update(of=("self",)).select_related("holder").get(pk=record.pk)
    )
    if not current.publication:
        raise Conflict("这件档案没有公布，或已经撤回。", "The record is not published (any more).")
    entries = list(
        PublicationEntry.objects.select_for_update().filter(record=current, withdrawn_at=None)
    )
    for entry in entries:
        entry.withdrawn_at, entry.withdrawn_reason = act.at, reason.strip()
        entry.withdrawn_by_name = act.by.name
        entry.save()
    number = current.publication
    current.access_status, current.publication, current.public_title = "pending", "", ""
    current.access_basis = f"撤回公布：{reason.strip()}"[:300]
    current.published_at, current.access_decided_at = None, act.at
    current.next_review = None
    current.save(
        update_fields=["access_status", "publication", "public_title", "access_basis", "published_at",
                       "access_decided_at", "next_review"]
    )  # fmt: skip
    keep(current, *entries)
    note(publication=number, reason=reason.strip()[:300])
    await_attention(
        act, institution=current.holder, role="archives_director", subject=current.urn,
        kind="opening.taken_down", title=f"撤回公布：{current.title}", url="/opening/",
    )  # fmt: skip
    return current


@operation(permission="opening.publish", event="redaction")
def mask_title(
    act: Act, /, *, case: Case, item: OpeningItem, public_title: str, version: int
) -> OpeningItem:
    """Give the title the public reads 题名脱敏; the full title stays in the inner catalogue."""
    current = locked_item(item, version)
    if current.case_id != case.pk:
        raise NotFound("这件档案不在这一批里。", "The item is not of this batch.")
    if Case.objects.get(pk=case.pk).state not in ("approval", "authority", "publishing"):
        raise Conflict(
            "公布题名在审批之后、公布之前核定。", "Titles are masked before publication."
        )
    text = public_title.strip()
    current.public_title = "" if text == current.record.title else text
    current.version += 1
    current.save(update_fields=["public_title", "version"])
    keep(current)
    return current


def _publish_items(act: Act, batch: Publication, items: list[OpeningItem]) -> None:
    entries, records = [], []
    for item in items:
        record, opened = item.record, item.final_conclusion == OPEN
        record.access_status = item.final_conclusion
        record.access_basis = _basis(batch, item)
        record.access_decided_at = act.at
        record.next_review = None if opened else item.next_review
        record.publication = batch.number if opened else ""
        record.public_title = item.public_title if opened else ""
        record.published_at = act.at if opened else None
        record.save(
            update_fields=["access_status", "access_basis", "access_decided_at", "next_review",
                           "publication", "public_title", "published_at"]
        )  # fmt: skip
        records.append(record)
        item.active = False
        if opened:
            entries.append(
                PublicationEntry(
                    publication=batch, record=record, position=len(entries) + 1,
                    reference_code=record.reference_code, title=item.shown_title,
                    creator=record.creator, date=record.date, pages=record.pages,
                )
            )  # fmt: skip
    OpeningItem.objects.bulk_update(items, ["active"], batch_size=500)
    keep_all(items)
    keep_all(records)
    keep_all(PublicationEntry.objects.bulk_create(entries, batch_size=500), kind="created")
    about(*(entry.record.urn for entry in entries[:1000]))


def _basis(batch: Publication, item: OpeningItem) -> str:
    words = {OPEN: "开放", DELAYED: "延期开放", CLOSED: "不开放"}.get(
        item.final_conclusion, "控制使用"
    )
    parts = [f"{batch.title}：{words}", item.final_ground, batch.decision_no]
    return "；".join(p for p in parts if p)[:300]


def _require_ready(case: Case, version: int) -> None:
    if case.version != version:
        raise Conflict(
            "这一批刚刚由别人办理过，请刷新后再看。", "Somebody has just dealt with this batch."
        )
    if case.state != "publishing":
        raise Conflict("这一批还没有办到公布这一步。", "The batch is not ready for publication.")


def _require_settled(case: Case, items: list[OpeningItem]) -> None:
    unsettled = [i.position for i in items if not i.final_conclusion]
    delays = [
        i.position
        for i in items
        if i.final_conclusion in (DELAYED, CLOSED) and i.authority_answer != "agreed"
    ]
    if unsettled or delays or not items:
        raise Refusal(
            "有条目没有最终结论，或延期开放未经主管部门同意，不能公布；请退回办理。",
            "Some items are unsettled or their delay has no consent; they cannot be published.",
            code="unsettled",
        )
    told = case.data.get("decision_no") and case.data.get("decision_date")
    if not told and any(i.final_conclusion in (DELAYED, CLOSED) for i in items):
        raise Refusal(
            "延期开放没有主管部门批复文号和日期，不能公布。",
            "Delays need the authority's decision number and date.",
            code="unsettled",
        )


def _batch_title(case: Case, day: date) -> str:
    n = Publication.objects.filter(holder=case.institution, date__year=day.year).count() + 1
    return f"{case.institution.name}{day.year} 年第 {n} 批开放档案目录"


def _outcome(item: OpeningItem) -> dict[str, Any]:
    record = item.record
    return {
        "position": item.position,
        "record": str(record.uid),
        "reference_code": record.reference_code,
        "title": item.shown_title,
        "creator": record.creator,
        "date": record.date,
        "pages": record.pages,
        "conclusion": item.final_conclusion,
        "ground": item.final_ground,
        "next_review": item.next_review.isoformat() if item.next_review else None,
    }


def _json(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _list_csv(document: dict[str, Any]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(LIST_HEADS)
    rows = [row for row in document["items"] if row["conclusion"] == OPEN]
    for n, row in enumerate(rows, 1):
        cells = [n, row["reference_code"], row["title"], row["creator"], row["date"],
                 row["pages"] or "", document["number"], document["date"], ""]  # fmt: skip
        writer.writerow([_plain_cell(cell) for cell in cells])
    return out.getvalue()


def _plain_cell(value: Any) -> Any:
    """A cell no spreadsheet takes for a formula."""
    text = str(value)
    return "'" + text if text[:1] in "=+-@\t\r" else value
