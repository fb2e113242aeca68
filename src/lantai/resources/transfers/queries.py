"""Questions about transfers."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from lantai.catalogue.fonds.models import Fonds
from lantai.core.registry import UnknownId
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import Operator, institutions_of
from lantai.foundation.refusal import NotFound, Refusal
from lantai.resources.filing.models import FilingItem
from lantai.resources.transfers.models import CheckRun, Transfer

ROLES = ("records_officer", "unit_leader", "archivist", "archives_director")


def transfers_for(actor: Any) -> QuerySet[Transfer]:
    """The transfers of the viewer's units and archives, newest first. An archives sees one
    once it has been submitted.
    """
    rows = Transfer.objects.select_related("unit", "archives", "fonds").order_by("-pk")
    if isinstance(actor, Operator):
        return rows
    places = institutions_of(actor, ROLES)
    arrived = ~Q(state__in=[Transfer.DRAFT, Transfer.BUILDING, Transfer.READY]) | Q(external=True)
    return rows.filter(
        Q(unit__in=places) | (Q(archives__in=places) & (arrived | Q(submitted_at__isnull=False)))
    )


def transfer_for(actor: Any, number: str) -> Transfer:
    """One transfer the viewer may see."""
    row = transfers_for(actor).filter(number=number).first()
    if row is None:
        raise NotFound("没有这批移交，或您不能查看。", "No such transfer.")
    return row


def items_of(transfer: Transfer) -> QuerySet[FilingItem]:
    """The filed documents of a batch, by 档号."""
    return FilingItem.objects.filter(lines__transfer=transfer).order_by("reference_code", "pk")


def runs_of(transfer: Transfer) -> QuerySet[CheckRun]:
    """Every run of the checks, newest first."""
    return transfer.runs.order_by("-pk")


def last_run(transfer: Transfer, stage: str) -> CheckRun | None:
    """The newest run of a stage over the present version."""
    return transfer.runs.filter(stage=stage, version=transfer.version).order_by("-pk").first()


def fonds_of(unit: Institution) -> Fonds:
    """The fonds the unit's records go to, or a refusal that says who must register it."""
    if unit.archives_id is None:
        raise Refusal(
            f"{unit.name}没有登记接收档案馆，不能移交；请系统管理员登记。",
            f"{unit.name_en or unit.name} has no archives to transfer to; have it registered.",
        )
    rows = Fonds.objects.filter(holder_id=unit.archives_id)
    row = rows.filter(Q(creator=unit) | Q(code=unit.fonds_code)).order_by("pk").first()
    if row is None:
        raise Refusal(
            f"{unit.archives}还没有登记全宗 {unit.fonds_code or unit.name}；请档案馆先登记全宗。",
            "The archives has not registered the unit's fonds yet.",
        )
    return row


def own_fonds(unit: Institution) -> set[str]:
    """The 全宗号 of every fonds the unit may bring records into; empty when none is registered."""
    rows = Fonds.objects.filter(holder_id=unit.archives_id)
    return set(
        rows.filter(Q(creator=unit) | Q(code=unit.fonds_code)).values_list("code", flat=True)
    )


__all__ = [
    "UnknownId", "fonds_of", "items_of", "last_run", "own_fonds", "runs_of", "transfer_for", "transfers_for",
]  # fmt: skip
