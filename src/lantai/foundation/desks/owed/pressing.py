"""Pressing 催办与提醒: a line in the inbox of those who owe a step; called from inside operations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max
from django.utils.translation import gettext as _

from lantai.foundation.desks.owed.models import Pressed
from lantai.foundation.inbox.queue import attended, await_attention
from lantai.foundation.work import Act, keep

LEADS = {Pressed.URGED: "催办", Pressed.SOON: "将到期", Pressed.LATE: "已超期"}


@dataclass(frozen=True)
class Owner:
    """Who owes it: whoever holds a role at an institution, or one person."""

    institution: Any
    role: str = ""
    person: Any = None


@dataclass(frozen=True)
class Owed:
    """A step that is to be done now, by whom, until when."""

    urn: str  # the matter's
    desk: str
    stage: str
    title: str
    url: str
    due: date | None
    owners: tuple[Owner, ...]


def press(act: Act, owed: Owed, kind: str, day: date) -> bool:
    """Call upon those who owe it, once for a kind and day; False when that was done before."""
    row, made = Pressed.objects.get_or_create(
        subject=owed.urn, stage=owed.stage, kind=kind, day=day,
        defaults={"by": act.by.urn, "by_name": act.by.name, "at": act.at,
                  "reason": act.reason[:2000]},
    )  # fmt: skip
    if not made:
        return False
    keep(row, kind="created")
    named = f"{owed.desk}.{kind}"
    attended(act, subject=owed.urn, kind=named)  # the line of the day before gives way
    said = f"（{act.reason.strip()[:80]}）" if act.reason.strip() else ""
    for owner in owed.owners:
        await_attention(
            act, institution=owner.institution, role=owner.role, person=owner.person,
            subject=owed.urn, kind=named, title=f"{LEADS[kind]}{said}：{owed.title}",
            url=owed.url, due_date=owed.due,
        )  # fmt: skip
    return True


def pressed_on(kind: str, day: date) -> set[tuple[str, str]]:
    """Which (matter, step) were called upon with this kind and day."""
    rows = Pressed.objects.filter(kind=kind, day=day)
    return set(rows.values_list("subject", "stage"))


def urged_words(subjects: Iterable[str]) -> dict[str, str]:
    """How often and when last each matter was urged, in the reader's language."""
    rows = Pressed.objects.filter(subject__in=list(subjects), kind=Pressed.URGED)
    found = rows.values_list("subject").annotate(n=Count("pk"), last=Max("day")).order_by()
    return {
        subject: _("催办 {n} 次，最近 {day}").format(n=n, day=last.isoformat())
        for subject, n, last in found
    }
