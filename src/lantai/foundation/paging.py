"""A page of a list by key 键集分页: as quick at the millionth row as at the first."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property

Row = TypeVar("Row", bound=Model)
SIZE = 50
LARGEST = 2**63
LONGEST = 200  # characters
_UNFIT = re.compile("[\0\ud800-\udfff]")  # what no database takes: NUL, half a character


@dataclass
class KeyPage(Generic[Row]):
    """The rows of a page, and the addresses around it as the table's pager takes them."""

    rows: list[Row]
    pager: dict[str, str] | None
    whole: QuerySet[Row]

    @cached_property
    def total(self) -> int:
        """How many the list holds; counted when asked."""
        return self.whole.count()


def whole_number(text: str) -> int | None:
    """The whole number that an address names, as a key of the database."""
    found = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
    return found if found is not None and found < LARGEST else None


def a_code(text: str) -> str | None:
    """The text that an address names, as a code of the database."""
    return text if 0 < len(text) <= LONGEST and not _UNFIT.search(text) else None


def page_by_key(
    rows: QuerySet[Row],
    given: QueryDict,
    *,
    key: str = "-pk",
    size: int = SIZE,
    read: Callable[[str], Any] = whole_number,
) -> KeyPage[Row]:
    """The page that ``after`` or ``before`` of an address name, in the order of ``key``, which no two rows share.

    ``read`` makes a value of the key of what the address says, `whole_number` or `a_code`; strange ones are
    passed over. What else the address says is kept in the pager's addresses.
    """
    down, name = key.startswith("-"), key.lstrip("-")
    after, before = (read(given.get(side, "")) for side in ("after", "before"))
    whole = rows
    if before is not None:
        nearer = rows.filter(**{f"{name}__{'gt' if down else 'lt'}": before})
        found = list(nearer.order_by(name if down else f"-{name}")[: size + 1])
        earlier, later = len(found) > size, True
        found = found[:size][::-1]
    else:
        if after is not None:
            rows = rows.filter(**{f"{name}__{'lt' if down else 'gt'}": after})
        found = list(rows.order_by(key)[: size + 1])
        earlier, later = after is not None, len(found) > size
        found = found[:size]
    pager = {
        "next": _address(given, after=_of(found[-1], name)) if later and found else "",
        "previous": _address(given, before=_of(found[0], name)) if earlier and found else "",
        "first": _address(given) if after is not None or before is not None else "",
    }
    return KeyPage(found, pager if any(pager.values()) else None, whole)


def _of(row: Any, name: str) -> Any:
    return reduce(getattr, name.split("__"), row)


def _address(given: QueryDict, **place: Any) -> str:
    made = given.copy()
    for side in ("after", "before"):
        made.pop(side, None)
    for side, value in place.items():
        made[side] = str(value)
    return f"?{made.urlencode()}"
