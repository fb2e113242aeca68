"""Plans 检测方案: which item at which stage, how grave, with which parameters; versioned data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lantai.core.checks.finding import Stage
from lantai.core.registry import DataShelf

SEVERITIES = ("error", "warning", "info")
OURS = Path(__file__).parent / "plans"


@dataclass(frozen=True)
class Plan:
    """One plan. ``items``: item → stage → severity; ``faults``: severity of a single fault."""

    id: str
    version: str
    title_zh: str
    title_en: str
    record_classes: tuple[str, ...]
    profiles: tuple[str, ...]
    items: dict[str, dict[str, str]]
    faults: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, dict[str, Any]] = field(default_factory=dict)
    verified: bool = True
    note_zh: str = ""
    note_en: str = ""

    def includes(self, check_id: str, stage: Stage) -> bool:
        """Whether the item is run at this stage."""
        return stage.value in self.items.get(check_id, {})

    def severity(self, check_id: str, fault: str, stage: Stage) -> str:
        """How grave a fault is: its own entry first, then the item's at the stage."""
        own = self.faults.get(f"{check_id}.{fault}")
        return own or self.items.get(check_id, {}).get(stage.value, "warning")

    def parameter(self, check_id: str, name: str, default: Any) -> Any:
        """A parameter of an item, or the default."""
        return self.parameters.get(check_id, {}).get(name, default)


class PlanMalformed(ValueError):
    """A plan file says something nobody understands: the message names file and entry."""


def load_plan(path: Path, data: dict[str, Any]) -> Plan:
    """Build a plan from its file; unknown stages and severities are refused."""
    try:
        return _built(path, data)
    except (LookupError, TypeError, ValueError, AttributeError, OSError) as problem:
        if isinstance(problem, PlanMalformed):
            raise
        raise PlanMalformed(f"{path.name}: {type(problem).__name__}: {problem}") from None


def _built(path: Path, data: dict[str, Any]) -> Plan:
    if "base" in data:
        data = _over(_read(path, str(data["base"])), data)
    items: dict[str, dict[str, str]] = {}
    for check_id, entry in data.get("items", {}).items():
        stages = {s.value: entry for s in Stage} if isinstance(entry, str) else dict(entry)
        for stage, severity in stages.items():
            if stage not in {s.value for s in Stage} or severity not in SEVERITIES:
                raise PlanMalformed(f"{path.name}: {check_id}: {stage} = {severity}")
        items[check_id] = stages
    for fault, severity in data.get("faults", {}).items():
        if severity not in SEVERITIES:
            raise PlanMalformed(f"{path.name}: {fault} = {severity}")
    return Plan(
        id=str(data.get("id", path.stem)),
        version=str(data["version"]),
        title_zh=str(data["title_zh"]),
        title_en=str(data["title_en"]),
        record_classes=tuple(data.get("record_classes", ())),
        profiles=tuple(data.get("profiles", ())),
        items=items,
        faults=dict(data.get("faults", {})),
        parameters=dict(data.get("parameters", {})),
        verified=bool(data.get("verified", True)),
        note_zh=str(data.get("note_zh", "")),
        note_en=str(data.get("note_en", "")),
    )


def _read(path: Path, base: str) -> dict[str, Any]:
    """The data of the plan that another one is laid over: beside it, or one of ours."""
    if not base.replace("-", "").isalnum():
        raise PlanMalformed(f"{path.name}: base = {base}")
    found = next(
        (f for f in (path.parent / f"{base}.toml", OURS / f"{base}.toml") if f.is_file()), None
    )
    if found is None:
        raise PlanMalformed(f"{path.name}: base = {base}")
    data = tomllib.loads(found.read_text("utf-8"))
    if "base" in data:
        raise PlanMalformed(f"{path.name}: {base} is itself laid over another")
    return data


def _over(base: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """A plan that says only what differs: tables are joined, the rest is its own."""
    merged = {**base, **data}
    for table in ("items", "faults", "parameters"):
        merged[table] = {**base.get(table, {}), **data.get(table, {})}
    return merged


def plans(*site_folders: Path) -> DataShelf[Plan]:
    """The shelf of plans; an archives' own folders come after ours."""
    return DataShelf(load_plan, OURS, *site_folders)


def plan_for(shelf: DataShelf[Plan], profile: str, record_class: str) -> Plan:
    """The plan for a profile and class: one that names both, else one for the profile alone."""
    fitting = [p for p in shelf.all().values() if profile in p.profiles]
    for plan in fitting:
        if record_class and record_class in plan.record_classes:
            return plan
    for plan in fitting:
        if not plan.record_classes:
            return plan
    return shelf.get("general")
