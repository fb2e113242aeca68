"""Finding likely pairs 查重: rows into the comparison beside, pairs out of it into the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings

from lantai.catalogue.duplicates.operations import enter_pairs, enter_union_pairs
from lantai.catalogue.duplicates.queries import comparable, described
from lantai.catalogue.fonds.models import Fonds
from lantai.core.duplicates import Comparison, Pair
from lantai.core.progress import Progress, silent
from lantai.foundation.work import Act

BATCH = 1_000
MOST = 20_000  # pairs of a fonds; one with more needs its import looked at first
MOST_OF_ALL = 1_000_000


def comparing_folder() -> Path:
    """Where comparisons under way lie; they can be thrown away at any time."""
    folder = Path(settings.LANTAI.data) / "comparing"
    folder.mkdir(exist_ok=True)
    return folder


def find_pairs(
    act: Act, *, fonds: Fonds | None, name: str, progress: Progress = silent
) -> dict[str, Any]:
    """Compare a fonds, or all that the one who asks may see; enter what is not known yet.

    Cut off and begun again under the same ``name``, it goes on reading where it was; pairs
    that are entered already are passed over.
    """
    path = comparing_folder() / f"{name}.db"
    rows = comparable(act.by, fonds)
    total = rows.count()
    with closing(Comparison(path)) as comparison:
        source = described(rows, comparison.last)
        read = 0
        while batch := list(islice(source, BATCH)):
            read += comparison.add(batch)
            progress(read, total * 2, "")
        figures = _enter_all(act, fonds, comparison, partial(_told, progress, total))
    path.unlink(missing_ok=True)
    return {"records": total, **figures}


def _told(progress: Progress, total: int, entered: int) -> None:
    progress(total, total * 2, str(entered))


def _enter_all(
    act: Act, fonds: Fonds | None, comparison: Comparison, told: Callable[[int], None]
) -> dict[str, Any]:
    most = MOST_OF_ALL if fonds is None else MOST
    found = islice(comparison.pairs(), most)
    entered = seen = 0
    while batch := list(islice(found, BATCH)):
        entered += _enter(act, fonds, batch)
        seen += len(batch)
        told(entered)
    return {"pairs": seen, "entered": entered, "most": seen >= most}


def _enter(act: Act, fonds: Fonds | None, batch: Sequence[Pair]) -> int:
    if fonds is not None:
        return enter_pairs(act, fonds=fonds, pairs=batch)
    return enter_union_pairs(act, pairs=batch)
