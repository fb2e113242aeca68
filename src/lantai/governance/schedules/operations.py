"""Verbs on schedules: draft or adopt, submit, give back, approve."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from lantai.foundation.inbox.queue import attended, await_attention
from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Conflict, Refusal
from lantai.foundation.work import Act, keep, note
from lantai.governance.schedules.models import SchedulePlan
from lantai.governance.schedules.queries import (
    GROUP,
    UnknownId,
    authority_above,
    model_data,
    plan_of_group,
    problems_of,
    schedule_of,
)


@operation(permission="schedules.draft", event="schedule_draft")
def draft_schedule(act: Act, /, *, unit: Institution, data: dict[str, Any]) -> SchedulePlan:
    """Enter a new version from its tables (as core.schedules reads them)."""
    version = str(data.get("version", "")).strip()
    if not version:
        raise Refusal("三合一制度没有版本号，请补上。", "The schedule has no version.")
    plan = SchedulePlan(
        unit=unit,
        version=version[:40],
        title=str(data.get("title", ""))[:200],
        data=data,
        created_at=act.at,
    )
    schedule_of(plan)
    try:
        with transaction.atomic():
            plan.save()
    except IntegrityError:
        raise Conflict(
            f"{unit.name}已经有版本 {version} 的三合一制度；请换一个版本号。",
            f"There is a version {version} already.",
        ) from None
    keep(plan, kind="created")
    return plan


@operation(permission="schedules.draft", event="schedule_draft")
def adopt_schedule(
    act: Act, /, *, unit: Institution, model: str, version: str = ""
) -> SchedulePlan:
    """Draft a version from a model schedule; the unit's name and fonds code replace the model's."""
    data = _data_of(unit, model)
    data["title"] = str(data["title"]).replace(str(data["unit"]), unit.name)
    data["preface"] = str(data.get("preface", "")).strip()
    data |= {"unit": unit.name, "unit_en": unit.name_en, "approval": {}, "adopted_from": model}
    data.pop("last_opinions", None)
    data["fonds"] = unit.fonds_code or data.get("fonds", "")
    if version:
        data["version"] = version
    note(model=model)
    return draft_schedule(act, unit=unit, data=data)


def _data_of(unit: Institution, model: str) -> dict[str, Any]:
    """The tables of a model, or of the schedule in force at the unit's group."""
    if model == GROUP:
        above = plan_of_group(unit)
        if above is None:
            raise Refusal(f"{unit.name}的上级单位没有现行的三合一制度，请另选示范表。",
                          "No unit above has a schedule in force: choose a model.")  # fmt: skip
        return copy.deepcopy(above.data)
    try:
        return model_data(model)
    except UnknownId:
        raise Refusal(f"没有示范表“{model}”。", f"There is no model schedule {model!r}.") from None


@operation(permission="schedules.draft", event="schedule_draft")
def revise_schedule(act: Act, /, *, plan: SchedulePlan, data: dict[str, Any]) -> SchedulePlan:
    """Change the tables of a draft."""
    plan = _locked(plan, SchedulePlan.DRAFT)
    plan.data = data
    plan.title = str(data.get("title", plan.title))[:200]
    schedule_of(plan)
    plan.save(update_fields=["data", "title"])
    keep(plan)
    return plan


@operation(permission="schedules.submit", event="schedule_submission")
def submit_schedule(act: Act, /, *, plan: SchedulePlan) -> SchedulePlan:
    """Send a draft to the authority 报审; a table with errors is not sent."""
    plan = _locked(plan, SchedulePlan.DRAFT)
    errors = [p for p in problems_of(plan) if p.severity == "error"]
    if errors:
        raise Refusal(
            f"还有 {len(errors)} 处错误，不能报审：{errors[0].message_zh}。请改正后再报。",
            f"{len(errors)} errors stand against it: {errors[0].message_en}.",
        )
    authority = authority_above(plan.unit)
    if authority is None:
        raise Refusal(
            f"{plan.unit.name}没有登记档案主管部门，无法报审；请系统管理员登记隶属关系。",
            "The unit has no authority above it: the system administrator registers it.",
        )
    plan.state, plan.submitted_at, plan.opinion = SchedulePlan.SUBMITTED, act.at, ""
    plan.data = {**plan.data, "last_opinions": plan.opinions}
    plan.opinions = {}
    plan.save(update_fields=["state", "submitted_at", "opinion", "opinions", "data"])
    keep(plan)
    attended(act, subject=plan.urn)
    await_attention(
        act,
        institution=authority,
        role="supervisor",
        subject=plan.urn,
        kind="schedule_review",
        title=f"审查：{plan.title}（{plan.version}）",
        url=_url(plan),
    )
    return plan


@operation(permission="schedules.approve", event="schedule_review")
def review_clauses(act: Act, /, *, plan: SchedulePlan, opinions: dict[str, str]) -> SchedulePlan:
    """Keep what the authority says of single clauses; a clause nothing is said of is agreed to."""
    plan = _locked(plan, SchedulePlan.SUBMITTED)
    known = schedule_of(plan).by_no
    strange = [no for no in opinions if no not in known]
    if strange:
        raise Refusal(f"没有条款 {'、'.join(strange[:5])}；请刷新后再写。",
                      f"There is no clause {', '.join(strange[:5])}: reload the page.")  # fmt: skip
    plan.opinions = {no: words.strip()[:1000] for no, words in opinions.items() if words.strip()}
    plan.save(update_fields=["opinions"])
    keep(plan)
    note(clauses=sorted(plan.opinions))
    return plan


@operation(permission="schedules.approve", event="schedule_return")
def return_schedule(act: Act, /, *, plan: SchedulePlan, opinion: str) -> SchedulePlan:
    """Give it back with an opinion; it is a draft again."""
    plan = _locked(plan, SchedulePlan.SUBMITTED)
    if not opinion.strip() and not plan.opinions:
        raise Refusal("退回须写明审查意见：在条款上写，或者写总的意见。",
                      "Say what is to be changed: at a clause, or of the whole.")  # fmt: skip
    plan.state, plan.opinion = SchedulePlan.DRAFT, opinion.strip()
    plan.save(update_fields=["state", "opinion"])
    keep(plan)
    attended(act, subject=plan.urn)
    await_attention(
        act,
        institution=plan.unit,
        role="records_officer",
        subject=plan.urn,
        kind="schedule_returned",
        title=f"修改后重新报审：{plan.title}（{plan.version}）",
        url=_url(plan),
    )
    return plan


@operation(permission="schedules.approve", event="schedule_approval")
def approve_schedule(
    act: Act,
    /,
    *,
    plan: SchedulePlan,
    number: str,
    effective_from: date,
    approved_on: date | None = None,
) -> SchedulePlan:
    """Agree to it by a numbered letter; in force from that day, one version a day."""
    plan = _locked(plan, SchedulePlan.SUBMITTED)
    if not number.strip():
        raise Refusal("请填写同意文号。", "Give the number of the letter of approval.")
    if plan.opinions:
        raise Refusal(
            f"还有 {len(plan.opinions)} 条条款带着意见，不能同意；请退回修改，或在逐条审查中去掉意见。",
            f"{len(plan.opinions)} clauses still have an opinion: give it back, or take them away.",
        )
    plan.state, plan.approval_number = SchedulePlan.APPROVED, number.strip()[:80]
    plan.approval_date, plan.effective_from = approved_on or act.day, effective_from
    authority = authority_above(plan.unit)
    plan.approved_by = authority.name if authority else act.by.name
    try:
        with transaction.atomic():
            plan.save()
    except IntegrityError:
        raise Conflict(
            f"{plan.unit.name}已有一个版本从 {effective_from:%Y-%m-%d} 起生效；请另定生效日期。",
            "Another version takes effect on that day; choose another date.",
        ) from None
    keep(plan)
    attended(act, subject=plan.urn)
    return plan


def _locked(plan: SchedulePlan, state: str) -> SchedulePlan:
    row = SchedulePlan.objects.select_for_update().get(pk=plan.pk)
    if row.state != state:
        names = {"draft": "起草", "submitted": "报审", "approved": "已同意"}
        raise Conflict(
            f"这份三合一制度现为“{names[row.state]}”，不能这样办理；请刷新后再看。",
            f"The schedule is {row.state} now; reload the page.",
        )
    return row


def _url(plan: SchedulePlan) -> str:
    return reverse("schedules:plan", args=[plan.pk])
