"""Handing over 委派: a step goes to a colleague and may be taken back; called from operations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from lantai.foundation.accounts.models import Person
from lantai.foundation.desks.owed.models import Handed
from lantai.foundation.inbox.models import InboxItem
from lantai.foundation.policy import Operator
from lantai.foundation.refusal import NotPermitted, Refusal
from lantai.foundation.work import Act, keep, note, note_change


def hand_over(act: Act, *, subject: str, stage: str, person: Person) -> Handed | None:
    """The actor's own part of a step goes to a person; to oneself, it is taken back (None)."""
    if isinstance(act.by, Operator):
        raise NotPermitted("委派由经办人自己办理。", "Only whoever does the step hands it over.")
    before = open_hands(subject, stage).filter(giver=act.by).first()
    if before is not None:
        before.ended_at = act.at
        before.save(update_fields=["ended_at"])
        keep(before)
        _close(act, before)
    note_change(subject, "updated")
    note(person=person.urn, stage=stage)
    if person.pk == act.by.pk:
        if before is None:
            raise Refusal("请选择委派给谁。", "Choose a colleague.")
        return None
    made = Handed.objects.create(
        subject=subject, stage=stage, giver=act.by, person=person, at=act.at,
        reason=act.reason[:2000],
    )  # fmt: skip
    keep(made, kind="created")
    return made


def _close(act: Act, row: Handed) -> None:
    """The line in the inbox of whoever it was handed to."""
    lines = InboxItem.objects.filter(subject=row.subject, person=row.person, closed_at=None)
    for line in lines.filter(kind__endswith=".delegated").order_by("pk"):
        line.closed_at = act.at
        line.save(update_fields=["closed_at"])
        keep(line)


def colleague(username: str) -> Person:
    """The person chosen on a page."""
    person = Person.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise Refusal("请选择委派给谁。", "Choose a person.")
    return person


def open_hands(subject: str, stage: str) -> QuerySet[Handed]:
    """Who does a matter's step for whom now."""
    rows = Handed.objects.filter(subject=subject, stage=stage, ended_at=None)
    return rows.select_related("giver", "person").order_by("pk")


def subjects_handed_to(actor: Any, prefix: str) -> list[str]:
    """What comes behind the prefix in the names of the matters that a person was handed."""
    if getattr(actor, "pk", None) is None:
        return []
    rows = Handed.objects.filter(person=actor.pk, ended_at=None, subject__startswith=prefix)
    return [name.removeprefix(prefix) for name in rows.values_list("subject", flat=True)]


def hands_of(subjects: Iterable[str]) -> list[tuple[str, int]]:
    """(matter, person) of everything handed over and not taken back."""
    rows = Handed.objects.filter(subject__in=list(subjects), ended_at=None).order_by("pk")
    return list(rows.values_list("subject", "person_id"))
