"""Truth 对账项: one comparison of two truths, found by its file in ``truths/``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from lantai.core.progress import Progress, silent
from lantai.core.registry import Shelf

FINDINGS_KEPT = 1_000  # of one truth; the rest are counted
INVARIANTS = ("I1", "I2", "I3")


@dataclass(frozen=True)
class Difference:
    """One difference: ``healed`` when it was set right on the way, else a person is needed."""

    code: str
    invariant: str  # I1 | I2 | I3
    subject: str
    zh: str
    en: str
    severity: str = "error"  # error | warning | info
    healed: bool = False


@dataclass
class Options:
    """How deep to look and what to set right."""

    digests: bool = False  # read every file and compare its digests
    mend: bool = True  # sweep leftovers, adopt objects without rows
    progress: Progress = silent


class Truth(ABC):
    """One comparison; ``counts`` says how much of each side it saw."""

    id: str = ""
    order: int = 50

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    @abstractmethod
    def compare(self, options: Options) -> Iterator[Difference]:
        """Every difference."""


def truths() -> Shelf[Truth]:
    """Every comparison this installation makes (the search index adds its own)."""
    return Shelf(
        Truth,  # type: ignore[type-abstract]
        "lantai.preservation.reconciling.truths",
        group="lantai.truths",
    )


@dataclass
class Reconciliation:
    """What `lantai reconcile` says."""

    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    findings: list[dict[str, Any]] = field(default_factory=list)
    not_shown: int = 0
    broken: dict[str, int] = field(default_factory=lambda: dict.fromkeys(INVARIANTS, 0))
    healed: int = 0

    @property
    def ok(self) -> bool:
        """Nothing is left that a person must look at."""
        return not any(self.broken.values())

    def as_json(self) -> dict[str, Any]:
        """The document of the command."""
        return {
            "ok": self.ok,
            "invariants": {name: not count for name, count in self.broken.items()},
            "counts": self.counts,
            "healed": self.healed,
            "findings": self.findings,
            "not_shown": self.not_shown,
        }


def reconcile(options: Options, *more: type[Truth]) -> Reconciliation:
    """Make every comparison, in order; ``more`` are given by floors above."""
    report = Reconciliation()
    kinds = sorted([*truths().all().values(), *more], key=lambda kind: (kind.order, kind.id))
    for kind in kinds:
        truth = kind()
        for number, difference in enumerate(truth.compare(options)):
            report.healed += difference.healed
            if difference.severity == "error" and not difference.healed:
                report.broken[difference.invariant] += 1
            if number < FINDINGS_KEPT:
                report.findings.append({"truth": kind.id, **asdict(difference)})
            else:
                report.not_shown += 1
        report.counts[kind.id] = truth.counts
    return report
