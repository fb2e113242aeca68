"""Jobs of examinations: sheets whose time ran out are scored."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from lantai.foundation.jobs.recurring import recurring
from lantai.foundation.jobs.tasks_shelf import Running, task
from lantai.foundation.policy import Operator
from lantai.foundation.work import Act
from lantai.governance.examinations.models import AnswerSheet
from lantai.governance.examinations.operations import GRACE, settle_sheet

SETTLE = "examinations.settle"


@task(SETTLE)
def settle(running: Running) -> dict[str, Any]:
    """Every minute."""
    late = AnswerSheet.objects.filter(submitted_at=None, due_at__lt=timezone.now() - GRACE)
    rows = list(late.order_by("pk")[:500])
    for row in rows:
        settle_sheet(Act(by=Operator(), channel="job"), sheet=row)
    return {"scored": len(rows)}


recurring(SETTLE, every=60, title="测试到时收卷 / answer sheets whose time is over")
