"""Questions about accession: what came in, who sent it, what was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from lantai.core.checks.finding import Property
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import Operator, institutions_of
from lantai.foundation.refusal import NotFound
from lantai.resources.accession.models import Reception
from lantai.resources.transfers.models import Transfer

ARCHIVES_ROLES = ("archivist", "archives_director")
ARRIVED = (
    Transfer.SUBMITTED, Transfer.CHECKING, Transfer.AWAITING, Transfer.ACCEPTED,
    Transfer.DEPOSITED, Transfer.RETURNED,
)  # fmt: skip


def arrivals_for(actor: Any) -> QuerySet[Transfer]:
    """The transfers that reached the viewer's archives, newest first."""
    rows = Transfer.objects.select_related("unit", "archives", "fonds").filter(
        state__in=ARRIVED, submitted_at__isnull=False
    )
    if not isinstance(actor, Operator):
        rows = rows.filter(archives__in=institutions_of(actor, ARCHIVES_ROLES))
    return rows.order_by("-submitted_at", "-pk")


def arrival_for(actor: Any, number: str) -> Transfer:
    """One transfer at the viewer's archives."""
    row = arrivals_for(actor).filter(number=number).first()
    if row is None:
        raise NotFound("没有这批移交，或它不在您的档案馆。", "No such transfer at your archives.")
    return row


def receptions_for(actor: Any) -> QuerySet[Reception]:
    """What arrived from outside at the viewer's archives, or was sent by the viewer's unit."""
    rows = Reception.objects.select_related("archives", "unit", "transfer").order_by("-pk")
    if isinstance(actor, Operator):
        return rows
    places = institutions_of(actor, (*ARCHIVES_ROLES, "records_officer", "unit_leader"))
    return rows.filter(Q(archives__in=places) | Q(unit__in=places))


def sender_of(archives: Institution, sender: str, code: str) -> Institution | None:
    """The unit a package comes from: by its name in 说明文件, else by the 全宗号 of its codes."""
    units = Institution.objects.filter(archives=archives, kind=Institution.UNIT)
    if sender.strip() and (row := units.filter(name=sender.strip()).order_by("pk").first()):
        return row
    fonds = code.partition("-")[0].strip()
    return units.filter(fonds_code=fonds).order_by("pk").first() if fonds else None


def earlier_taken(archives: Institution, digest: str) -> Transfer | None:
    """The transfer that brought a package of the same digest."""
    if not digest:
        return None
    return (
        Transfer.objects.filter(Q(package_digest=digest) | Q(receptions__digest=digest))
        .filter(archives=archives)
        .order_by("pk")
        .first()
    )


def by_property(findings: Sequence[dict[str, Any]]) -> list[tuple[Property, list[dict[str, Any]]]]:
    """The findings of a run in the order of the four properties."""
    return [(prop, [f for f in findings if f["property"] == prop.value]) for prop in Property]
