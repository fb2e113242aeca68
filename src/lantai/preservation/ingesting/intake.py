"""One path on its way in, and what is told of it 入库经过: bounded, however many files there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lantai.core.progress import Progress, silent
from lantai.foundation.institutions.models import Institution
from lantai.foundation.work import Act
from lantai.preservation.depositing.models import Deposit
from lantai.preservation.ingesting.judging import REFUSING

TOLD = 10_000
"""Findings of one code that are told one by one; the rest are counted. What was refused is in the
quarantine's register, what was deposited in the catalogue, each under its name."""


@dataclass
class Intake:
    """One path on its way in."""

    act: Act
    path: Path
    holder: Institution
    fonds_code: str = ""
    progress: Progress = silent
    findings: list[dict[str, Any]] = field(default_factory=list)
    deposit: Deposit | None = None
    refused: int = 0
    objected: bool = False
    """Whether anything speaks against the whole or a part of it."""
    counts: Counter[str] = field(default_factory=Counter)

    def line(self, verdict: str) -> dict[str, Any]:
        """What the command prints for this path; ``not_shown`` where not all findings are."""
        found = {
            "path": str(self.path),
            "verdict": verdict,
            "deposit": self.deposit.number if self.deposit else None,
            "records": self.deposit.items if self.deposit else 0,
            "findings": self.findings,
        }
        more = self.counts.total() - len(self.findings)
        return {**found, "not_shown": more} if more else found

    def tell(self, findings: Iterable[dict[str, Any]]) -> None:
        """Note findings of the checks."""
        for one in findings:
            self.objected = self.objected or one["severity"] == REFUSING
            self.counts[one["code"]] += 1
            if self.counts[one["code"]] <= TOLD:
                self.findings.append(one)

    def find(self, code: str, path: str, *, zh: str, en: str, severity: str = REFUSING) -> None:
        """Note one finding of our own."""
        self.tell([{"code": code, "severity": severity, "path": path, "message": f"{zh} / {en}"}])
