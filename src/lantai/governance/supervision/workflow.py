"""What inspections, problems and penalties do beyond their words: one opens the other, and is told."""

from __future__ import annotations

from typing import Any

from lantai.foundation.desks.cases.definitions import CaseKind, case_kind, rules_for
from lantai.foundation.desks.cases.entering import entries_of
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.operations import open_case, record_step
from lantai.foundation.desks.registers.definitions import definition_of
from lantai.foundation.desks.registers.keeping import keep_line
from lantai.foundation.institutions.models import Institution
from lantai.foundation.refusal import Conflict, Refusal
from lantai.foundation.work import Act, note
from lantai.governance.supervision.queries import checklist_items

PENALTY, LEDGER = "penalty", "problem-ledger"


def open_penalty(act: Act, /, *, case: Case, data: dict[str, Any]) -> Case:
    """Open the penalty 行政处罚 of a problem: its clock starts, and each names the other."""
    Case.objects.select_for_update().get(pk=case.pk)  # two at once: the second is told
    standing = Case.objects.filter(definition=PENALTY, subject=case.urn).first()
    if standing is not None:
        raise Conflict(f"这个问题已经移交处罚（{standing.number}），不能再立一件。",
                       f"It was handed over already: {standing.number}.")  # fmt: skip
    made = open_case(
        act, definition=PENALTY, institution=_authority(case), title="", subject=case.urn,
        data={"target": case.data.get("target") or case.data.get("about", ""), "clue": data["unlawful"],
              "act_on": data["act_on"], "found_on": data["found_on"]},
    )  # fmt: skip
    note(penalty=made.number)
    _tell(act, made)
    return made


def tell_problem(act: Act, /, *, case: Case, data: dict[str, Any]) -> None:
    """What becomes of the penalty is written at the problem it came of."""
    _tell(act, case)


def _authority(case: Case) -> Institution:
    """The authority at which, or under which, the matter lies."""
    place: Institution | None = case.institution
    while place is not None and place.kind != Institution.AUTHORITY:
        place = place.parent
    if place is None:
        raise Refusal("行政处罚由档案主管部门办理；上级没有登记主管部门，不能移交。",
                      "Penalties are an authority's; none is registered above.")  # fmt: skip
    return place


def _tell(act: Act, penalty: Case) -> None:
    origin = Case.objects.filter(number=penalty.subject.removeprefix("case:")).first()
    if not penalty.subject.startswith("case:") or origin is None:
        return
    state = rules_for(PENALTY, penalty.definition_version).by_state[penalty.state]
    told = f"{penalty.number} {state.label_zh}"
    record_step(act, origin, "desk.told", origin.state,
                {"name": told, "name_en": f"{penalty.number} {state.label_en}"})  # fmt: skip
    over = state.kind == "end"
    for row in entries_of(origin):
        if row.register == LEDGER:
            values = {"penalty": told, "state": "closed" if over else "penalty"}
            if over:
                values["closed_on"] = act.day.isoformat()
            keep_line(act, definition_of(LEDGER, row.institution), row.institution, values,
                      source=origin.urn, row=row)  # fmt: skip


def findings_on_site(case: Case, transition: str) -> dict[str, Any]:
    """The result's form begins with what was not met on site: the last verdict on each item."""
    if transition != "conclude":
        return {}
    last: dict[str, dict[str, str]] = {}
    labels: dict[str, str] = {}
    for check in case.site_checks.order_by("pk"):  # type: ignore[attr-defined]
        last |= check.items
        labels |= {item["id"]: item["zh"] for item in checklist_items(check.checklist)}
    unmet = {key: line for key, line in last.items() if line["verdict"] == "no"}
    if not last:
        return {}
    lines = [
        f"{labels.get(key, key)}：{line['note']}" if line.get("note") else labels.get(key, key)
        for key, line in unmet.items()
    ]
    return {"findings": "\n".join(lines), "problems": len(unmet)}


HANDING = {"penalty.open": open_penalty}
case_kind(CaseKind("inspection", effects=HANDING, suggests=findings_on_site))
case_kind(CaseKind("rectification", effects=HANDING))
case_kind(CaseKind("complaint", effects=HANDING))
case_kind(CaseKind(PENALTY, effects={"penalty.tell": tell_problem}))
