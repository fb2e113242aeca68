"""The long part of the demonstration: stage after stage, each harmless when done again."""

from __future__ import annotations

from typing import Any

from lantai.access.demonstration.founding import institution
from lantai.access.demonstration.stages import stages
from lantai.foundation.jobs.tasks_shelf import Running, task
from lantai.foundation.policy import Operator
from lantai.foundation.refusal import localised
from lantai.foundation.site.operations import remember, remembered
from lantai.foundation.work import Act


@task("demonstration.fill")
def fill(running: Running) -> dict[str, Any]:
    """Play every stage that was not played yet."""
    place = institution("archives")
    todo = [stage for stage in stages() if not remembered(place, f"demonstration.{stage.id}")]
    for stage in todo:
        label = localised(stage.zh, stage.en)

        def tell(done: int, total: int, note: str = "", label: str = label) -> None:
            running.progress(done, total, f"{label} {note}")

        tell(0, 0)
        stage().play(tell)
        remember(
            Act(by=Operator(), channel="job"),
            institution=place,
            name=f"demonstration.{stage.id}",
            value=True,
        )
    return {"stages": [stage.id for stage in todo]}
