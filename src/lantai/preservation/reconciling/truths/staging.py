"""Leftovers in staging 暂存残留: what interrupted work left behind is swept."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.preservation.depositing.place import storage
from lantai.preservation.reconciling.truth import Difference, Options, Truth

IN_USE = 3_600  # seconds: younger leftovers may belong to work under way


class StagingIsEmpty(Truth):
    """Staging holds nothing older than the work under way."""

    id = "staging"
    order = 40

    def compare(self, options: Options) -> Iterator[Difference]:
        """Sweep, and say how much."""
        sweep = getattr(storage(), "sweep_staging", None)
        swept = sweep(IN_USE) if sweep and options.mend else 0
        self.counts = {"swept": swept}
        if swept:
            yield Difference(
                "staging-swept", "I3", "staging", f"清除中断的工作留下的暂存 {swept} 处",
                f"swept {swept} leftovers of interrupted work", "info", healed=True,
            )  # fmt: skip
