"""MigratingDesk 可转版的桌: which matters lie under an older version, what would happen, the verb.

Each desk has one file ``migrated.py`` with one subclass; the page and the job know none by name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import QuerySet

from lantai.core.desks.foreseeing import Foresight
from lantai.core.registry import Shelf, UnknownId
from lantai.foundation.refusal import NotFound, NotPermitted
from lantai.foundation.work import Act


@dataclass(frozen=True)
class Behind:
    """A matter under an older version, as a line: where it is, which version, which comes."""

    title: str
    url: str
    about: str
    version: str
    coming: str


class MigratingDesk(ABC):
    """One desk whose matters keep the version they began under until somebody moves them."""

    id: str = ""

    @abstractmethod
    def label(self, key: str) -> str:
        """The definition's name in the reader's language; `NotFound`."""

    @abstractmethod
    def behind(self, actor: Any, key: str) -> QuerySet[Any]:
        """The open matters of an older version that the person may move; `NotPermitted`."""

    @abstractmethod
    def line(self, row: Any) -> Behind:
        """A matter of `behind` as a line."""

    @abstractmethod
    def foresee(self, row: Any) -> Foresight:
        """What going over would do to it."""

    @abstractmethod
    def migrate(self, act: Act, row: Any) -> Any:
        """The operation that moves it: one entry in the ledger; a `Refusal` leaves it."""


_shelf: Shelf[MigratingDesk] = Shelf(MigratingDesk, "lantai.foundation.desks")  # type: ignore[type-abstract]


@cache
def migrating_desks() -> dict[str, MigratingDesk]:
    """Every desk by id."""
    return {key: made() for key, made in _shelf.all().items()}


def how_many_behind(actor: Any, desk: str, key: str) -> int:
    """How many matters of a definition the person may move; 0 for who may move none."""
    try:
        return migrating_desks()[desk].behind(actor, key).count()
    except NotPermitted:
        return 0


def migrating_desk(name: str) -> MigratingDesk:
    """The desk, or `NotFound`."""
    try:
        return migrating_desks()[name]
    except (KeyError, UnknownId):
        raise NotFound("没有这种定义。", "No such kind of definition.") from None
