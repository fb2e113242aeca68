"""Verbs of the sending side: open a batch, pack it, sign it over, submit it, mend it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from lantai.foundation.inbox.queue import attended, await_attention
from lantai.foundation.institutions.models import Institution
from lantai.foundation.jobs.queue import enqueue
from lantai.foundation.ledger.writing import locked_head
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Conflict, Refusal
from lantai.foundation.work import Act, about, keep, keep_gone, note
from lantai.governance.collection_scope.queries import objection_to, rules_in_force
from lantai.resources.filing.models import FilingItem
from lantai.resources.transfers.models import CheckRun, Transfer, TransferLine
from lantai.resources.transfers.queries import fonds_of, items_of, last_run
from lantai.resources.transfers.states import move


@operation(permission="transfers.prepare", event="transfer_draft")
def open_transfer(
    act: Act,
    /,
    *,
    unit: Institution,
    items: Iterable[FilingItem],
    title: str = "",
    content: str = "",
) -> Transfer:
    """Open a batch with filed documents of the unit; they are under way from now on."""
    fonds = fonds_of(unit)
    rows = list(items)
    years = sorted({row.year for row in rows if row.year})
    span = f"{years[0]}" + (f"—{years[-1]}" if len(years) > 1 else "") if years else ""
    transfer = Transfer(
        number=next_number(act),
        unit=unit,
        archives=fonds.holder,
        fonds=fonds,
        title=(title or f"{unit.name}{span}年度电子档案移交").replace("年度年度", "年度")[:200],
        content=content or f"{unit.name}{span}年度归档文件 {len(rows)} 件",
        prepared_by=act.by.name,
        created_at=act.at,
        updated_at=act.at,
    )
    transfer.save()
    keep(transfer, kind="created")
    _put(act, transfer, rows)
    await_attention(
        act,
        institution=unit,
        role="records_officer",
        subject=transfer.urn,
        kind="transfer_pack",
        title=f"组包：{transfer}",
        url=_url(transfer),
    )
    return transfer


@operation(permission="transfers.prepare", event="transfer_draft")
def add_items(act: Act, /, *, transfer: Transfer, items: Iterable[FilingItem]) -> Transfer:
    """Put further filed documents into a batch that is not under way."""
    transfer = _mendable(transfer)
    _put(act, transfer, list(items))
    return transfer


@operation(permission="transfers.prepare", event="transfer_draft")
def remove_item(act: Act, /, *, transfer: Transfer, item: FilingItem) -> Transfer:
    """Take a document out of a batch that is not under way; it is filed again."""
    transfer = _mendable(transfer)
    line = TransferLine.objects.filter(transfer=transfer, item=item).first()
    if line is None:
        raise Conflict("这件已经不在这批移交里。", "The document is not in this batch.")
    key = line.pk
    line.delete()
    keep_gone(line, key)
    _set_items([item], FilingItem.FILED)
    return transfer


@operation(permission="transfers.prepare", event="packing")
def build_transfer(act: Act, /, *, transfer: Transfer) -> Transfer:
    """Have the package made 组包: a job writes it and runs the checks of the filing stage."""
    transfer = locked(transfer)
    if transfer.external:
        raise Refusal(
            "这批由外部系统制作，请上传改正后的信息包。", "Upload the mended package of this batch."
        )
    if not transfer.lines.exists():
        raise Refusal("这批移交里没有文件。", "There is nothing in this batch.")
    if transfer.state == Transfer.READY:
        move(transfer, Transfer.DRAFT)
    move(transfer, Transfer.BUILDING)
    transfer.version += 1
    transfer.package_id = transfer.package_digest = ""
    _unsign(transfer)
    _touch(act, transfer)
    _set_items(list(items_of(transfer)), FilingItem.IN_TRANSFER)
    attended(act, subject=transfer.urn)
    enqueue(
        "transfers.build",
        title=f"组包：{transfer}"[:200],
        arguments={"transfer": transfer.number, "version": transfer.version},
        key=f"transfers.build:{transfer.number}",
        person=act.by,
        institution=transfer.unit,
        subject=transfer.urn,
        priority=4,
    )
    return transfer


@operation(permission="transfers.prepare", event="packing")
def finish_building(
    act: Act, /, *, transfer: Transfer, package: dict[str, Any], run: CheckRun
) -> Transfer:
    """The package is made and checked: ready to be signed over, or back to the draft."""
    transfer = locked(transfer)
    if transfer.version != run.version or transfer.state != Transfer.BUILDING:
        raise Conflict("这批移交在组包时已被改动。", "The batch was changed while it was packed.")
    for name, value in package.items():
        setattr(transfer, name, value)
    run.transfer = transfer
    run.save()
    keep(run, kind="created")
    move(transfer, Transfer.READY if run.passed else Transfer.DRAFT)
    _touch(act, transfer)
    attended(act, subject=transfer.urn)
    note(verdict=run.verdict, package=transfer.package_id, digest=transfer.package_digest)
    if run.passed:
        _await(act, transfer, "unit_leader", "transfer_sign", f"审核签字：{transfer}")
    else:
        _await(act, transfer, "records_officer", "transfer_mend", f"归档检测未通过：{transfer}")
    return transfer


@operation(permission="transfers.prepare", event="packing")
def give_up_building(act: Act, /, *, transfer: Transfer, reason: str) -> Transfer:
    """The package could not be made: back to the draft with the reason."""
    transfer = locked(transfer)
    move(transfer, Transfer.DRAFT)
    transfer.reason = reason
    _touch(act, transfer)
    _await(act, transfer, "records_officer", "transfer_mend", f"组包没有完成：{transfer}")
    return transfer


@operation(permission="transfers.sign", event="handover_signature")
def sign_handover(act: Act, /, *, transfer: Transfer) -> Transfer:
    """The unit's leader signs the sending part of the register 审核人签名."""
    transfer = locked(transfer)
    open_states = {Transfer.READY, Transfer.SUBMITTED, Transfer.CHECKING, Transfer.AWAITING}
    if transfer.state not in open_states or not transfer.version:
        raise Conflict(
            f"移交 {transfer.number} 现在不到签字的时候。", "This transfer is not to be signed now."
        )
    if transfer.is_signed_by_sender:
        return transfer
    transfer.sender_signed, transfer.sender_signed_at = act.by.name, act.at
    transfer.sender_signed_urn = act.by.urn
    _touch(act, transfer)
    note(digest=transfer.package_digest)
    attended(act, subject=transfer.urn, kind="transfer_sign")
    if transfer.state == Transfer.READY:
        _await(act, transfer, "records_officer", "transfer_submit", f"提交移交：{transfer}")
    return transfer


@operation(permission="transfers.submit", event="transfer")
def submit_transfer(act: Act, /, *, transfer: Transfer) -> Transfer:
    """Send the signed batch to the archives, where a job checks it. Twice is once."""
    transfer = locked(transfer)
    if transfer.state == Transfer.SUBMITTED:
        return transfer
    if transfer.state == Transfer.READY and not transfer.is_signed_by_sender:
        raise Refusal(
            "这批移交还没有单位负责人签字，不能提交；请通知负责人登录签字。",
            "The unit's leader has not signed yet.",
        )
    run = last_run(transfer, "filing")
    if run is None or not run.passed:
        raise Refusal(
            "归档检测没有通过，不能提交；请按检测报告改正后重新组包。",
            "The checks at the unit were not passed: mend and pack again.",
        )
    _require_in_scope(transfer)
    move(transfer, Transfer.SUBMITTED)
    transfer.submitted_at, transfer.reason = act.at, ""
    _touch(act, transfer)
    attended(act, subject=transfer.urn)
    send_to_checks(act, transfer)
    return transfer


def _require_in_scope(transfer: Transfer) -> None:
    """The archives' collection scope 收集范围 refuses before anything is sent."""
    rules = rules_in_force(transfer.archives)
    if not rules:
        return
    for item in items_of(transfer):
        values = {"record_class": item.record_class, "retention": item.retention,
                  "year": item.year}  # fmt: skip
        against = objection_to(rules, transfer.unit, values)
        if against is not None:
            raise Refusal(f"“{item.title}”：{against.zh}", f"“{item.title}”: {against.en}",
                          code="outside-collection-scope")  # fmt: skip


def send_to_checks(act: Act, transfer: Transfer) -> None:
    """Put the archives' job for a batch that has just come in, and its line in the inbox."""
    enqueue(
        "accession.check",
        title=f"四性检测：{transfer}"[:200],
        arguments={"transfer": transfer.number, "version": transfer.version},
        key=f"accession.check:{transfer.number}:{transfer.version}",
        person=act.by,
        institution=transfer.archives,
        subject=transfer.urn,
        priority=4,
    )


def next_number(act: Act) -> str:
    """The next number of the year, given under the ledger's lock so that none is lost."""
    locked_head()
    stem = f"T{act.day.year}-"
    last = (
        Transfer.objects.filter(number__startswith=stem)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    return f"{stem}{int(last.removeprefix(stem)) + 1 if last else 1:06d}"


def locked(transfer: Transfer) -> Transfer:
    """The row as it is now, held to the end of the transaction."""
    return Transfer.objects.select_for_update(of=("self",)).select_related(
        "unit", "archives", "fonds"
    ).get(pk=transfer.pk)  # fmt: skip


def _mendable(transfer: Transfer) -> Transfer:
    row = locked(transfer)
    if row.state not in {Transfer.DRAFT, Transfer.READY, Transfer.RETURNED} or row.external:
        raise Conflict(
            f"移交 {row.number} 已在办理中，不能增减文件。", "The batch is under way already."
        )
    if row.state == Transfer.READY:
        move(row, Transfer.DRAFT)
        row.save(update_fields=["state"])
        keep(row)
    return row


def _put(act: Act, transfer: Transfer, items: Sequence[FilingItem]) -> None:
    rows = list(
        FilingItem.objects.select_for_update(of=("self",))
        .filter(pk__in=[item.pk for item in items], unit=transfer.unit)
        .order_by("pk")
    )
    if not rows:
        raise Refusal("请选择已归档登记的文件。", "Choose filed documents.")
    wrong = [row for row in rows if row.state != FilingItem.FILED]
    if wrong:
        raise Refusal(
            f"“{wrong[0]}”等 {len(wrong)} 件不是“已归档”状态，不能列入移交。",
            f"{len(wrong)} documents are not in the state “filed”, such as “{wrong[0]}”.",
        )
    lines = [TransferLine(transfer=transfer, item=row) for row in rows]
    keep(*TransferLine.objects.bulk_create(lines, batch_size=500), kind="created")
    _set_items(rows, FilingItem.IN_TRANSFER)
    about(*(row.urn for row in rows[:200]))
    note(items=len(rows))


def _set_items(rows: Sequence[FilingItem], state: str) -> None:
    for row in rows:
        row.state = state
    FilingItem.objects.bulk_update(rows, ["state"], batch_size=500)
    if rows:
        keep(*rows)


def _unsign(transfer: Transfer) -> None:
    transfer.sender_signed = transfer.sender_signed_urn = ""
    transfer.receiver_signed = transfer.receiver_signed_urn = ""
    transfer.sender_signed_at = transfer.receiver_signed_at = None


def _touch(act: Act, transfer: Transfer) -> None:
    transfer.updated_at = act.at
    transfer.save()
    keep(transfer)


def _await(act: Act, transfer: Transfer, role: str, kind: str, title: str) -> None:
    await_attention(
        act,
        institution=transfer.unit,
        role=role,
        subject=transfer.urn,
        kind=kind,
        title=title,
        url=_url(transfer),
    )


def _url(transfer: Transfer) -> str:
    return reverse("transfers:transfer", args=[transfer.number])
