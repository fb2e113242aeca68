"""Judging 检测: some files of a plain folder run through the checks together, or apart."""

from __future__ import annotations

from functools import cache
from typing import Any

from lantai.core.checks.ahead import Readings
from lantai.core.checks.check import Check
from lantai.core.checks.plan import Plan, plan_for, plans
from lantai.core.checks.runner import checks, run_checks
from lantai.core.packages.package import Package, TransferItem
from lantai.core.packages.plain import PlainPart
from lantai.core.progress import Progress, silent
from lantai.core.proven_copy import Copies
from lantai.core.registry import Shelf

REFUSING = "error"  # the severity that keeps a file or a package out

Objections = dict[str, list[dict[str, Any]]]


def judge_together(
    package: Package, items: list[TransferItem], plan: Plan, progress: Progress,
    copies: Copies | None = None,
) -> tuple[Objections, dict[str, Readings]]:  # fmt: skip
    """What the checks find in each of some files; one at a time when a run over all broke."""
    kept: dict[str, Readings] = {}

    def keep(item: TransferItem, readings: Readings) -> None:
        kept[item.folder] = readings

    with PlainPart(package, items) as part:
        report = run_checks(
            part, "transfer", plan=plan, shelf=_checks(), progress=progress, on_readings=keep,
            copies=copies,
        )  # fmt: skip
    objections: Objections = {}
    for finding in report.to_json()["findings"]:
        if finding["severity"] != "info":
            objections.setdefault(finding["path"], []).append(finding)
    strangers = objections.keys() - {item.folder for item in items}
    broken = any(f["severity"] == REFUSING for path in strangers for f in objections[path])
    if (report.counts["not_shown"] or broken) and len(items) > 1:
        for readings in kept.values():
            drop_copies(readings)
        return _judge_apart(package, items, plan, progress)
    for path in strangers:
        found = objections.pop(path)
        if broken:
            objections.setdefault(items[0].folder, []).extend(found)
    return objections, kept


def drop_copies(readings: Readings) -> None:
    """These files will not be stored from what was read now."""
    for one in readings.values():
        one.drop_copy()


def _judge_apart(
    package: Package, items: list[TransferItem], plan: Plan, progress: Progress
) -> tuple[Objections, dict[str, Readings]]:
    """Each file by itself, so that what breaks a run keeps out only its own file."""
    objections: Objections = {}
    kept: dict[str, Readings] = {}
    for number, item in enumerate(items):
        found, read = judge_together(package, [item], plan, silent)
        objections |= found
        kept |= read
        progress(number + 1, len(items), item.folder)
    return objections, kept


@cache
def plain_plan() -> Plan:
    """The plan of plain files, as shipped."""
    return plan_for(plans(), "plain", "WS")


@cache
def _checks() -> Shelf[Check]:
    return checks()
