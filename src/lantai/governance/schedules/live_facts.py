"""Live facts 实时数据 of governance: the schedule in force, matters late and put right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.evaluations.definitions import LiveFact, live_fact
from lantai.governance.schedules.models import SchedulePlan
from lantai.governance.schedules.queries import plan_in_force


def _concerning(place: Any) -> QuerySet[Case]:
    return Case.objects.filter(Q(institution=place) | Q(parties__institution=place)).distinct()


def _late(place: Any) -> QuerySet[Case]:
    return _concerning(place).filter(closed_at=None, due_date__lt=localdate())


def _problems(place: Any) -> QuerySet[Case]:
    return Case.objects.filter(definition="rectification", parties__institution=place).distinct()


def _put_right(place: Any) -> QuerySet[Case]:
    return _problems(place).filter(state="closed")


def _rectified(place: Any) -> float | None:
    total = _problems(place).count()
    return _put_right(place).count() / total if total else None


def _listed(rows: QuerySet[Case]) -> Iterator[tuple[str, str]]:
    for case in rows.order_by("due_date")[:200]:
        yield f"{case.number} {case.title}", reverse("cases:case", args=[case.number])


def _plans(place: Any) -> Iterator[tuple[str, str]]:
    for plan in SchedulePlan.objects.filter(unit=place).order_by("-pk")[:20]:
        yield f"{plan.title} {plan.version}", reverse("schedules:plan", args=[plan.pk])


live_fact(LiveFact("schedule_in_force", "三合一制度在施行", "a schedule is in force",
                   lambda p: int(plan_in_force(p, localdate()) is not None), _plans, ""))  # fmt: skip
live_fact(LiveFact("open_cases", "在办", "open cases",
                   lambda p: _concerning(p).filter(closed_at=None).count(),
                   lambda p: _listed(_concerning(p).filter(closed_at=None)), "件"))  # fmt: skip
live_fact(LiveFact("late_cases", "超期", "late cases",
                   lambda p: _late(p).count(), lambda p: _listed(_late(p)), "件"))  # fmt: skip
live_fact(LiveFact("rectified_share", "整改率", "rectified share", _rectified,
                   lambda p: _listed(_problems(p)), "%"))  # fmt: skip
live_fact(LiveFact("problems", "责令整改的问题", "problems ordered to be put right",
                   lambda p: _problems(p).count(), lambda p: _listed(_problems(p)), "件"))  # fmt: skip
live_fact(LiveFact("put_right", "已销号的问题", "problems put right",
                   lambda p: _put_right(p).count(), lambda p: _listed(_put_right(p)), "件"))  # fmt: skip
