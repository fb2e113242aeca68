"""Checking 检测: what the checks are told from outside, and how a run is written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from django.utils import timezone

from lantai.catalogue.records.models import Record
from lantai.core.checks.facts import CheckFacts
from lantai.core.checks.plan import Plan, plan_for, plans
from lantai.core.checks.report import CheckReport
from lantai.core.checks.runner import check_path
from lantai.core.identifiers import ReferenceCodeRule
from lantai.core.progress import Progress, silent
from lantai.core.schedules import Schedule
from lantai.engines.scan.clamav import installed_scanner
from lantai.governance.collection_scope.queries import ScopeRule, objection_to, rules_in_force
from lantai.governance.schedules.queries import plan_in_force, schedule_of
from lantai.preservation.check_plans.queries import adapting_for
from lantai.resources.transfers.models import CheckRun, Transfer

FINDINGS_KEPT = 2_000  # rows on a report page; the counts tell of the rest


def check_package(
    transfer: Transfer, folder: Path, stage: str, progress: Progress = silent
) -> CheckReport:
    """Run the plan of a stage over a package folder with everything known from outside."""
    facts = facts_for(transfer, stage)
    plan = _plan(transfer) if stage == "filing" else ""
    own = adapting_for(transfer.archives)
    return check_path(folder, stage, progress=progress, facts=facts, plan=plan, adapt=own)


def _plan(transfer: Transfer) -> Plan:
    """The plan of the batch's class; a batch may begin in the middle of a year's numbers."""
    first = transfer.lines.select_related("item").order_by("pk").first()
    found = plan_for(plans(), "transfer", first.item.record_class if first else "WS")
    numbers = {k: v for k, v in found.parameters.get("2-6", {}).items() if k != "start"}
    return replace(found, parameters=found.parameters | {"2-6": numbers})


def facts_for(transfer: Transfer, stage: str) -> CheckFacts:
    """The schedule, the catalogue, the register and the virus engine, as facts for checks."""
    plan = plan_in_force(transfer.unit, timezone.localdate())
    schedule = schedule_of(plan) if plan else None
    at_archives = stage == "transfer"
    collected = rules_in_force(transfer.archives) if at_archives else []
    taken = Record.objects.filter(holder=transfer.archives).exclude(accession=transfer.number)
    return CheckFacts(
        package_digest=transfer.package_digest if at_archives else "",
        registered_items=transfer.items or None if at_archives else None,
        registered_bytes=transfer.bytes or None if at_archives else None,
        code_exists=lambda code: taken.filter(reference_code=code).exists(),
        in_scope=_scope(transfer, schedule, collected),
        reference_rule=(lambda values: _rule(schedule, values)) if schedule else None,
        channel="在线移交（本系统）" if transfer.channel == "system" else transfer.channel,
        antivirus=installed_scanner(),
        carrier="online",
        today=timezone.localdate(),
    )


def _key(values: Mapping[str, str]) -> str:
    code, kind = values.get("record_class", ""), values.get("class2", "")
    return f"{code}·{kind}" if kind else code


def _rule(schedule: Schedule, values: Mapping[str, str]) -> ReferenceCodeRule | None:
    rules = schedule.reference_code_rules
    return rules.get(_key(values)) or rules.get(values.get("record_class", ""))


def _scope(
    transfer: Transfer, schedule: Schedule | None, collected: list[ScopeRule]
) -> Callable[[Mapping[str, str]], str] | None:
    """The unit's filing scope, and at the archives its collection scope 收集范围 as well."""
    if schedule is None and not collected:
        return None

    def objection(values: Mapping[str, str]) -> str:
        against = objection_to(collected, transfer.unit, values)
        if against is not None:
            return against.zh
        return _scope_objection(schedule, values) if schedule else ""

    return objection


def _scope_objection(schedule: Schedule, values: Mapping[str, str]) -> str:
    """Whether the class, and the retention inside it, occur in the filing scope."""
    wanted = values.get("record_class", "")
    leaves = [c for c in schedule.leaves if c.category.partition("·")[0] == wanted]
    if not leaves:
        return f"门类 {wanted or '（空）'} 不在三合一制度（{schedule.version}）的归档范围内"
    retention = values.get("retention", "")
    if retention and all(clause.retention != retention for clause in leaves):
        return f"门类 {wanted} 没有保管期限为 {retention} 的条款"
    return ""


def run_of(transfer: Transfer, report: CheckReport, started_at: Any, digest: str = "") -> CheckRun:
    """The row of a finished run, not saved yet."""
    return CheckRun(
        transfer=transfer,
        version=transfer.version,
        stage=report.stage,
        verdict=report.verdict,
        plan=report.plan,
        plan_version=report.plan_version,
        counts=report.counts,
        findings=[asdict(finding) for finding in report.findings[:FINDINGS_KEPT]],
        results=[
            {
                "code": r.code, "property": r.property, "name_zh": r.name_zh,
                "name_en": r.name_en, "outcome": r.outcome.value, "counts": r.counts,
                "reason": r.reason,
            }
            for r in report.results
        ],
        package_digest=digest,
        started_at=started_at,
        finished_at=timezone.now(),
    )  # fmt: skip
