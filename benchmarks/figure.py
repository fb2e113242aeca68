"""One figure 指标: what was measured, beside its peer or limit, as a ratio."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """``ours`` and ``theirs`` in ``unit``; ``more_is_better`` says which way the ratio reads.

    ``target`` is DESIGN §7's, as a ratio, or None; ``note`` says what the peer did.
    """

    what: str
    ours: float
    unit: str
    peer: str
    theirs: float | None
    more_is_better: bool = True
    target: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours against the peer: above 1 is ahead of it, below 1 behind it."""
        if not self.theirs or not self.ours:
            return None
        if self.more_is_better:
            return self.ours / self.theirs
        return self.theirs / self.ours

    def tell(self) -> None:
        """As a JSON line, for the parent."""
        sys.stdout.write(json.dumps(asdict(self), ensure_ascii=False) + "\n")
        sys.stdout.flush()


def quantile(times: Sequence[float], share: float) -> float:
    """The value below which a share of the times lies."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def median(times: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(times)
