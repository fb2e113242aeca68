"""Acts beside the way of a form: withdraw 撤回, urge 催办, hand to a colleague 委派, its files."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from lantai.foundation.accounts.models import Person
from lantai.foundation.desks.attachments.models import Attachment
from lantai.foundation.desks.attachments.storing import StoredFile, attach
from lantai.foundation.desks.owed.handing import hand_over
from lantai.foundation.desks.owed.models import Pressed
from lantai.foundation.desks.owed.pressing import press, pressed_on
from lantai.foundation.desks.returns.models import ReturnForm, ReturnRound
from lantai.foundation.desks.returns.operations import MOST_CALLED, call, locked, turn
from lantai.foundation.desks.returns.owing import due_of, overdue_of, owed_of, stage_of
from lantai.foundation.desks.returns.totals import form_changed
from lantai.foundation.desks.returns.tree import parents_of_all
from lantai.foundation.inbox.queue import attended, await_attention
from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.policy import decide, require
from lantai.foundation.refusal import Conflict, NotPermitted, Refusal
from lantai.foundation.work import Act, about, keep, note, note_change

MOST_FILES = 50


@operation(permission="returns.fill", event="matter_withdrawal")
def withdraw_form(act: Act, /, *, form: ReturnForm) -> ReturnForm:
    """Take back what was sent while the level above has not decided; every version is kept."""
    current = ReturnForm.objects.select_for_update(of=("self",)).get(pk=form.pk)
    states = current.states.exclude(kind="migrated").select_related("place")
    last = states.order_by("-version").first()
    if current.state != ReturnForm.FILLING and last and last.kind in ("passed", "accepted"):
        raise Conflict(
            f"{last.place.name}已经审核通过，不能撤回；请上级退回。",
            f"{last.place.name} agreed to it already; ask the level above to give it back.",
        )
    row, _definition = locked(current, ReturnForm.REVIEWING)
    if not act.reason.strip():
        raise Refusal("请写明撤回的理由。", "Say why it is taken back.")
    row.state, row.at = ReturnForm.FILLING, None
    turn(act, row, "withdrawn", row.body)
    form_changed(row, row.cells, None)
    attended(act, subject=row.urn)
    call(act, row, row.body, "return_fill", f"填报：{row.round.title}")
    return row


@operation(permission="returns.open", event="matter_urging")
def urge_forms(
    act: Act,
    /,
    *,
    round: ReturnRound,  # noqa: A002 - its name
    forms: Sequence[ReturnForm] | None = None,
) -> int:
    """Press those who owe a form, once a day: of these bodies, or all overdue, some hundred a time."""
    if forms is None:
        owing = overdue_of(round)
    else:
        rows = round.forms.filter(pk__in=[one.pk for one in forms])
        owing = list(rows.select_related("round", "body", "at").order_by("body__code"))
    waiting = [
        one for one in owing if one.at_id != round.owner_id and one.state != ReturnForm.ACCEPTED
    ]
    if not waiting or round.state != ReturnRound.OPEN:
        raise Refusal("没有要催的：没有逾期，或已经报到本级。",
                      "Nothing to press for: nothing is overdue, or it has come to you.")  # fmt: skip
    done = pressed_on(Pressed.URGED, act.day)
    left = [one for one in waiting if (one.urn, stage_of(one)) not in done]
    if not left:
        raise Conflict("今天已经催过，一天只催一次。", "They were urged today already.")
    parents = parents_of_all()
    for one in left[:MOST_CALLED]:
        owed = owed_of(one, parents)
        if owed and press(act, owed, Pressed.URGED, act.day):
            about(one.urn)
    count = min(len(left), MOST_CALLED)
    note(urged=count, left=len(left) - count)
    return count


@operation(permission="returns.see", event="matter_delegation")
def hand_over_form(act: Act, /, *, form: ReturnForm, person: Person) -> ReturnForm:
    """Let a colleague with the same right fill in or review it; to oneself: take it back."""
    row, _definition = locked(form, form.state)
    name, place = _step(row)
    require(act.by, name, form=row)
    if not decide(person, name, form=row):
        raise Refusal(f"{person.name}在{place.name}没有这项权限，不能委派。",
                      f"{person.name} has no such right at {place.name}.")  # fmt: skip
    if hand_over(act, subject=row.urn, stage=stage_of(row), person=person) is None:
        return row
    word = "填报" if row.state == ReturnForm.FILLING else "审核"
    await_attention(
        act, institution=place, person=person, subject=row.urn, kind="return.delegated",
        title=f"委派：{word}：{row.body.name} {row.round.title}", url=reverse("returns:form", args=[row.pk]),
        due_date=due_of(row),
    )  # fmt: skip
    return row


def _step(row: ReturnForm) -> tuple[str, Institution]:
    """The permission that the form's present step asks, and where."""
    if row.state == ReturnForm.FILLING:
        return "returns.fill", row.body
    if row.at is None:
        raise Refusal(
            "已经审核通过，没有可委派的。", "It is accepted; nothing is left to hand over."
        )
    return "returns.review", row.at


def colleagues_of(row: ReturnForm, actor: Person) -> list[Person]:
    """To whom the person may hand the form's present step."""
    if row.round.state != ReturnRound.OPEN or row.state == ReturnForm.ACCEPTED:
        return []
    name, place = _step(row)
    if getattr(actor, "pk", None) is None or not decide(actor, name, form=row):
        return []
    near = Person.objects.filter(is_active=True, assignments__institution=place).distinct()
    near = near.exclude(pk=actor.pk).order_by("name", "pk")
    return [one for one in near[:100] if decide(one, name, form=row)]


@operation(permission="returns.fill", event="return_entry")
def attach_to_form(act: Act, /, *, form: ReturnForm, files: list[StoredFile]) -> ReturnForm:
    """Put supporting files to a form while its body fills it in; they are kept by their digests."""
    row, _definition = locked(form, ReturnForm.FILLING)
    if not files:
        raise Refusal("请选择要附的文件。", "Choose the files.")
    held = Attachment.objects.filter(subject=row.urn, removed_at=None).count()
    if held + len(files) > MOST_FILES:
        raise Refusal(f"一张表最多附 {MOST_FILES} 个文件。", f"{MOST_FILES} files at most.")
    attach(act, subject=row.urn, role="supporting", files=files)
    note_change(row.urn, "updated")
    note(files=[one.name for one in files], sm3=[one.sm3 for one in files])
    return row


@operation(permission="returns.fill", event="return_entry")
def detach_from_form(act: Act, /, *, form: ReturnForm, attachment: Attachment) -> ReturnForm:
    """Take a file off a form that is being filled in; its bytes stay under their digest."""
    row, _definition = locked(form, ReturnForm.FILLING)
    if attachment.subject != row.urn or attachment.removed_at:
        raise NotPermitted("这不是这张表的附件。", "That file is not of this form.")
    attachment.removed_at = act.at
    attachment.save(update_fields=["removed_at"])
    keep(attachment)
    note_change(row.urn, "updated")
    note(file=attachment.name, sm3=attachment.sm3)
    return row
