"""Maps 地图: the bodies below an authority as tiles, each with a figure that leads to its rows.

The nation is a grid with a tile for each province (data: ``tiles/provinces.toml``); lower levels
are a plan of the bodies below, in the order of their codes. No boundary is drawn anywhere.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import chain, takewhile
from pathlib import Path
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from lantai.core.calendar import add_working_days
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.institutions.models import Institution
from lantai.foundation.refusal import localised
from lantai.governance.cockpit.indicators import Indicator

TONES = {"red": "fail", "yellow": "waiting", "green": "pass", "none": "none"}
FEWEST = 6  # columns: a few tiles do not fill the page
ACROSS = 8  # tiles in a row of a plan
LINE = 4  # characters a tile can hold in a line
ENDINGS = ("档案局", "档案馆", "人民政府")
SOON = 5  # working days
RECENT = 30  # days


@dataclass(frozen=True)
class Figure:
    """What a map shows: cases counted by the body they lie at."""

    id: str
    zh: str
    en: str
    formula: str
    formula_en: str
    rows: Callable[[], QuerySet[Case]]
    limits: str = ""  # the map figure whose limits colour it; "": it has no colours

    def tone(self, value: int, level: Mapping[str, Indicator]) -> str:
        """The tile's colour, by the limits of a level."""
        if not self.limits:
            return "" if value else "none"
        return TONES[level[self.limits].own.flag(value)]


def _open() -> QuerySet[Case]:
    return Case.objects.filter(closed_at=None)


FIGURES = {
    one.id: one
    for one in (
        Figure("late", "超期办件", "Late cases", "未办结，且期限早于今天", "open, and due before today",
               lambda: _open().filter(due_date__lt=localdate()), "map-late"),
        Figure("soon", "将到期", "Due soon", f"未办结，且期限在今后 {SOON} 个工作日内",
               f"open, and due within {SOON} working days",
               lambda: _open().filter(due_date__gte=localdate(),
                                      due_date__lte=add_working_days(localdate(), SOON)), "map-soon"),
        Figure("open", "在办", "Under way", "未办结", "not closed yet", _open),
        Figure("done", "近期办结", "Closed lately", f"最近 {RECENT} 天内办结", f"closed in the last {RECENT} days",
               lambda: Case.objects.filter(closed_at__date__gte=localdate() - timedelta(RECENT))),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Region:
    """An authority or body with all that lies below it."""

    place: Institution
    keys: frozenset[int]


def regions_below(place: Institution) -> list[Region]:
    """Each body directly below, with everything under it; one query for the tree."""
    below: dict[int | None, list[int]] = {}
    for key, parent in Institution.objects.values_list("pk", "parent_id"):
        below.setdefault(parent, []).append(key)
    children = Institution.objects.filter(parent=place).order_by("code")
    return [Region(child, frozenset(_subtree(child.pk, below))) for child in children]


def _subtree(top: int, below: Mapping[int | None, Sequence[int]]) -> list[int]:
    found, waiting = [], [top]
    while waiting:
        key = waiting.pop()
        found.append(key)
        waiting += below.get(key, ())
    return found


def counted(figure: Figure, regions: Sequence[Region]) -> list[int]:
    """The figure of each region: cases that lie there or concern a body there, each once."""
    rows = figure.rows().order_by()
    at: dict[int, set[int]] = defaultdict(set)
    for place, case in chain(
        rows.values_list("institution", "pk"), rows.values_list("parties__institution", "pk")
    ):
        if place is not None:
            at[place].add(case)
    return [len(set().union(*(at.get(key, ()) for key in region.keys))) for region in regions]


def cases_at(figure: Figure, keys: Iterable[int]) -> QuerySet[Case]:
    """The cases that `counted` counts at these bodies."""
    wanted = list(keys)
    here = Q(institution__in=wanted) | Q(parties__institution__in=wanted)
    return figure.rows().filter(here).select_related("institution").distinct()


@cache
def provinces() -> Mapping[str, Any]:
    """The grid of the provinces, by the first two digits of the division code."""
    path = Path(__file__).with_name("tiles") / "provinces.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return {**data, "by_code": {tile["code"]: tile for tile in data["tile"]}}


def tiles(
    regions: Sequence[Region],
    values: Sequence[int],
    tone: Callable[[int], str],
    address: Callable[[str], str],
) -> dict[str, Any]:
    """Cells for the tile map: on the grid of provinces when these are provinces, else a plan."""
    grid = provinces()
    codes = [region.place.division[:2] for region in regions]
    national = 1 < len(codes) == len(set(codes)) and set(codes) <= set(grid["by_code"])
    names = _short([region.place.name for region in regions])
    cells = []
    for number, (region, value) in enumerate(zip(regions, values, strict=True)):
        tile = grid["by_code"][codes[number]] if national else {}
        label = localised(tile["zh"], tile["en"]) if national else names[number]
        cells.append({
            "lines": [label[:LINE], *([label[LINE : 2 * LINE]] if label[LINE:] else [])],
            "full": f"{region.place.name}：{value}",
            "value": value,
            "tone": tone(value),
            "url": address(region.place.code),
            "column": tile.get("column", number % ACROSS),
            "row": tile.get("row", number // ACROSS),
        })  # fmt: skip
    if national:
        return {"cells": cells, "columns": grid["columns"], "rows": grid["rows"]}
    across = max(FEWEST, min(ACROSS, len(cells)))
    return {"cells": cells, "columns": across, "rows": max(1, -(-len(cells) // ACROSS))}


def _short(names: list[str]) -> list[str]:
    """Names as a tile can hold them: less what all begin with, or what authorities end with."""
    same = takewhile(lambda chars: len(set(chars)) == 1, zip(*names, strict=False))
    shared = len(list(same)) if len(names) > 1 else 0
    found = []
    for name in names:
        rest = name[shared:] if len(name) > shared + 1 else name
        end = next((w for w in ENDINGS if rest.endswith(w) and len(rest) > len(w) + 1), "")
        found.append(rest.removesuffix(end))
    return found
