"""Verbs of carriers: enter one that was written, and what a test found."""

from __future__ import annotations

from datetime import timedelta

from lantai.foundation.inbox.queue import attended, await_attention
from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.work import Act, keep, note
from lantai.preservation.backup_register.keeping import MEDIA, day, keep_backup_set, size_of
from lantai.preservation.carriers.batch import Batch, Tested
from lantai.preservation.replication.models import CarrierSet, ObjectCopy, Store
from lantai.preservation.replication.operations import record_copies

TEST_EVERY = {"optical": 1_461, "tape": 730, "disk": 183}
"""Days: DA/T 94 for discs and tapes; DA/T 75's figure for disks is not verified 待核实."""


@operation(permission="carriers.manage", event="replication")
def register_carrier(
    act: Act, /, *, store: Store, batch: Batch, set_no: str, kind: str
) -> CarrierSet:
    """A carrier written by `write_carrier`, with the objects it holds."""
    row = CarrierSet.objects.create(
        number=batch.number,
        set_no=set_no,
        store=store,
        kind=kind,
        objects_held=len(batch.objects),
        bytes_held=batch.bytes,
        manifest_sm3=batch.manifest_sm3,
        exported_at=act.at,
        test_due=act.day + timedelta(days=TEST_EVERY.get(kind, 365)),
    )
    keep(row, kind="created")
    note(carrier=row.number, objects=row.objects_held, manifest_sm3=row.manifest_sm3)
    record_copies(act, store=store, copied=batch.objects, size=batch.bytes)
    keep_backup_set(
        act, set_no=row.number, source=row.urn, range=f"{set_no}套，{row.objects_held} 个信息包",
        kind="medium", medium=MEDIA.get(kind, ""), carriers=row.number, place=store.place or store.name,
        size=size_of(row.bytes_held), digest=row.manifest_sm3, next=day(row.test_due),
    )  # fmt: skip
    return row


@operation(permission="carriers.manage", event="fixity_check")
def record_test(act: Act, /, *, carrier: CarrierSet, tested: Tested) -> CarrierSet:
    """检测登记: sound until the next date, or faulty: then its objects count as bad there."""
    sound = not tested.findings
    carrier.state = CarrierSet.SOUND if sound else CarrierSet.FAULTY
    carrier.tested_at, carrier.findings = act.at, tested.findings[:200]
    carrier.test_due = act.day + timedelta(days=TEST_EVERY.get(carrier.kind, 365))
    carrier.save()
    keep(carrier)
    keep_backup_set(
        act, set_no=carrier.number, source=carrier.urn, checked=day(act.day),
        next=day(carrier.test_due), result="good" if sound else "bad",
    )  # fmt: skip
    note(carrier=carrier.number, files=tested.files, read=tested.read, faults=len(tested.findings))
    if sound:
        ObjectCopy.objects.filter(store=carrier.store).update(verified_at=act.at)
        attended(act, subject=carrier.urn)
        return carrier
    for archives in Institution.objects.filter(kind="archives").order_by("pk")[:1]:
        await_attention(
            act, institution=archives, subject=carrier.urn, kind="carrier-faulty", role="archivist",
            title=f"载体 {carrier.number} 检测不合格，请重新制作 Carrier failed its test",
            url="/preservation/copies/",
        )  # fmt: skip
    return carrier
