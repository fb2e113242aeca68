"""What evaluations say of themselves so that they are found 评价检索: rounds, and each body's sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate

from lantai.core.desks.evaluation_definition import EvaluationDefinition
from lantai.core.search.port import SearchDocument
from lantai.foundation.desks.attachments.storing import attachments_of
from lantai.foundation.desks.evaluations.definitions import evaluation_definitions
from lantai.foundation.desks.evaluations.models import Assessment, EvaluationRound
from lantai.foundation.desks.evaluations.presenting import STATES, grade_label, state_label
from lantai.foundation.desks.evaluations.queries import assessments_for, rounds_for, scheme_of
from lantai.foundation.desks.owed.handing import hands_of
from lantai.foundation.desks.searching.desk import ROUNDS, Line, SearchedDesk, keys_of
from lantai.foundation.desks.searching.tokens import OPERATOR
from lantai.foundation.refusal import localised

ROUND, SHEET = "round/", "sheet/"


class EvaluationsSearched(SearchedDesk):
    """Rounds for those who run them, sit in the panel or stand in them; sheets as they are read."""

    id = "evaluations"
    permission = "evaluations.take_part"
    zh, en = "评价", "Evaluations"
    order = 3

    def touched(self, subjects: Sequence[str]) -> list[str]:
        """``evaluation:<number>`` and ``assessment:<key>``."""
        return keys_of(subjects, {"evaluation": ROUND, "assessment": SHEET})

    def keys(self) -> Iterator[str]:
        """Every round, then every sheet."""
        rounds = EvaluationRound.objects.order_by("pk").values_list("number", flat=True)
        yield from (ROUND + number for number in rounds.iterator())
        sheets = Assessment.objects.order_by("pk").values_list("pk", flat=True)
        yield from (f"{SHEET}{pk}" for pk in sheets.iterator())

    def documents(self, keys: Sequence[str]) -> Iterator[SearchDocument]:
        """Those of a scheme that is no more are left out."""
        shelf = evaluation_definitions().all()
        rounds = EvaluationRound.objects.filter(number__in=_of(keys, ROUND))
        for row in rounds.select_related("organiser").prefetch_related("panel", "assessments"):
            if row.definition in shelf:
                yield self._round(row, scheme_of(row))
        sheets = Assessment.objects.filter(pk__in=_of(keys, SHEET)).select_related(
            "subject", "round__organiser"
        )
        for sheet in sheets.prefetch_related("round__panel"):
            if sheet.round.definition in shelf:
                yield self._sheet(sheet, scheme_of(sheet.round))

    def _round(self, row: EvaluationRound, scheme: EvaluationDefinition) -> SearchDocument:
        tokens = [OPERATOR, f"@{row.organiser_id}"]
        tokens += [f"@{sheet.subject_id}" for sheet in row.assessments.all()]
        tokens += [f"person:{member.person_id}" for member in row.panel.all()]
        sheets = [sheet.urn for sheet in row.assessments.all()]
        tokens += sorted({f"person:{person}" for _sheet, person in hands_of(sheets)})
        texts = [row.number, row.organiser.name]
        return self._document(
            row, scheme, self.name(ROUND + row.number), tokens, row.title, texts,
            holder=row.organiser.code, fonds=ROUNDS, access_status=row.state,
        )  # fmt: skip

    def _sheet(self, row: Assessment, scheme: EvaluationDefinition) -> SearchDocument:
        at = row.round
        tokens = [OPERATOR, f"@{row.subject_id}"]
        tokens += [f"{role}@{at.organiser_id}" for role in scheme.run_by.split()]
        tokens += [f"person:{member.person_id}" for member in at.panel.all()]
        tokens += sorted({f"person:{person}" for _sheet, person in hands_of([row.urn])})
        texts = [at.number, at.organiser.name, row.feedback, *STATES[row.state]]
        texts += [w for g in scheme.grades if g.id == row.grade for w in (g.label_zh, g.label_en)]
        texts += [str(answer.get("note", "")) for answer in row.answers.values()]
        if row.result.get("values"):  # what the experts said is read once it is settled
            said = [opinion.get("notes", {}) for opinion in row.opinions.values()]
            texts += [note for notes in said for note in notes.values()]
        texts += attachments_of(row.urn).values_list("name", flat=True)
        return self._document(
            at, scheme, self.name(f"{SHEET}{row.pk}"), tokens, f"{row.subject.name} {at.title}",
            texts, holder=row.subject.code, fonds=at.number, access_status=row.state,
        )  # fmt: skip

    def _document(
        self, row: EvaluationRound, scheme: EvaluationDefinition, name: str, tokens: list[str],
        title: str, texts: list[str], **named: str,
    ) -> SearchDocument:  # fmt: skip
        return self.document(
            name, row.definition, tokens=tokens, title=title,
            lines=[*texts, scheme.label_zh, scheme.label_en], number=row.number,
            day=localdate(row.opened_at), **named,
        )  # fmt: skip

    def seen(self, actor: Any, keys: Iterable[str]) -> dict[str, Any]:
        """As the pages of rounds would show them."""
        keys = list(keys)
        mine = rounds_for(actor)
        found: dict[str, Any] = {
            ROUND + row.number: row for row in mine.filter(number__in=_of(keys, ROUND))
        }
        sheets = Assessment.objects.filter(pk__in=_of(keys, SHEET)).values("round")
        for round_ in mine.filter(pk__in=sheets):
            own = assessments_for(actor, round_).filter(pk__in=_of(keys, SHEET))
            found |= {f"{SHEET}{row.pk}": row for row in own}
        return found

    def line(self, row: Any) -> Line:
        """A round, or a body's sheet in it."""
        round_, scheme = getattr(row, "round", row), scheme_of(getattr(row, "round", row))
        definition, number = localised(scheme.label_zh, scheme.label_en), round_.number
        if isinstance(row, EvaluationRound):
            url = reverse("evaluations:round", args=[number])
            return Line(url, row.title, definition, row.organiser.name, number=number)
        state = " · ".join(t for t in (state_label(row), grade_label(row, scheme)) if t)
        return Line(
            url=reverse("evaluations:assessment", args=[number, row.subject.code]),
            title=f"{row.subject.name} {round_.title}", definition=definition,
            place=round_.organiser.name, state=state, tone="done" if row.total else "running",
            number=number,
        )  # fmt: skip

    def labels(self) -> dict[str, str]:
        """The schemes."""
        shelf = evaluation_definitions().all().items()
        return {key: localised(one.label_zh, one.label_en) for key, one in shelf}


def _of(keys: Sequence[str], kind: str) -> list[str]:
    return [key.removeprefix(kind) for key in keys if key.startswith(kind)]
