"""What returns say of themselves so that they are found 填报检索: rounds, and each body's form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate

from lantai.core.search.port import SearchDocument
from lantai.foundation.desks.returns import presenting
from lantai.foundation.desks.returns.definitions import definition_of, return_definitions
from lantai.foundation.desks.returns.models import ReturnForm, ReturnRound
from lantai.foundation.desks.returns.queries import forms_for, rounds_for
from lantai.foundation.desks.searching.desk import ROUNDS, Line, SearchedDesk, keys_of
from lantai.foundation.desks.searching.tokens import OPERATOR, Places

ROUND, FORM = "round/", "form/"
STATES = {"filling": "填写中 filling in", "reviewing": "审核中 under review",
          "accepted": "已通过 accepted"}  # fmt: skip


class ReturnsSearched(SearchedDesk):
    """Rounds for those who ask and are asked; forms for their bodies and all above them."""

    id = "returns"
    permission = "returns.see"
    zh, en = "填报", "Returns"
    order = 4

    def touched(self, subjects: Sequence[str]) -> list[str]:
        """``return-round:<number>`` and ``return:<round>/<body>``."""
        return keys_of(subjects, {"return-round": ROUND, "return": FORM})

    def keys(self) -> Iterator[str]:
        """Every round, then every form."""
        numbers = ReturnRound.objects.order_by("pk").values_list("number", flat=True)
        yield from (ROUND + number for number in numbers.iterator())
        pairs = ReturnForm.objects.order_by("pk").values_list("round_id", "body_id")
        yield from (f"{FORM}{round_}/{body}" for round_, body in pairs.iterator())

    def documents(self, keys: Sequence[str]) -> Iterator[SearchDocument]:
        """A round is found by all it asks: it is told once, when it is opened or locked."""
        places = Places()
        for row in ReturnRound.objects.filter(number__in=_numbers(keys)).select_related("owner"):
            forms = row.forms.select_related("body__parent")
            asked = {key for form in forms for key in places.line(form.body)}
            yield self._round(row, asked)
        forms = ReturnForm.objects.filter(_pairs(keys)).order_by("pk")
        for form in forms.select_related("round__owner", "body__parent"):
            yield self._form(form, places)

    def _round(self, row: ReturnRound, asked: set[int]) -> SearchDocument:
        tokens = [OPERATOR, *(f"{self.permission}@{key}" for key in sorted({row.owner_id} | asked))]
        return self._document(
            row, self.name(ROUND + row.number), tokens, row.title, [], holder=row.owner.code,
            fonds=ROUNDS, access_status=row.state,
        )  # fmt: skip

    def _form(self, row: ReturnForm, places: Places) -> SearchDocument:
        tokens = [OPERATOR, *(f"{self.permission}@{key}" for key in places.line(row.body))]
        texts = [row.note, row.returned_reason, STATES[row.state], *map(str, row.texts.values())]
        return self._document(
            row.round, self.name(f"{FORM}{row.round_id}/{row.body_id}"), tokens,
            f"{row.body.name} {row.round.title}", [row.body.code, *texts], holder=row.body.code,
            fonds=row.round.number, access_status=row.state,
        )  # fmt: skip

    def _document(
        self, row: ReturnRound, name: str, tokens: list[str], title: str, texts: list[str],
        **named: str,
    ) -> SearchDocument:  # fmt: skip
        rules = definition_of(row)
        lines = [*texts, row.number, row.owner.name, row.period, rules.label_zh, rules.label_en]
        return self.document(
            name, row.definition, tokens=tokens, title=title, lines=lines, number=row.number,
            day=localdate(row.opened_at), **named,
        )  # fmt: skip

    def seen(self, actor: Any, keys: Iterable[str]) -> dict[str, Any]:
        """As the pages of rounds and forms would show them."""
        keys = list(keys)
        found: dict[str, Any] = {
            ROUND + row.number: row for row in rounds_for(actor).filter(number__in=_numbers(keys))
        }
        forms = forms_for(actor).filter(_pairs(keys))
        return found | {f"{FORM}{row.round_id}/{row.body_id}": row for row in forms}

    def line(self, row: Any) -> Line:
        """A round, or a body's form in it."""
        if isinstance(row, ReturnRound):
            url = reverse("returns:round", args=[row.number])
            kind = presenting.label(definition_of(row))
            return Line(url, row.title, kind, row.owner.name, number=row.number)
        shown = presenting.form_row(row)
        return Line(
            url=reverse("returns:form", args=[row.pk]),
            title=f"{row.body.name} {row.round.title}",
            definition=presenting.label(definition_of(row.round)),
            place=row.body.name, state=shown["state"], tone=shown["tone"], number=row.round.number,
        )  # fmt: skip

    def labels(self) -> dict[str, str]:
        """The returns."""
        return {key: presenting.label(one) for key, one in return_definitions().all().items()}


def _numbers(keys: Sequence[str]) -> list[str]:
    return [key.removeprefix(ROUND) for key in keys if key.startswith(ROUND)]


def _pairs(keys: Sequence[str]) -> Q:
    """The forms of the keys: a round's bodies in one condition."""
    asked: dict[int, list[int]] = {}
    for key in keys:
        if key.startswith(FORM):
            round_, _slash, body = key.removeprefix(FORM).partition("/")
            asked.setdefault(int(round_), []).append(int(body))
    found = Q(pk__in=[])
    for number, bodies in asked.items():
        found |= Q(round_id=number, body_id__in=bodies)
    return found
