"""The secrecy gate 涉密不外包: what a batch names is looked up, so that nobody's word is taken for it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from lantai.catalogue.records.models import Record
from lantai.foundation.desks.cases.definitions import CaseKind, case_kind
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.institutions.models import Institution
from lantai.foundation.refusal import Refusal
from lantai.foundation.work import Act, note

MOST_LINES, MOST_NAMED = 2_000, 5
ALL_BELOW = "*"  # at the end of a line: every reference code that begins so


def batch_of(case: Case) -> QuerySet[Record]:
    """The catalogue entries that the batch names by reference code, of the body that sends them."""
    place = case.institution
    whose = Q(creating_unit=place) if place.kind == Institution.UNIT else Q(holder=place)
    lines = [str(line).strip() for line in case.data.get("records") or [] if str(line).strip()]
    if len(lines) > MOST_LINES:
        raise Refusal(f"清单超过 {MOST_LINES} 行；整段的可写“档号开头{ALL_BELOW}”。",
                      f"More than {MOST_LINES} lines: write a beginning and {ALL_BELOW}.")  # fmt: skip
    wanted = Q(reference_code__in=[line for line in lines if not line.endswith(ALL_BELOW)])
    for line in lines:
        if line.endswith(ALL_BELOW) and len(line) > 1:
            wanted |= Q(reference_code__startswith=line.removesuffix(ALL_BELOW))
    rows = Record.objects.filter(whose, wanted).exclude(reference_code="")
    return rows.exclude(level=Record.CLASS)


def _secret(rows: QuerySet[Record]) -> QuerySet[Record]:
    return rows.filter(secrecy_level__gt=0)


def _uncleared(rows: QuerySet[Record]) -> QuerySet[Record]:
    """Personal data that nobody has decided upon."""
    return rows.filter(personal_data=True, access_decided_at=None)


def facts(case: Case) -> dict[str, Any]:
    """How many of the batch are in the catalogue."""
    return {"found": batch_of(case).count()}


def hold_back(act: Act, /, *, case: Case, data: dict[str, Any]) -> None:
    """Refuse to let a batch out while anything in it is secret, or sensitive and not reviewed."""
    rows = batch_of(case)
    for kept, zh, en in (
        (_secret(rows), "涉密", "under secrecy"),
        (_uncleared(rows), "含个人信息、尚未审定", "personal and not reviewed"),
    ):
        count = kept.count()
        if count:
            codes = "、".join(
                kept.order_by("reference_code").values_list("reference_code", flat=True)[
                    :MOST_NAMED
                ]
            )
            raise Refusal(
                f"批次中有 {count} 件{zh}：{codes}{'等' if count > MOST_NAMED else ''}。"
                "涉密不外包，请从清单中移出后再审。",
                f"{count} of the batch are {en}: {codes}. Take them out of the list.",
                code="outsourcing-held",
            )
    note(looked_up=rows.count())


case_kind(CaseKind("outsourcing_gate", facts=facts, effects={"outsourcing.hold": hold_back}))
