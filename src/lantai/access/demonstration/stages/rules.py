"""The rules 制度: each unit's schedule 三合一 is adopted, submitted and approved."""

from __future__ import annotations

from datetime import date

from lantai.access.demonstration.founding import act_of, institution
from lantai.access.demonstration.stages import Stage
from lantai.core.progress import Progress
from lantai.governance.schedules.models import SchedulePlan
from lantai.governance.schedules.operations import (
    adopt_schedule,
    approve_schedule,
    submit_schedule,
)

MODELS = {
    "civil": ("yunxi-civil-affairs", "civil.records", "云档发〔2022〕3号"),
    "land": ("yunxi-natural-resources", "land.records", "云档发〔2022〕4号"),
    "education": ("yunxi-education", "education.records", "云档发〔2022〕5号"),
}
IN_FORCE = date(2022, 1, 1)


class Rules(Stage):
    """Three units, three schedules in force."""

    id = "rules"
    order = 5
    zh = "三合一制度报审与批准"
    en = "approving the schedules"

    def play(self, progress: Progress) -> None:
        """Draft, submit, approve; a unit that has one is passed over."""
        for number, (unit, (model, officer, letter)) in enumerate(MODELS.items()):
            progress(number, len(MODELS), unit)
            place = institution(unit)
            if SchedulePlan.objects.filter(unit=place).exists():
                continue
            plan = adopt_schedule(act_of(officer), unit=place, model=model)
            plan = submit_schedule(act_of(officer, "报请审查"), plan=plan)
            approve_schedule(
                act_of("supervisor", "审查同意"),
                plan=plan,
                number=letter,
                effective_from=IN_FORCE,
                approved_on=date(2021, 12, 20),
            )
