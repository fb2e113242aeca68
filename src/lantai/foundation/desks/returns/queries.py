"""Questions about returns: whose turn, which figures, the period before, the totals below."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.crypto import salted_hmac

from lantai.core.desks.offline import OfflineTicket
from lantai.core.desks.return_checking import Values
from lantai.core.desks.return_totals import unpack
from lantai.foundation.desks.places import below
from lantai.foundation.desks.returns.definitions import definition_of
from lantai.foundation.desks.returns.models import ReturnForm, ReturnRound
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import Operator, institutions_of, permissions
from lantai.foundation.refusal import NotFound


def places_of(actor: Any) -> list[Institution]:
    """The institutions at which a person works on returns."""
    return institutions_of(actor, permissions()["returns.see"].roles)


def forms_for(actor: Any) -> QuerySet[ReturnForm]:
    """The forms of a person's institutions and of those below them."""
    rows = ReturnForm.objects.select_related("round", "round__owner", "body", "at")
    if isinstance(actor, Operator):
        return rows
    return rows.filter(body_id__in=[place.pk for place in below(places_of(actor))])


def form_for(actor: Any, pk: int) -> ReturnForm:
    """One form the person may see."""
    row = forms_for(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound("没有这张报表，或它不归您查看。", "No such form, or it is not yours.")
    return row


def rounds_for(actor: Any) -> QuerySet[ReturnRound]:
    """The rounds a person's institutions asked for, or are asked by."""
    rows = ReturnRound.objects.select_related("owner").order_by("-pk")
    if isinstance(actor, Operator):
        return rows
    places = [place.pk for place in places_of(actor)]
    asked = ReturnForm.objects.filter(body_id__in=[p.pk for p in below(places_of(actor))])
    return rows.filter(Q(owner_id__in=places) | Q(pk__in=asked.values("round_id")))


def round_for(actor: Any, number: str) -> ReturnRound:
    """One round the person may see."""
    row = rounds_for(actor).filter(number=number).first()
    if row is None:
        raise NotFound("没有这次填报。", "There is no such round.")
    return row


def values_of(form: ReturnForm) -> Values:
    """A form's figures and texts by code."""
    return {**unpack(definition_of(form.round), form.cells), **form.texts}


def last_form(form: ReturnForm) -> ReturnForm | None:
    """The body's form of the period before, of the same return of the same asker."""
    row = form.round
    return (
        ReturnForm.objects.filter(
            body_id=form.body_id,
            round__definition=row.definition,
            round__owner_id=row.owner_id,
            round__period__lt=row.period,
        )
        .exclude(state=ReturnForm.FILLING)
        .select_related("round")
        .order_by("-round__period")
        .first()
    )


def last_values(form: ReturnForm) -> Values:
    """The figures of the period before; {} when there is none."""
    before = last_form(form)
    return values_of(before) if before else {}


def progress_of(row: ReturnRound, place: Institution | None = None) -> dict[str, int]:
    """How many forms are where: filling, reviewing, accepted (below a place, when given)."""
    forms = row.forms.all()
    if place is not None and place.pk != row.owner_id:
        forms = forms.filter(body_id__in=[one.pk for one in below([place])])
    found = {ReturnForm.FILLING: 0, ReturnForm.REVIEWING: 0, ReturnForm.ACCEPTED: 0}
    found |= dict(forms.values_list("state").annotate(n=Count("pk")))
    return found


def ticket_of(form: ReturnForm) -> OfflineTicket:
    """What an offline form is made out for; its key this server alone can make again."""
    row = form.round
    given = f"{row.number}|{form.body.code}|{definition_of(row).version}"
    key = salted_hmac("lantai.returns.offline", given, algorithm="sha256").hexdigest()
    return OfflineTicket(
        round=row.number,
        body=form.body.code,
        body_name=form.body.name,
        title=row.title,
        period=row.period,
        due=row.due_date.isoformat() if row.due_date else "",
        key=key,
    )
