"""The verb of check plans: put an archives' own version in force."""

from __future__ import annotations

from lantai.core.checks.plan_changes import objections, with_changes
from lantai.foundation.desks.adapting.models import Adaptation
from lantai.foundation.desks.adapting.queries import in_force
from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Refusal
from lantai.foundation.work import Act, keep, note
from lantai.preservation.check_plans.queries import DESK, shipped_plan


@operation(permission="check_plans.adapt", event="definition_adaptation")
def adapt_plan(
    act: Act, /, *, plan: str, holder: Institution, changes: dict[str, dict[str, str]]
) -> Adaptation:
    """The next check goes by it; what was checked before keeps the version it names."""
    shipped = shipped_plan(plan)
    last = in_force(DESK, plan, holder)
    if changes == (last.changes if last else {}):
        raise Refusal("没有改动，不必保存新版本。", "Nothing was changed.", code="unchanged")
    against = objections(with_changes(shipped, changes, ""))
    if against:
        raise Refusal(
            "；".join(zh for zh, _ in against), "; ".join(en for _, en in against),
            code="plan-cannot-stand",
        )  # fmt: skip
    if not act.reason.strip():
        raise Refusal("请写明为什么调整检测方案。", "Say why the plan is changed.")
    row = Adaptation.objects.create(
        desk=DESK, definition=plan, institution=holder,
        version=(last.version if last else 0) + 1, changes=changes, note=act.reason[:300],
        created_by=act.by.urn, created_by_name=act.by.name, created_at=act.at,
    )  # fmt: skip
    keep(row, kind="created")
    note(plan=plan, version=row.version, items=sorted(changes)[:50])
    return row
