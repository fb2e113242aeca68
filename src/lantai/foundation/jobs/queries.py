"""Questions about jobs."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from lantai.foundation.jobs.models import Job
from lantai.foundation.policy import Operator, institutions_of


def jobs_of(actor: Any) -> QuerySet[Job]:
    """The jobs a person started or that run at the person's institutions, newest first."""
    if isinstance(actor, Operator):
        return Job.objects.order_by("-id")
    places = [place.pk for place in institutions_of(actor)]
    return Job.objects.filter(Q(person_id=actor.pk) | Q(institution_id__in=places)).order_by("-id")
