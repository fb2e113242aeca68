"""Truth 对账项: one comparison of two truths, found by its file in ``truths/``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from lantai.core.progress import Progress, silent
from lantai.core.registry import Shelf, walk_modules

FINDINGS_KEPT = 1_000  # of one truth; the rest are counted
INVARIANTS = ("I1", "I2", "I3")
ABOVE = ("resources", "access")


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
    without: frozenset[str] = frozenset()  # truths not to be compared now
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


def truths() -> list[type[Truth]]:
    """Every comparison this installation makes, in order: those of this folder, and those that the
    floors above keep in a feature's ``truths.py``."""
    shelf: Shelf[Truth] = Shelf(
        Truth,  # type: ignore[type-abstract]
        "lantai.preservation.reconciling.truths",
        group="lantai.truths",
    )
    found = shelf.all()
    for floor in ABOVE:
        for module in walk_modules(f"lantai.{floor}", only="truths"):
            found |= {
                kind.id: kind
                for kind in vars(module).values()
                if isinstance(kind, type) and issubclass(kind, Truth) and kind.id
            }
    return sorted(found.values(), key=lambda kind: (kind.order, kind.id))


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


def reconcile(options: Options) -> Reconciliation:
    """Make every comparison, in order."""
    report = Reconciliation()
    for kind in truths():
        if kind.id in options.without:
            continue
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
