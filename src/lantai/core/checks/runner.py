"""Running a plan over a package: one reading a file, flat memory, no check can break the run."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from lantai.core.checks.ahead import Readings, read_ahead
from lantai.core.checks.check import Check, slug
from lantai.core.checks.context import CheckContext
from lantai.core.checks.facts import CheckFacts
from lantai.core.checks.finding import (
    Finding,
    NotApplicable,
    Outcome,
    Stage,
    outcome_of,
    worst,
)
from lantai.core.checks.plan import Plan, plan_for, plans
from lantai.core.checks.report import CheckReport, CheckResult, unreadable_report
from lantai.core.packages.opening import open_package
from lantai.core.packages.package import Package, PackageUnreadable, TransferItem
from lantai.core.progress import Progress, Stopped, silent
from lantai.core.proven_copy import Copies
from lantai.core.registry import Shelf

FINDINGS_KEPT = 1_000  # of one check; the rest are counted
log = logging.getLogger(__name__)
OnResult = Callable[[str, str, Outcome, list[Finding]], None]
OnReadings = Callable[[TransferItem, Readings], None]
Adapt = Callable[[Plan], Plan]


def checks() -> Shelf[Check]:
    """The shelf of checks."""
    return Shelf(
        Check,
        "lantai.core.checks.authenticity",
        "lantai.core.checks.integrity",
        "lantai.core.checks.usability",
        "lantai.core.checks.security",
        group="lantai.checks",
    )


def check_path(
    path: Path,
    stage: Stage | str = Stage.TRANSFER,
    profile: str = "",
    progress: Progress = silent,
    facts: CheckFacts | None = None,
    *,
    plan: Plan | str = "",
    on_result: OnResult | None = None,
    adapt: Adapt | None = None,
) -> CheckReport:
    """Open what lies at a path and check it; a path that is no package has verdict unreadable."""
    stage = Stage(stage)
    try:
        with open_package(path, profile, progress) as package:
            return run_checks(
                package,
                stage,
                profile,
                progress,
                facts,
                plan=plan,
                on_result=on_result,
                adapt=adapt,
            )
    except PackageUnreadable as problem:
        return unreadable_report(path.name, stage.value, profile, str(problem))


def run_checks(
    package: Package,
    stage: Stage | str,
    profile: str = "",
    progress: Progress = silent,
    facts: CheckFacts | None = None,
    *,
    plan: Plan | str = "",
    on_result: OnResult | None = None,
    shelf: Shelf[Check] | None = None,
    on_readings: OnReadings | None = None,
    copies: Copies | None = None,
    adapt: Adapt | None = None,
) -> CheckReport:
    """Run a plan (chosen by profile and record class unless given) over a package.

    ``adapt`` may lay an archives' own version over the plan that was chosen.

    ``on_result(record, code, outcome, findings)`` is told each outcome of each record, and of
    the package with record "": a run over a million records keeps none of them.
    ``on_readings(item, readings)`` is given what was read of each item's files, their text
    too, once the item is judged: what goes on to be stored is not read a second time. Large
    files are copied to ``copies`` while they are read, each copy proven.
    `Stopped` passes through, between two records.
    """
    stage = Stage(stage)
    chosen = plan if isinstance(plan, Plan) else _plan(package, profile, plan)
    chosen = adapt(chosen) if adapt else chosen
    run = _Run(package, stage, chosen, facts or CheckFacts(), shelf or checks(), on_result)
    run.walk(progress, on_readings, copies)
    return run.report(profile or package.profile)


def _plan(package: Package, profile: str, name: str) -> Plan:
    shelf = plans()
    if name:
        return shelf.get(name)
    first = next(package.items(), None) if package.has_metadata else None
    record_class = first.values.get("record_class", "") if first else ""
    kind = package.profile if package.has_metadata else "plain"
    return plan_for(shelf, kind, record_class or "WS")


class _Run:
    """The state of one run."""

    def __init__(
        self, package: Package, stage: Stage, plan: Plan, facts: CheckFacts,
        shelf: Shelf[Check], on_result: OnResult | None,
    ) -> None:  # fmt: skip
        self.package, self.stage, self.plan, self.on_result = package, stage, plan, on_result
        package.index.forget_seen()
        self.context = CheckContext(package, stage, plan, facts)
        found = [kind() for kind in shelf.all().values()]
        self.checks = sorted(
            (c for c in found if c.is_in(plan, stage)),
            key=lambda c: slug(c.id),
        )
        self.results = {c.id: _blank(c, stage) for c in self.checks}
        self.findings: list[Finding] = []
        self.kept: Counter[str] = Counter()
        self.severities: Counter[str] = Counter()
        self.active = [c for c in self.checks if package.has_metadata or not c.needs_metadata]

    def walk(
        self,
        progress: Progress,
        on_readings: OnReadings | None = None,
        copies: Copies | None = None,
    ) -> None:
        """Meet every record, then the whole."""
        context, total = self.context, self.package.item_count()
        at = {level: [c for c in self.active if c.looks_at(level)] for level in ("file", "item")}
        progress(0, total, self.package.identifier)
        try:
            wanted = on_readings is not None
            for item, readings in read_ahead(context, read_text=wanted, copies=copies):
                context.item = item
                context.totals.items += 1
                self._record(at, readings)
                if on_readings is not None:
                    on_readings(item, readings)
                progress(context.totals.items, total, item.name)
        except (Stopped, MemoryError):
            raise
        except Exception as failure:
            log.exception("reading %s", self.package.identifier)
            self._whole(failure)
            return
        self._whole(None)

    def _record(self, at: dict[str, list[Check]], readings: Readings) -> None:
        context = self.context
        outcomes: dict[str, Outcome] = {}
        found: dict[str, list[Finding]] = {}
        context.level = "file"
        for file in context.item.files:
            context.file = file
            on_disk = context.index.file(file.path)
            context.index.claim(file.path)
            if on_disk is None:
                context.reading = None
                continue
            context.totals.files += 1
            context.totals.bytes += on_disk.size
            context.reading = readings.get(file.path)
            for check in at["file"]:
                self._ask(check, outcomes, found)
        context.reading = None
        context.level = "item"
        for check in at["item"]:
            if check.needs_values and not context.item.values:
                outcomes.setdefault(check.id, Outcome.NOT_APPLICABLE)
            else:
                self._ask(check, outcomes, found)
        self._settle(context.item.name, outcomes, found)

    def _whole(self, failure: Exception | None) -> None:
        context = self.context
        context.level = "package"
        outcomes: dict[str, Outcome] = {}
        found: dict[str, list[Finding]] = {}
        for check in self.active:
            context.check = check
            if failure is not None:
                self._take(check, context.finding("run-broke", reason=failure), outcomes, found)
            elif check.looks_at("package"):
                self._ask(check, outcomes, found)
        self._settle("", outcomes, found)

    def _ask(
        self, check: Check, outcomes: dict[str, Outcome], found: dict[str, list[Finding]]
    ) -> None:
        self.context.check = check
        judged = False
        try:
            for remark in check.run(self.context):
                judged = True
                if isinstance(remark, NotApplicable):
                    outcomes.setdefault(check.id, Outcome.NOT_APPLICABLE)
                    self.results[check.id].reason = remark.reason
                else:
                    self._take(check, remark, outcomes, found)
        except (Stopped, MemoryError):
            raise
        except Exception as failure:
            log.exception("check %s", check.id)
            judged = True
            remark = self.context.finding(
                "check-broke", reason=f"{type(failure).__name__}: {failure}"
            )
            self._take(check, remark, outcomes, found)
        if not judged:
            outcomes[check.id] = worst(outcomes.get(check.id, Outcome.PASS), Outcome.PASS)

    def _take(
        self, check: Check, remark: Finding, outcomes: dict[str, Outcome],
        found: dict[str, list[Finding]],
    ) -> None:  # fmt: skip
        outcome = outcome_of(remark)
        outcomes[check.id] = worst(outcomes.get(check.id, outcome), outcome)
        self.severities[remark.severity] += 1
        self.kept[check.id] += 1
        if self.kept[check.id] <= FINDINGS_KEPT:
            self.findings.append(remark)
        kept = found.setdefault(check.id, [])
        if len(kept) < FINDINGS_KEPT:
            kept.append(remark)

    def _settle(
        self, record: str, outcomes: dict[str, Outcome], found: dict[str, list[Finding]]
    ) -> None:
        for check_id, outcome in outcomes.items():
            result = self.results[check_id]
            result.outcome = worst(result.outcome, outcome)
            result.counts[outcome.value] = result.counts.get(outcome.value, 0) + 1
            if self.on_result is not None:
                self.on_result(record, result.code, outcome, found.get(check_id, []))

    def report(self, profile: str) -> CheckReport:
        """The report of what was met."""
        results = list(self.results.values())
        by_outcome = Counter(result.outcome.value for result in results)
        total = sum(self.severities.values())
        counts = {
            "items": self.context.totals.items,
            "files": self.context.totals.files,
            "bytes": self.context.totals.bytes,
            "errors": self.severities["error"],
            "warnings": self.severities["warning"],
            "info": self.severities["info"],
            "not_shown": total - len(self.findings),
            "checks": len(results),
            "outcomes": {outcome.value: by_outcome[outcome.value] for outcome in Outcome},
        }
        return CheckReport(
            verdict="fail" if self.severities["error"] else "pass",
            profile=profile,
            stage=self.stage.value,
            counts=counts,
            findings=_ordered(self.findings),
            results=results,
            package=self.package.identifier,
            plan=self.plan.id,
            plan_version=self.plan.version,
        )


def _ordered(findings: list[Finding]) -> list[Finding]:
    rank = {"error": 0, "warning": 1, "info": 2}
    return sorted(findings, key=lambda f: (rank[f.severity], slug(f.check), f.path))


def _blank(check: Check, stage: Stage) -> CheckResult:
    return CheckResult(
        check.id, f"{stage.prefix}-{check.id}", check.property.value, check.name_zh,
        check.name_en, check.kind,
    )  # fmt: skip
