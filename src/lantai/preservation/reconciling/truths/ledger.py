"""The ledger's table against its files 台账."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.foundation.audit.verification import verify_ledger
from lantai.preservation.reconciling.truth import Difference, Options, Truth


class LedgerAgrees(Truth):
    """Database and segment files tell the same story, untouched."""

    id = "ledger"
    order = 30

    def compare(self, options: Options) -> Iterator[Difference]:
        """The whole chain."""
        report = verify_ledger()
        self.counts = {
            "entries": report.entries,
            "segments": report.segments,
            "abandoned": report.abandoned,
        }
        for problem in report.problems:
            yield Difference(
                problem.code, "I3", f"{problem.path or problem.where}:{problem.sequence}",
                problem.message_zh, problem.message_en,
            )  # fmt: skip
