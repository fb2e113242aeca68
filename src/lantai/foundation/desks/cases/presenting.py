"""Presenting 呈现: a case as steps, timeline and rows, for any page that shows cases."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from lantai.core.desks.cases import CaseDefinition, State
from lantai.foundation.desks.cases.entering import entries_of
from lantai.foundation.desks.cases.models import Case, CaseStep
from lantai.foundation.desks.cases.operations import case_url
from lantai.foundation.desks.cases.queries import cases_for, days_left, definition_of, is_insider
from lantai.foundation.desks.cases.words import words_of
from lantai.foundation.desks.places import may_reach
from lantai.foundation.desks.registers.definitions import register_definitions
from lantai.foundation.refusal import localised

MOST_RELATED = 20


def state_label(rules: CaseDefinition, state: str) -> str:
    """The state's words in the reader's language; a state no longer defined is shown by its id."""
    known: State | None = rules.by_state.get(state)
    return localised(known.label_zh, known.label_en) if known else state


def state_steps(case: Case) -> list[dict[str, str]]:
    """The way through the states for the steps component: what is behind, here, ahead.

    States off the way the case took (optional ones it skipped) are left out once passed.
    """
    rules = definition_of(case)
    order = [state.id for state in rules.states]
    taken = {step.from_state for step in case.steps.all()}
    here = order.index(case.state) if case.state in order else -1
    shown = []
    for index, state in enumerate(rules.states):
        if index == here:
            mark = "done" if state.kind == "end" else "current"
        elif index < here and state.id in taken:
            mark = "done"
        elif index > here and (state.kind != "end" or state.id == main_end(rules)):
            if case.closed_at:
                continue
            mark = "next"
        else:
            continue
        shown.append({"label": localised(state.label_zh, state.label_en), "state": mark})
    return shown


def main_end(rules: CaseDefinition) -> str:
    """The end the way leads to: the first end in the definition."""
    return next((state.id for state in rules.states if state.kind == "end"), "")


def history(actor: Any, case: Case) -> list[dict[str, str]]:
    """The moves, newest last. Outsiders see when it moved, and read only their own words."""
    rules, inside = definition_of(case), is_insider(actor, case)
    events = [
        {
            "at": localtime(case.opened_at).strftime("%Y-%m-%d %H:%M"),
            "label": _("立件"),
            "state": "done",
        }
    ]
    for row in case.steps.order_by("pk"):
        mine = row.by == getattr(actor, "urn", None)
        events.append(_event(rules, row, inside or mine))
    return events


def _event(rules: CaseDefinition, row: CaseStep, open_book: bool) -> dict[str, str]:
    step = rules.by_transition.get(row.transition)
    label = localised(step.label_zh, step.label_en) if step else _act_label(row)
    event = {
        "at": localtime(row.at).strftime("%Y-%m-%d %H:%M"),
        "label": f"{label} → {state_label(rules, row.to_state)}",
        "state": "done",
        "tone": "danger" if step and step.tone == "danger" else "",
    }
    if open_book:
        event |= {"by": row.by_name, "detail": "；".join(said(rules, row))}
    return event


def _act_label(row: CaseStep) -> str:
    """The words of an act beside the moves."""
    known = {
        "desk.return": _("退回"), "desk.withdraw": pgettext("a case", "撤回"), "desk.delegate": _("委派"),
        "desk.urge": _("催办"), "desk.recuse": _("回避"), "desk.remind": _("到期提醒"),
        "desk.migrate": _("转到新版规则"), "desk.told": _("相关办件"),
    }  # fmt: skip
    label = known.get(row.transition, row.transition)
    whom = row.data.get("name", "") if isinstance(row.data, dict) else ""
    if whom and "name_en" in row.data:
        whom = localised(whom, row.data["name_en"])
    return f"{label}{'：' + whom if whom else ''}"


def said(rules: CaseDefinition, row: CaseStep) -> list[str]:
    """What was entered with a move, as 填写项：值."""
    step = rules.by_transition.get(row.transition)
    lines = []
    for entry in step.fields if step else ():
        value = row.data.get(entry.name)
        if value in (None, "", []):
            continue
        value = words_of(entry, value, get_language() or "zh")
        lines.append(f"{localised(entry.label_zh, entry.label_en)}：{value}")
    for kept in row.data.get("gone", ()) if row.transition == "desk.migrate" else ():
        lines.append(f"{localised(kept['zh'], kept['en'])}：{kept['value']}")
    if row.note and row.note not in "".join(lines):
        lines.append(row.note)
    return lines


def entered_for(actor: Any, case: Case) -> list[dict[str, str]]:
    """The lines of registers that the case keeps; a link where the reader may see the register."""
    shelf, found = register_definitions().all(), []
    for row in entries_of(case):
        register = shelf.get(row.register)
        if register is None:
            continue
        seen = may_reach(actor, register.see, row.institution)
        found.append({
            "title": row.title,
            "register": localised(register.label_zh, register.label_en),
            "url": reverse("registers:entry", args=[register.id, row.pk]) if seen else "",
        })  # fmt: skip
    return found


def related_to(actor: Any, case: Case) -> list[dict[str, Any]]:
    """The matters that came of this one, and the one it came of, as far as the reader sees them."""
    near = Q(subject=case.urn)
    if case.subject.startswith("case:"):
        near |= Q(number=case.subject.removeprefix("case:"))
    return [case_row(row) for row in cases_for(actor).filter(near).order_by("pk")[:MOST_RELATED]]


def case_row(case: Case) -> dict[str, Any]:
    """A case as a line of a list."""
    rules = definition_of(case)
    return {
        "case": case,
        "url": case_url(case),
        "kind": localised(rules.label_zh, rules.label_en),
        "state": state_label(rules, case.state),
        "tone": state_tone(rules, case),
        "days": days_left(case),
    }


def state_tone(rules: CaseDefinition, case: Case) -> str:
    """The badge's colour: done, waiting, over."""
    if case.closed_at:
        return "done"
    left = days_left(case)
    return "fail" if left is not None and left < 0 else "running"
