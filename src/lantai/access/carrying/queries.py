"""Questions of carrying: what the public may read of each record, and what was carried."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from lantai.access.carrying.bundles import safe_name
from lantai.access.carrying.models import CarriedBundle, CarriedEntry, CarrySource
from lantai.catalogue.records.fields import description_of
from lantai.catalogue.records.models import Component, Record
from lantai.catalogue.records.queries import records_for
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import Anonymous
from lantai.foundation.refusal import Refusal
from lantai.governance.access_rules.public_description import public_values

PUBLIC = Anonymous()
AT_ONCE = 500


def bundles() -> QuerySet[CarriedBundle]:
    """All of them, the newest first."""
    return CarriedBundle.objects.order_by("-pk")


def last_bundle(direction: str, source: str) -> CarriedBundle | None:
    """The last sent or taken in of a source."""
    rows = CarriedBundle.objects.filter(direction=direction, source=source)
    return rows.order_by("-number").first()


def source_of(code: str) -> CarrySource:
    """A trusted source; `Refusal` when it is none."""
    row = CarrySource.objects.filter(code=code).first()
    if row is None:
        raise Refusal(
            f"来源 {code} 没有登记，不能收它的摆渡包；先用 lantai carry trust 登记它的公钥。",
            f"Source {code} is not trusted here: register its key with lantai carry trust.",
            code="source-unknown",
        )
    return row


def carried(direction: str, source: str) -> dict[str, CarriedEntry]:
    """uid → what the public side holds."""
    rows = CarriedEntry.objects.filter(direction=direction, source=source)
    return {str(row.uid): row for row in rows}


def entries_to_carry(holder: Institution) -> Iterator[tuple[dict[str, Any], list[Component]]]:
    """Each open record of the archives as the public reads it, with the files the public opens."""
    rows = records_for(PUBLIC).filter(holder=holder).exclude(publication="")
    start = 0
    while part := list(rows.filter(pk__gt=start)[:AT_ONCE]):
        start = part[-1].pk
        keys = [record.pk for record in part]
        files: dict[int, list[Component]] = {}
        for one in Component.objects.filter(record__in=keys).order_by("sequence", "pk"):
            files.setdefault(one.record_id, []).append(one)
        for record in part:
            copies = _public_copies(files.get(record.pk, []))
            yield _entry(record, copies), copies


def _public_copies(files: list[Component]) -> list[Component]:
    """Redacted copies where there are any, else access copies, else what there is."""
    for role in (Component.REDACTION, Component.ACCESS):
        if found := [one for one in files if one.role == role]:
            return found
    return files


def _entry(record: Record, copies: list[Component]) -> dict[str, Any]:
    values = public_values(record, description_of(record))
    values.pop("fonds", None)
    return {
        "uid": str(record.uid),
        "fonds": {"code": record.fonds.code, "name": record.fonds.name},
        "record_type": record.record_type,
        "level": record.level,
        "publication": record.publication,
        "values": values,
        "files": [
            {"path": f"files/{record.uid}/{number}-{safe_name(one.name)}", "name": one.name,
             "role": one.role, "sequence": number, "size": one.size, "sm3": one.sm3,
             "sha512": one.sha512}
            for number, one in enumerate(copies, 1)
        ],
    }  # fmt: skip
