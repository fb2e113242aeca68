"""Healing 修复: a bad copy is made anew from a good one; without a good one nothing is touched.

Good is what agrees with the digest sealed at ingest, never what most copies say. When none does,
an alarm is raised and the object frozen (FAULTS 14 and 16).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from lantai.core.ocfl.copying import CopyRefused, copy_object
from lantai.core.ocfl.damage import Damage
from lantai.core.ocfl.examining import examine_object
from lantai.core.storage.port import StorageFailure
from lantai.foundation.operation import operation
from lantai.foundation.work import Act, about, note
from lantai.preservation.fixity_audit.holdings import Copy, Holding
from lantai.preservation.replication.models import ObjectCopy
from lantai.preservation.replication.operations import follow_seal, freeze_object
from lantai.preservation.replication.sealing import followed_on

UNPROVEN, UNREGISTERED = "copies-differ", "version-unregistered"
PATIENCE = timedelta(hours=1)  # a verb writes its row soon after the version, or was cut off


@dataclass
class Healed:
    """What became of one object."""

    findings: list[dict[str, object]]
    faults: int = 0
    repaired: int = 0
    frozen: bool = False


def heal(act: Act, holding: Holding, *, mend: bool = True) -> Healed:
    """Judge an object's copies; mend the bad from a good one, or freeze it."""
    waiting = _follow_version(act, holding)
    if waiting is not None:
        return waiting
    if not holding.bad:
        return Healed(_differing(holding))
    answer = Healed([], sum(len(copy.found.damages) for copy in holding.bad))
    good = _provable(holding)
    for copy in holding.bad:
        mended = mend and good is not None and _mend(act, holding, copy, good)
        answer.repaired += len(copy.found.damages) if mended else 0
        answer.findings += [_finding(copy, damage, bool(mended)) for damage in copy.found.damages]
    if good is None and holding.row is not None and mend:
        answer.frozen = _freeze(act, holding)
    return answer


def _provable(holding: Holding) -> Copy | None:
    """A good copy that something sealed speaks for: the seal, or the digests of ingest."""
    spoken_for = holding.sealed.inventory or holding.sealed.contents
    return holding.good[0] if holding.good and spoken_for else None


def _differing(holding: Holding) -> list[dict[str, object]]:
    """Unsealed copies that are each whole and not the same: a person must look."""
    digests = {copy.found.inventory_sha512 for copy in holding.copies}
    if len(digests) < 2:
        return []
    return [{"code": UNPROVEN, "path": holding.path, "store": "", "repaired": False,
             "zh": "各副本内容不同且没有封存摘要，需人工核对",
             "en": "its copies differ and nothing sealed decides: look at them"}]  # fmt: skip


def _follow_version(act: Act, holding: Holding) -> Healed | None:
    """A later version that keeps the sealed one takes the seal along, when rows speak for it.

    One that no row speaks for is left alone: its verb may be about to write the row. After a
    while it is a fault that a person must judge; nothing that might be wanted is thrown away.
    """
    row = holding.row
    if row is None or not holding.bad or not row.inventory_sha512:
        return None
    following = followed_on(row)
    if following is None:
        return None
    main = holding.copies[0]
    if not following.unknown:
        holding.row = follow_seal(act, seal=following.seal)
    holding.sealed.inventory = following.seal.inventory_sha512
    holding.copies = [main]  # the others are carried on by the next round of replication
    main.found = examine_object(main.storage, main.place, holding.sealed)
    if not following.unknown:
        return None
    if not main.found.sound or act.at - following.made < PATIENCE:
        return Healed([])
    named = ", ".join(following.unknown[:3])
    return Healed([{
        "code": UNREGISTERED, "path": f"{holding.path}/{following.seal.head}", "store": "main",
        "repaired": False, "zh": f"对象有新版本而目录没有登记：{named}；请核查是谁写入的",
        "en": f"a version that the catalogue does not name: {named}; find out who wrote it",
    }], 1)  # fmt: skip


def _mend(act: Act, holding: Holding, bad: Copy, good: Copy) -> bool:
    """Put a proven copy in the bad one's place and read it back."""
    if holding.row is not None and holding.row.frozen_at:
        return False
    try:
        copy_object(
            good.storage, good.place, bad.storage, bad.place,
            expected=good.found.inventory_sha512, replace=True,
        )  # fmt: skip
        again = examine_object(bad.storage, bad.place, holding.sealed)
    except (CopyRefused, StorageFailure):
        return False
    if not again.sound:
        return False
    record_repair(act, holding=holding, bad=bad, good=good)
    return True


@operation(permission="fixity.run", event="recovery")
def record_repair(act: Act, /, *, holding: Holding, bad: Copy, good: Copy) -> None:
    """修复: one copy was made anew from another; what was wrong with it is kept."""
    if holding.row is not None:
        about(holding.row.urn)
        ObjectCopy.objects.filter(object=holding.row, store__code=bad.store).update(
            state=ObjectCopy.GOOD, verified_at=act.at,
            inventory_sha512=good.found.inventory_sha512,
        )  # fmt: skip
    note(
        place=bad.place, store=bad.store, source=good.store,
        damages=[{"code": d.code, "path": d.path} for d in bad.found.damages[:50]],
    )  # fmt: skip


def _freeze(act: Act, holding: Holding) -> bool:
    assert holding.row is not None
    if holding.row.frozen_at:
        return False
    codes = sorted({damage.code for copy in holding.bad for damage in copy.found.damages})
    freeze_object(act, row=holding.row, reason=f"没有完好的副本 no good copy: {', '.join(codes)}")
    return True


def _finding(copy: Copy, damage: Damage, repaired: bool) -> dict[str, object]:
    return {
        "code": damage.code,
        "path": damage.path,
        "store": copy.store,
        "repaired": repaired,
        "zh": damage.zh + ("；已由完好副本修复" if repaired else ""),
        "en": damage.en + ("; mended from a good copy" if repaired else ""),
    }
