"""Presenting 呈现: how a body stands in a round, in the reader's language."""

from __future__ import annotations

from lantai.core.desks.evaluation_definition import EvaluationDefinition
from lantai.foundation.desks.evaluations.models import Assessment
from lantai.foundation.refusal import localised

STATES = {"self": ("自评", "self-scoring"), "review": ("评审", "under review"),
          "settled": ("已评定", "settled"), "fed_back": ("已反馈", "fed back")}  # fmt: skip


def state_label(row: Assessment) -> str:
    """Where the sheet stands."""
    return localised(*STATES[row.state])


def grade_label(row: Assessment, scheme: EvaluationDefinition) -> str:
    """The grade in words; "" before it is given."""
    named = {grade.id: localised(grade.label_zh, grade.label_en) for grade in scheme.grades}
    return named.get(row.grade, "")
