"""The way upward 上报路径: from a body through those above it to whoever asked."""

from __future__ import annotations

from lantai.foundation.institutions.models import Institution


def parents_of_all() -> dict[int, int | None]:
    """Every institution's superior, in one question."""
    return dict(Institution.objects.values_list("pk", "parent_id"))


def way_up(body: int, owner: int, parents: dict[int, int | None]) -> list[int]:
    """The institutions that review a body's form, lowest first, the owner last; [] if none leads."""
    way: list[int] = []
    here = parents.get(body)
    while here is not None and here not in way:
        way.append(here)
        if here == owner:
            return way
        here = parents.get(here)
    return []


def parents_below(owner: int, parents: dict[int, int | None]) -> dict[int, int | None]:
    """The tree as a round sees it: nothing stands above its owner."""
    return {**parents, owner: None}
