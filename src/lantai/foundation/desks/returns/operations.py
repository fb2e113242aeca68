"""Verbs of the returns desk: open a round, fill in, send, pass on, give back, lock."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from lantai.core.desks.offline import OfflineAnswer
from lantai.core.desks.return_checking import Finding, Values, check_form, read_cells, work_out
from lantai.core.desks.return_definition import ReturnDefinition
from lantai.core.desks.return_totals import pack
from lantai.core.fixity import digest_bytes
from lantai.foundation.desks.returns.definitions import definition_for, definition_of
from lantai.foundation.desks.returns.models import ReturnForm, ReturnRound, ReturnState
from lantai.foundation.desks.returns.owing import role_at
from lantai.foundation.desks.returns.queries import last_values, values_of
from lantai.foundation.desks.returns.totals import form_changed, roll_up_round
from lantai.foundation.desks.returns.tree import due_at, parents_of_all, way_up
from lantai.foundation.inbox.queue import attended, await_attention
from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Conflict, Refusal
from lantai.foundation.work import Act, keep, keep_all, note

MOST_CALLED = 300  # bodies whose inbox gets a line at once; more see the round on their list


class FormRefused(Refusal):
    """A form that may not be sent; ``findings`` says which rules stand against it."""

    code = "form-refused"

    def __init__(self, findings: Sequence[Finding], zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.findings = findings


@operation(permission="returns.open", event="return_round")
def open_round(
    act: Act,
    /,
    *,
    owner: Institution,
    definition: str,
    period: str,
    bodies: Sequence[Institution],
    title: str = "",
    due_date: date | None = None,
    review_days: int = 0,
) -> ReturnRound:
    """Ask a return of many bodies below the owner; each gets its form."""
    rules = definition_for(definition, owner)
    _require_period(definition, owner, period)
    parents = parents_of_all()
    reached = [b for b in bodies if b.kind in rules.respondents]
    astray = [b for b in reached if not way_up(b.pk, owner.pk, parents)]
    if not reached or astray:
        names = "、".join(b.name for b in astray[:5]) or "—"
        raise Refusal(
            f"没有可布置的填报单位，或有单位不在{owner.name}之下：{names}。请先登记隶属关系。",
            f"No bodies to ask, or some are not below the owner: {names}.",
        )
    count = ReturnRound.objects.filter(owner=owner).count() + 1
    row = ReturnRound.objects.create(
        number=f"{owner.code}-{period}-{count:03d}"[:40],
        definition=definition,
        definition_data={**rules.data, "id": rules.id, "version": rules.version},
        title=(title or f"{period} {rules.label_zh}")[:200],
        period=period,
        owner=owner,
        due_date=due_date,
        review_days=review_days,
        opened_by=act.by.urn,
        opened_at=act.at,
    )
    forms = ReturnForm.objects.bulk_create(
        [ReturnForm(round=row, body=body) for body in reached], batch_size=500
    )
    keep(row, kind="created")
    keep_all(forms, kind="created")
    note(definition=definition, period=period, bodies=len(forms), review_days=review_days)
    for form in forms[:MOST_CALLED]:
        call(act, form, form.body, "return_fill", f"填报：{row.title}")
    return row


def _require_period(definition: str, owner: Institution, period: str) -> None:
    if not period.strip():
        raise Refusal("请填写统计期，如 2025。", "Give the period, such as 2025.")
    if ReturnRound.objects.filter(definition=definition, owner=owner, period=period).exists():
        raise Conflict(
            f"{period} 的这种报表已经布置过。", f"This return of {period} was opened already."
        )


@operation(permission="returns.fill", event="return_entry")
def fill_form(
    act: Act,
    /,
    *,
    form: ReturnForm,
    cells: Mapping[str, Any],
    explanation: str | None = None,
    edit: int | None = None,
) -> ReturnForm:
    """Write cells into a form (the others stay); an empty one is cleared. Nothing is sent."""
    row, definition = locked(form, ReturnForm.FILLING)
    if edit is not None and row.edit != edit:
        raise Conflict("这张表刚被别人改过，请刷新后再填。", "Somebody just changed it; reload.")
    read, findings = read_cells(definition, cells)
    if findings:
        raise FormRefused(
            findings,
            "；".join(f.message_zh for f in findings[:5]),
            "; ".join(f.message_en for f in findings[:5]),
        )
    values = {k: v for k, v in values_of(row).items() if k not in cells}
    _write(row, definition, {**values, **read})
    if explanation is not None:
        row.note = explanation.strip()[:4000]
    row.edit, row.updated_at = row.edit + 1, act.at
    row.save()
    keep(row)
    note(cells=len(cells))
    return row


@operation(permission="returns.fill", event="return_entry")
def take_offline(act: Act, /, *, form: ReturnForm, answer: OfflineAnswer) -> ReturnForm:
    """Take what an offline form brought back (verified before: `offline.verify_answer`)."""
    definition = definition_of(form.round)
    blank = {one.code: "" for one in definition.indicators if not one.formula}
    note(offline=True, filled_by=answer.filled_by)
    return fill_form(act, form=form, cells={**blank, **answer.cells}, explanation=answer.note)


@operation(permission="returns.fill", event="return_submission")
def submit_form(act: Act, /, *, form: ReturnForm) -> ReturnForm:
    """Send a form upward; errors, or something odd without a word on it, keep it back."""
    row, definition = locked(form, ReturnForm.FILLING)
    values = values_of(row)
    findings = check_form(definition, values, last_values(row))
    errors = [f for f in findings if f.severity == "error"]
    if errors or not values:
        raise FormRefused(
            errors,
            f"还有 {len(errors)} 处错误，不能报送：{errors[0].message_zh}"
            if errors
            else "表还是空的，不能报送。",
            f"{len(errors)} errors: {errors[0].message_en}" if errors else "The form is empty.",
        )
    if findings and not row.note:
        raise FormRefused(
            findings,
            f"有 {len(findings)} 处提醒，请写明原因后再报送：{findings[0].message_zh}",
            f"{len(findings)} remarks to be explained first: {findings[0].message_en}",
        )
    way = way_up(row.body_id, row.round.owner_id, parents_of_all())
    row.state, row.at_id, row.returned_reason = ReturnForm.REVIEWING, way[0], ""
    turn(act, row, "submitted", row.body)
    form_changed(row, None, row.cells)
    attended(act, subject=row.urn)
    call(
        act,
        row,
        Institution.objects.get(pk=way[0]),
        "return_review",
        f"审核：{row.body.name} {row.round.title}",
    )
    return row


@operation(permission="returns.review", event="return_review")
def accept_form(act: Act, /, *, form: ReturnForm) -> ReturnForm:
    """Agree to a form: it goes one level up, or, at the top, is accepted."""
    row, _definition = locked(form, ReturnForm.REVIEWING)
    way = way_up(row.body_id, row.round.owner_id, parents_of_all())
    here = row.at
    later = way[way.index(row.at_id) + 1 :] if row.at_id in way else []
    attended(act, subject=row.urn)
    if later:
        row.at_id = later[0]
        turn(act, row, "passed", here)
        above = Institution.objects.get(pk=later[0])
        call(act, row, above, "return_review", f"审核：{row.body.name} {row.round.title}")
    else:
        row.state, row.at = ReturnForm.ACCEPTED, None
        turn(act, row, "accepted", here)
    return row


@operation(permission="returns.review", event="return_review")
def return_form(act: Act, /, *, form: ReturnForm) -> ReturnForm:
    """Give a form back to its body with the reason; what was sent is kept."""
    row, _definition = locked(form, ReturnForm.REVIEWING)
    if not act.reason.strip():
        raise Refusal("退回须写明原因。", "Say why it is given back.")
    here = row.at
    row.state, row.at, row.returned_reason = ReturnForm.FILLING, None, act.reason.strip()[:2000]
    turn(act, row, "returned", here)
    form_changed(row, row.cells, None)
    attended(act, subject=row.urn)
    call(act, row, row.body, "return_returned", f"退回修改：{row.round.title}")
    return row


@operation(permission="returns.open", event="return_lock")
def lock_round(act: Act, /, *, round: ReturnRound) -> ReturnRound:  # noqa: A002 - its name
    """Lock a round: no figure changes after it. Forms still under way are named and stop it."""
    row = ReturnRound.objects.select_for_update().get(pk=round.pk)
    if row.state == ReturnRound.LOCKED:
        raise Conflict("这次填报已经锁定。", "The round is locked already.")
    left = row.forms.exclude(state=ReturnForm.ACCEPTED).count()
    if left and not act.reason.strip():
        raise Refusal(
            f"还有 {left} 个单位没有审核通过；确要锁定，请写明原因。",
            f"{left} forms are not accepted; give a reason to lock all the same.",
        )
    roll_up_round(row)
    row.state, row.locked_at = ReturnRound.LOCKED, act.at
    row.save(update_fields=["state", "locked_at"])
    keep(row)
    note(open_forms=left)
    for form in row.forms.exclude(state=ReturnForm.ACCEPTED)[:MOST_CALLED]:
        attended(act, subject=form.urn)
    return row


def locked(form: ReturnForm, state: str) -> tuple[ReturnForm, ReturnDefinition]:
    """The form, held, if it is in that state and the round is open."""
    row = ReturnForm.objects.select_for_update(of=("self",)).get(pk=form.pk)
    if row.round.state == ReturnRound.LOCKED:
        raise Conflict("这次填报已锁定，不能再改。", "The round is locked.")
    if row.state != state:
        words = {"filling": "填写中", "reviewing": "审核中", "accepted": "已通过"}
        raise Conflict(
            f"这张表现在是“{words[row.state]}”，不能这样办理；请刷新。",
            f"The form is {row.state} now; reload.",
        )
    return row, definition_of(row.round)


def _write(row: ReturnForm, definition: ReturnDefinition, values: Values) -> None:
    worked = work_out(definition, values, last_values(row))
    row.cells = pack(definition, worked)
    row.texts = {k: v for k, v in values.items() if not definition.by_code[k].is_number}


def turn(act: Act, row: ReturnForm, kind: str, place: Institution) -> None:
    """Keep the form as it is now as its next version."""
    row.version += 1
    row.updated_at = act.at
    row.save()
    state = state_of(act, row, kind, place, definition_of(row.round).version)
    state.save()
    keep(row)
    keep(state, kind="created")
    note(kind=kind, version=row.version, digest=state.digest)


def state_of(
    act: Act, row: ReturnForm, kind: str, place: Institution, definition_version: str
) -> ReturnState:
    """The form as it is now as a version of its own, not yet saved."""
    body = json.dumps([row.cells, row.texts, row.note], ensure_ascii=False, sort_keys=True)
    return ReturnState(
        form=row,
        definition_version=definition_version,
        version=row.version,
        kind=kind,
        cells=row.cells,
        texts=row.texts,
        note=row.note,
        digest=digest_bytes(body.encode(), ("sm3",)).values["sm3"],
        place=place,
        by=act.by.urn,
        by_name=act.by.name,
        at=act.at,
        reason=act.reason[:2000],
    )


def call(act: Act, form: ReturnForm, place: Institution, kind: str, title: str) -> None:
    """Put the form into the inbox of a place that has something to do with it."""
    await_attention(
        act,
        institution=place,
        role=role_at(place),
        subject=form.urn,
        kind=kind,
        title=title,
        url=reverse("returns:form", args=[form.pk]),
        due_date=due_at(form, place),
    )
