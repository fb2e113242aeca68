"""Sending 发出: the bundle of what changed since the last, written and then noted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from django.utils import timezone

from lantai.access.carrying.bundles import FORMAT, KIND, digest_of, write_bundle
from lantai.access.carrying.listing import lists_told
from lantai.access.carrying.models import CarriedBundle
from lantai.access.carrying.operations import note_sent, refuse_other_way
from lantai.access.carrying.queries import carried, entries_to_carry, last_bundle
from lantai.catalogue.records.models import Component
from lantai.foundation.institutions.models import Institution
from lantai.foundation.ledger.signing import own_public_key, sign_seal
from lantai.foundation.policy import require
from lantai.foundation.work import Act
from lantai.preservation.depositing.queries import open_component


def send_bundle(
    act: Act, holder: Institution, target: Path, *, whole: bool = False
) -> CarriedBundle | None:
    """Write the next bundle; None when nothing changed. A ``whole`` one holds everything."""
    require(act.by, "carrying.send", holder=holder)
    refuse_other_way(CarriedBundle.OUT)
    last = last_bundle(CarriedBundle.OUT, holder.code)
    known = carried(CarriedBundle.OUT, holder.code)
    entries, copies, digests, seen = [], [], {}, set()
    for entry, files in entries_to_carry(holder):
        seen.add(entry["uid"])
        digest = digest_of(entry)
        if not whole and entry["uid"] in known and known[entry["uid"]].digest == digest:
            continue
        digests[entry["uid"]] = digest
        entries.append({**entry, "digest": digest, "files_digest": digest_of(entry["files"])})
        copies += [(f["path"], _opener(one)) for f, one in zip(entry["files"], files, strict=True)]
    gone = sorted(set(known) - seen)
    if not whole and not entries and not gone:
        return None
    document: dict[str, Any] = {
        "kind": KIND, "format": FORMAT,
        "source": {"code": holder.code, "name": holder.name, "key": own_public_key()},
        "number": (last.number if last else 0) + 1, "previous": last.digest if last else "",
        "whole": whole, "made_at": timezone.now().isoformat(), "records": entries, "gone": gone,
        "lists": lists_told({entry["publication"] for entry in entries}),
    }  # fmt: skip
    digest = write_bundle(target, document, copies, sign_seal)
    return note_sent(
        act, holder=holder, document=document, digest=digest, digests=digests,
        size=target.stat().st_size,
    )  # fmt: skip


def _opener(component: Component) -> Callable[[], IO[bytes]]:
    return lambda: open_component(component)
