"""Presenting 呈现: how a body stands in a round, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from lantai.core.desks.evaluation_definition import EvaluationDefinition
from lantai.foundation.desks.evaluations.models import Assessment
from lantai.foundation.refusal import localised

STATES = {"self": ("自评", "self-scoring"), "review": ("评审", "under review"),
          "settled": ("已评定", "settled"), "fed_back": ("已反馈", "fed back")}  # fmt: skip


def state_label(row: Assessment) -> str:
    """Where the sheet stands."""
    return localised(*STATES[row.state])


def turns_of(row: Assessment) -> list[dict[str, Any]]:
    """What became of the sheet for the timeline, with what the body claimed each time."""
    words = {"submitted": _("提交自评"), "returned": _("退回自评"), "withdrawn": _("撤回自评"),
             "settled": _("评定"), "fed_back": _("反馈")}  # fmt: skip
    found = []
    for one in row.turns:
        told = one.get("total") if one["kind"] == "submitted" else None
        claimed = "" if told is None else _("自评 {total}").format(total=f"{told:g}")
        found.append({
            "at": f"{localtime(datetime.fromisoformat(one['at'])):%Y-%m-%d %H:%M}",
            "label": words.get(one["kind"], one["kind"]), "by": one["by_name"],
            "detail": one["reason"] or claimed, "state": "done",
            "tone": "danger" if one["kind"] == "returned" else "",
        })  # fmt: skip
    return found


def grade_label(row: Assessment, scheme: EvaluationDefinition) -> str:
    """The grade in words; "" before it is given."""
    named = {grade.id: localised(grade.label_zh, grade.label_en) for grade in scheme.grades}
    return named.get(row.grade, "")


def round_filters(given: Mapping[str, str], scheme: EvaluationDefinition) -> list[dict[str, Any]]:
    """The filters above a round's bodies: where they stand, which grade they have."""
    states = {key: localised(*words) for key, words in STATES.items()}
    grades = {grade.id: localised(grade.label_zh, grade.label_en) for grade in scheme.grades}
    named = (("state", _("状态"), states), ("grade", _("等次"), grades))
    return [
        {"name": name, "label": label, "value": given.get(name, ""),
         "options": [{"value": "", "label": _("全部")},
                     *({"value": key, "label": word} for key, word in words.items())]}
        for name, label, words in named
        if words
    ]  # fmt: skip
