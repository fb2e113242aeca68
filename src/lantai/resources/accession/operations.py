"""Verbs of the receiving side: receive, check, send back, accept, deposit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import localdate

from lantai.foundation.inbox.queue import attended, await_attention
from lantai.foundation.institutions.models import Institution
from lantai.foundation.jobs.queue import enqueue
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Conflict, Refusal
from lantai.foundation.work import Act, keep, note
from lantai.preservation.depositing.items import StoredItem
from lantai.preservation.depositing.operations import register_deposit
from lantai.resources.accession.models import Reception
from lantai.resources.filing.models import FilingItem
from lantai.resources.transfers.models import CheckRun, Transfer
from lantai.resources.transfers.operations import locked, next_number, send_to_checks
from lantai.resources.transfers.queries import fonds_of, items_of, last_run
from lantai.resources.transfers.states import move


class PackageRepeated(Conflict):
    """The same package has come before."""

    code = "package-repeated"


@operation(permission="accession.receive", event="reception")
def receive_package(
    act: Act,
    /,
    *,
    archives: Institution,
    name: str,
    place: str,
    size: int,
    channel: str,
    unit: Institution | None = None,
    transfer: Transfer | None = None,
) -> Reception:
    """A package has arrived (it lies at ``place`` below incoming); a job opens it.

    ``transfer``: the batch that was sent back and is mended by this package.
    """
    row = Reception.objects.create(
        archives=archives, unit=unit, transfer=transfer, channel=channel, name=name[:500],
        place=place, size=size, received_by=act.by.urn, received_at=act.at,
    )  # fmt: skip
    keep(row, kind="created")
    note(channel=channel, name=name, size=size)
    enqueue(
        "accession.unpack",
        title=f"收包：{name}"[:200],
        arguments={"reception": str(row.uid)},
        key=f"accession.unpack:{row.uid}",
        person=act.by,
        institution=archives,
        subject=row.urn,
        priority=4,
    )
    return row


@operation(permission="accession.take_in", event="transfer")
def register_arrival(
    act: Act,
    /,
    *,
    reception: Reception,
    unit: Institution,
    archives: Institution,
    package: dict[str, Any],
) -> Transfer:
    """An opened package becomes a transfer, or the new version of one that was sent back.

    ``package``: columns of the transfer (package_id, package_digest, place, items, …, title,
    content).
    """
    if unit.archives_id != archives.pk:
        raise Refusal(
            f"{unit.name}不向{archives.name}移交档案；请核对移交单位。",
            f"{unit.name} does not transfer to {archives.name}.",
        )
    transfer = _to_mend(reception, unit, archives, package)
    if transfer is None:
        transfer = Transfer(
            number=next_number(act), unit=unit, archives=archives, fonds=fonds_of(unit),
            external=True, channel=reception.channel, created_at=act.at,
            prepared_by=act.by.name, state=Transfer.SUBMITTED,
        )  # fmt: skip
    else:
        move(transfer, Transfer.SUBMITTED)
        transfer.sender_signed = transfer.sender_signed_urn = ""
        transfer.sender_signed_at = None
    for column, value in package.items():
        setattr(transfer, column, value)
    transfer.version += 1
    transfer.submitted_at, transfer.updated_at, transfer.reason = act.at, act.at, ""
    transfer.save()
    keep(transfer, kind="created" if transfer.version == 1 else "updated")
    _finish_reception(
        act, reception, state=Reception.TAKEN, transfer=transfer, digest=transfer.package_digest
    )
    attended(act, subject=transfer.urn)
    _await(
        act, transfer, unit, role="unit_leader", kind="transfer_sign",
        title=f"审核签字：{transfer}",
    )  # fmt: skip
    send_to_checks(act, transfer)
    return transfer


def _to_mend(
    reception: Reception, unit: Institution, archives: Institution, package: dict[str, Any]
) -> Transfer | None:
    """The batch sent back that this package mends: as named, or by the same package id."""
    if reception.transfer_id:
        row = locked(reception.transfer)
        if row.unit_id != unit.pk:
            raise Refusal(
                f"移交 {row.number} 不是{unit.name}的。", "The transfer is another unit's."
            )
        return row
    found = (
        Transfer.objects.filter(
            unit=unit, archives=archives, external=True, state=Transfer.RETURNED,
            package_id=package["package_id"],
        )
        .order_by("-pk")
        .first()
    )  # fmt: skip
    return locked(found) if found else None


@operation(permission="accession.take_in", event="reception")
def close_reception(
    act: Act,
    /,
    *,
    reception: Reception,
    archives: Institution,
    state: str,
    transfer: Transfer | None = None,
    digest: str = "",
    zh: str = "",
    en: str = "",
) -> Reception:
    """A package that is not taken: the same as an earlier one, or refused with the reason."""
    note(state=state, reason=zh)
    row = _finish_reception(
        act, reception, state=state, transfer=transfer, digest=digest, zh=zh, en=en
    )
    if state == Reception.REFUSED:
        await_attention(
            act,
            institution=archives,
            role="archivist",
            subject=row.urn,
            kind="reception_refused",
            title=f"收到的包不能打开，已隔离：{row.name}"[:300],
            url=reverse("accession:receptions"),
        )
    return row


def _finish_reception(
    act: Act, reception: Reception, *, state: str, transfer: Transfer | None, digest: str,
    zh: str = "", en: str = "",
) -> Reception:  # fmt: skip
    row = Reception.objects.select_for_update(of=("self",)).get(pk=reception.pk)
    row.state, row.transfer, row.digest = state, transfer, digest
    row.problem_zh, row.problem_en, row.finished_at = zh, en, act.at
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise PackageRepeated(
            "同一个信息包已经收到过，不重复接收。", "The same package was received before."
        ) from None
    keep(row)
    return row


@operation(permission="accession.check", event="checking")
def start_checking(act: Act, /, *, transfer: Transfer) -> Transfer:
    """The archives begins (or begins again) to check a batch."""
    transfer = locked(transfer)
    if transfer.state != Transfer.CHECKING:
        move(transfer, Transfer.CHECKING)
        _touch(act, transfer)
    return transfer


@operation(permission="accession.check", event="validation")
def finish_checking(act: Act, /, *, transfer: Transfer, run: CheckRun) -> Transfer:
    """A good batch waits for acceptance; a faulty one goes back with its report."""
    transfer = locked(transfer)
    if transfer.version != run.version:
        raise Conflict("检测期间又收到了新版本。", "A newer version has come in meanwhile.")
    run.transfer = transfer
    run.save()
    keep(run, kind="created")
    note(verdict=run.verdict, run=run.pk)
    attended(act, subject=transfer.urn, kind="transfer_received")
    if run.passed:
        move(transfer, Transfer.AWAITING)
        _touch(act, transfer)
        _await(
            act, transfer, transfer.archives, role="archivist",
            kind="transfer_accept", title=f"接收签字：{transfer}",
        )  # fmt: skip
    else:
        errors = run.counts.get("errors", len(run.findings))
        first = run.findings[0]["message_zh"] if run.findings else ""
        _give_back(act, transfer, f"四性检测发现 {errors} 处不合格：{first}（详见检测报告）")
    return transfer


@operation(permission="accession.accept", event="transfer_return")
def return_transfer(act: Act, /, *, transfer: Transfer, reason: str) -> Transfer:
    """The archivist sends a batch back with a reason in words."""
    transfer = locked(transfer)
    if not reason.strip():
        raise Refusal("退回须写明理由和改正办法。", "Say why it goes back and what to do.")
    _give_back(act, transfer, reason.strip())
    return transfer


@operation(permission="accession.accept", event="accession")
def accept_transfer(act: Act, /, *, transfer: Transfer) -> Transfer:
    """The archivist signs the receiving part of the register; a job then deposits the batch."""
    transfer = locked(transfer)
    if transfer.state in {Transfer.ACCEPTED, Transfer.DEPOSITED}:
        return transfer
    run = last_run(transfer, "transfer")
    if run is None or not run.passed:
        raise Refusal("这一版还没有通过四性检测，不能接收。", "The checks are not passed yet.")
    if not transfer.is_signed_by_sender:
        raise Refusal(
            "移交单位负责人还没有签字；双方签字后才转移保管责任。请通知移交单位。",
            "The sending unit's leader has not signed; custody changes with both signatures.",
        )
    if transfer.sender_signed_urn == act.by.urn:
        raise Refusal("移交和接收不能由同一人签字。", "One person may not sign for both sides.")
    move(transfer, Transfer.ACCEPTED)
    transfer.receiver_signed, transfer.receiver_signed_at = act.by.name, act.at
    transfer.receiver_signed_urn, transfer.accepted_at = act.by.urn, act.at
    _touch(act, transfer)
    attended(act, subject=transfer.urn)
    enqueue(
        "accession.deposit",
        title=f"入库：{transfer}"[:200],
        arguments={"transfer": transfer.number},
        key=f"accession.deposit:{transfer.number}",
        person=act.by,
        institution=transfer.archives,
        subject=transfer.urn,
        priority=3,
    )
    return transfer


@operation(permission="accession.deposit", event="accession")
def finish_deposit(act: Act, /, *, transfer: Transfer, stored: Sequence[StoredItem]) -> Transfer:
    """What lies whole in storage is entered in the catalogue, and the batch is done. Once."""
    transfer = locked(transfer)
    if transfer.state == Transfer.DEPOSITED:
        return transfer
    deposit = register_deposit(
        act,
        fonds=transfer.fonds,
        accession=transfer.number,
        stored=stored,
        creating_unit=transfer.unit,
    )
    move(transfer, Transfer.DEPOSITED)
    transfer.deposit, transfer.deposited_at = deposit.number, act.at
    transfer.keep_until = transfer.kept_until(localdate(act.at))
    _touch(act, transfer)
    uids = {item.values.get("reference_code", ""): item.uid for item in stored}
    rows = list(items_of(transfer))
    for row in rows:
        row.state, row.record_uid = FilingItem.TRANSFERRED, uids.get(row.reference_code)
    FilingItem.objects.bulk_update(rows, ["state", "record_uid"], batch_size=500)
    if rows:
        keep(*rows)
    attended(act, subject=transfer.urn)
    note(deposit=deposit.number, items=len(stored))
    return transfer


def _give_back(act: Act, transfer: Transfer, reason: str) -> None:
    move(transfer, Transfer.RETURNED)
    transfer.reason = reason
    transfer.sender_signed = transfer.sender_signed_urn = ""
    transfer.sender_signed_at = None
    _touch(act, transfer)
    rows = list(items_of(transfer))
    for row in rows:
        row.state = FilingItem.RETURNED
    FilingItem.objects.bulk_update(rows, ["state"], batch_size=500)
    if rows:
        keep(*rows)
    attended(act, subject=transfer.urn)
    _await(
        act, transfer, transfer.unit, role="records_officer",
        kind="transfer_returned", title=f"移交被退回，请改正后重新提交：{transfer}",
    )  # fmt: skip


def _touch(act: Act, transfer: Transfer) -> None:
    transfer.updated_at = act.at
    transfer.save()
    keep(transfer)


def _await(
    act: Act, transfer: Transfer, place: Institution, *, role: str, kind: str, title: str
) -> None:
    page = "accession:arrival" if place.pk == transfer.archives_id else "transfers:transfer"
    await_attention(
        act,
        institution=place,
        role=role,
        subject=transfer.urn,
        kind=kind,
        title=title,
        url=reverse(page, args=[transfer.number]),
    )
