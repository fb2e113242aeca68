"""Limits 限度: where a figure turns yellow and red, and how limits of several levels go together.

A level above fixes a limit by stating it; a level below may be stricter, never looser. What no
level has stated is the file's default, which anybody may move either way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lantai.core.desks.adapting import Part, with_changes

OWN = "own"
PATHS = {name: f"limit.{OWN}.{name}" for name in ("yellow", "red")}
PARTS = {
    "limit": Part("limits", "id", ("yellow", "red", "weight", "target", "order_zh", "order_en"))
}


@dataclass(frozen=True)
class Limits:
    """``better`` is high or low: which way a figure improves, and so which side of a limit is bad."""

    yellow: float
    red: float
    better: str = "high"
    weight: int = 1  # how much it counts in the risk of a body
    target: str = ""
    order_zh: str = ""  # what is demanded when it is red
    order_en: str = ""
    id: str = OWN
    label_zh: str = ""

    def flag(self, value: Any) -> str:
        """red, yellow or green; ``none`` where there is no value."""
        if value is None:
            return "none"
        if self._reached(value, self.red):
            return "red"
        return "yellow" if self._reached(value, self.yellow) else "green"

    def _reached(self, value: Any, limit: float) -> bool:
        return bool(value < limit) if self.better == "high" else bool(value > limit)

    def looser(self, one: float, other: float) -> bool:
        """Would the first limit let pass what the second flags?"""
        return one < other if self.better == "high" else one > other

    def points(self, flag: str) -> int:
        """What a flag counts in the risk of a body: red twice, yellow once, by weight."""
        return self.weight * {"red": 2, "yellow": 1}.get(flag, 0)


def read_limits(data: Mapping[str, Any]) -> Limits:
    """The limits of a definition file's data."""
    return Limits(
        yellow=float(data["yellow"]), red=float(data["red"]), better=data.get("better", "high"),
        weight=int(data.get("weight", 1)), target=data.get("target", ""),
        order_zh=data.get("order_zh", ""), order_en=data.get("order_en", ""),
    )  # fmt: skip


def under(base: Any, levels: Iterable[Mapping[str, Any]]) -> tuple[Any, dict[str, float]]:
    """(the definition under the changes of the levels, top first; the limits they fixed)."""
    made = base
    fixed: dict[str, float] = {}
    for changes in levels:
        made = with_changes(made, changes, PARTS)
        own = made.limits[0]
        for name in PATHS:
            if name in fixed and own.looser(getattr(own, name), fixed[name]):
                own = replace(own, **{name: fixed[name]})
        if own.looser(
            own.yellow, own.red
        ):  # one level moved yellow, another red: the stricter holds
            own = replace(own, yellow=own.red)
        made = replace(made, limits=(own,))
        fixed |= {name: getattr(own, name) for name, path in PATHS.items() if path in changes}
    return made, fixed


def mistakes(made: Any, fixed: Mapping[str, float]) -> list[tuple[str, str]]:
    """Why a level may not put these limits in force: (zh, en)."""
    own, found = made.limits[0], []
    if own.looser(own.yellow, own.red):
        found.append((f"黄线（{own.yellow:g}）比红线（{own.red:g}）还松：到了红线的还没有到黄线",
                      f"yellow ({own.yellow:g}) is looser than red ({own.red:g})"))  # fmt: skip
    words = {"yellow": ("黄线", "yellow"), "red": ("红线", "red")}
    for name, limit in fixed.items():
        given = getattr(own, name)
        if own.looser(given, limit):
            zh, en = words[name]
            found.append((
                f"上级定的{zh}是 {limit:g}，下级只能更严，不能放宽到 {given:g}",
                f"a level above fixed {en} at {limit:g}: stricter may be, {given:g} is looser",
            ))  # fmt: skip
    return found
