"""Changing a plan 调整检测方案: an archives' own severities over ours, and what they differ in.

A change is item → stage → severity, "" for not run there; the plan's file stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from lantai.core.checks.finding import Stage
from lantai.core.checks.plan import SEVERITIES, Plan

Changes = Mapping[str, Mapping[str, str]]
NOT_RUN = ""


@dataclass(frozen=True)
class PlanDifference:
    """One place where two states of a plan differ; ``before`` and ``after`` are severities."""

    item: str
    stage: Stage
    before: str
    after: str


def severity_at(plan: Plan, item: str, stage: Stage) -> str:
    """How grave an item is at a stage; "" when it is not run there."""
    return plan.items.get(item, {}).get(stage.value, NOT_RUN)


def changes_from(
    plan: Plan, given: Mapping[tuple[str, Stage], str], known: Iterable[str]
) -> dict[str, dict[str, str]]:
    """What is given otherwise than the plan has it; what is not understood is passed over."""
    changes: dict[str, dict[str, str]] = {}
    for item in known:
        for stage in Stage:
            wanted = given.get((item, stage))
            if wanted is None or wanted not in (*SEVERITIES, NOT_RUN):
                continue
            if wanted != severity_at(plan, item, stage):
                changes.setdefault(item, {})[stage.value] = wanted
    return changes


def with_changes(plan: Plan, changes: Changes, version: str) -> Plan:
    """The plan with the changes laid over it, under a version of its own.

    A fault that weighs less than its item (`Plan.faults`) keeps its own severity.
    """
    items = {item: dict(stages) for item, stages in plan.items.items()}
    for item, stages in changes.items():
        own = items.setdefault(item, {})
        for stage, severity in stages.items():
            own.pop(stage, None)
            if severity:
                own[stage] = severity
    return replace(plan, items=items, version=version)


def differences(before: Plan, after: Plan) -> list[PlanDifference]:
    """Where two states differ, by item and stage."""
    items = sorted({*before.items, *after.items}, key=lambda item: tuple(_number(item)))
    found = []
    for item in items:
        for stage in Stage:
            old, new = severity_at(before, item, stage), severity_at(after, item, stage)
            if old != new:
                found.append(PlanDifference(item, stage, old, new))
    return found


def objections(plan: Plan) -> list[tuple[str, str]]:
    """Why a plan cannot stand, (zh, en): a stage must have something that can keep a package out."""
    return [
        (
            f"{stage.label_zh}环节没有一项会判为不通过，检测就没有意义",
            f"no item can fail a package at {stage.value}: the check would mean nothing",
        )
        for stage in Stage
        if all(severity_at(plan, item, stage) != "error" for item in plan.items)
    ]


def _number(item: str) -> list[int]:
    return [int(part) for part in item.split("-") if part.isdigit()]
