"""The chart of sharing 共享方式一览: for each kind of data the way it is shared and what is shown."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lantai.foundation.refusal import NotFound

FREE, APPROVAL = "free", "approval"


@dataclass(frozen=True)
class Kind:
    """One kind of data. ``source`` is records or register; only ``columns`` are ever shown."""

    id: str
    zh: str
    en: str
    way: str
    source: str
    open_only: bool = True
    record_types: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    register: str = ""


@dataclass(frozen=True)
class Chart:
    """Every kind, where the chart comes from, and whether that was verified."""

    kinds: Mapping[str, Kind]
    source: str
    verified: bool


@cache
def chart() -> Chart:
    """The chart as it stands."""
    path = Path(__file__).with_name("chart.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    kinds = [
        Kind(
            id=row["id"], zh=row["zh"], en=row["en"], way=row["way"], source=row["from"],
            open_only=row.get("open_only", True), columns=tuple(row.get("columns", ("title",))),
            record_types=tuple(row.get("record_types", ())), register=row.get("register", ""),
        )
        for row in data["kind"]
    ]  # fmt: skip
    return Chart({kind.id: kind for kind in kinds}, data["source"], data["verified"])


def kind_named(key: str) -> Kind:
    """A kind of the chart; else `NotFound`."""
    if key not in chart().kinds:
        raise NotFound("共享方式一览里没有这一类。", "The chart has no such kind.")
    return chart().kinds[key]
