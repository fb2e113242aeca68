"""Rounds that go over to another version of their scheme 评价转版."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from lantai.core.desks.foreseeing import Foresight, foresee_round
from lantai.foundation.desks.evaluations.definitions import scheme_for
from lantai.foundation.desks.evaluations.models import EvaluationRound
from lantai.foundation.desks.evaluations.operations import migrate_round
from lantai.foundation.desks.evaluations.queries import rounds_for, scheme_of
from lantai.foundation.desks.migrating.desk import Behind, MigratingDesk
from lantai.foundation.policy import institutions_of, require
from lantai.foundation.refusal import localised
from lantai.foundation.work import Act


class EvaluationsMigrated(MigratingDesk):
    """Open rounds that the person runs; a round goes over whole."""

    id = "evaluation"

    def label(self, key: str) -> str:
        """The scheme's name."""
        scheme = scheme_for(key)
        return localised(scheme.label_zh, scheme.label_en)

    def behind(self, actor: Any, key: str) -> QuerySet[EvaluationRound]:
        """One measure for all bodies of a round: only who runs it moves it."""
        require(actor, "definitions.adapt")
        scheme = scheme_for(key)
        places = institutions_of(actor, scheme.run_by.split())
        rows = rounds_for(actor).filter(definition=key, state=EvaluationRound.OPEN)
        mine = EvaluationRound.objects.filter(pk__in=rows.order_by().values("pk"))
        mine = mine.filter(organiser__in=places).select_related("organiser")
        return mine.exclude(definition_version=scheme.version)

    def line(self, row: EvaluationRound) -> Behind:
        """The round."""
        return Behind(
            title=row.title,
            url=reverse("evaluations:round", args=[row.number]),
            about=f"{row.number} · {row.organiser.name}",
            version=row.definition_version,
            coming=scheme_for(row.definition).version,
        )

    def foresee(self, row: EvaluationRound) -> Foresight:
        """Its sheets under the scheme in force."""
        sheets = list(row.assessments.values_list("state", "answers"))
        return foresee_round(scheme_of(row), scheme_for(row.definition), sheets)

    def migrate(self, act: Act, row: EvaluationRound) -> EvaluationRound:
        """One round."""
        return migrate_round(act, round_=row)
