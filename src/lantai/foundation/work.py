"""One unit of work 工作单元: what an operation changed, gathered and written at its very end.

Order of the end: ledger lock → numbers and hashes → segment file (synced) → rows → commit.
So the storage knows of every committed change, and change numbers come in commit order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from lantai.core.ledger.sheets import Sheet
from lantai.foundation.policy import Anonymous

_encoder = DjangoJSONEncoder()


@dataclass(frozen=True)
class Act:
    """经办: who does it, when, why and through which door."""

    by: Any  # Person, policy.Anonymous or policy.Operator
    at: datetime = field(default_factory=timezone.now)
    reason: str = ""
    channel: str = "web"  # web | api | cli | job

    def __post_init__(self) -> None:
        """A request nobody signed in for is the public's: a refusal of it is entered too."""
        if getattr(self.by, "is_anonymous", False):
            object.__setattr__(self, "by", Anonymous())

    @property
    def day(self) -> date:
        """The day on the calendar of the place; ``at`` itself is counted in UTC."""
        return timezone.localdate(self.at)


@dataclass
class PendingEntry:
    """A ledger entry before it has its number."""

    act: Act
    event: str
    operation: str
    outcome: str
    subjects: list[str]
    institution: str = ""
    detail: dict[str, Any] = field(default_factory=dict)
    reason: str = ""


@dataclass
class Work:
    """Everything the outermost operation and those inside it have done so far."""

    entries: list[PendingEntry] = field(default_factory=list)
    stack: list[PendingEntry] = field(default_factory=list)
    rows: dict[tuple[str, Any], models.Model | dict[str, Any] | None] = field(default_factory=dict)
    changes: dict[tuple[str, str], None] = field(default_factory=dict)
    sheets: list[tuple[Sheet, Sequence[str], str]] = field(default_factory=list)


_current: ContextVar[Work | None] = ContextVar("lantai_work", default=None)


def current_work() -> Work:
    """The unit of work under way; outside an operation there is none, and that is a defect."""
    work = _current.get()
    if work is None:
        raise RuntimeError("rows may only be kept inside an @operation")
    return work


def keep(*rows: models.Model, kind: str = "updated") -> None:
    """These rows were written: their images go to storage, their subjects to `changes`."""
    work = current_work()
    for row in rows:
        work.rows[(row._meta.label, row.pk)] = row
        urn = getattr(row, "urn", "")
        if urn:
            work.changes[(urn, kind)] = None


def keep_all(rows: Iterable[models.Model], kind: str = "updated") -> None:
    """`keep` for many."""
    keep(*rows, kind=kind)


def keep_sheet(sheet: Sheet, urns: Sequence[str] = (), kind: str = "created") -> None:
    """`keep` for rows entered together without a model each; ``urns`` are their names if any."""
    current_work().sheets.append((sheet, urns, kind))


def keep_gone(row: models.Model, primary_key: Any) -> None:
    """This row was deleted (its pk from before)."""
    work = current_work()
    work.rows[(row._meta.label, primary_key)] = None
    if getattr(row, "urn", ""):
        work.changes[(row.urn, "deleted")] = None


def note_change(subject: str, kind: str) -> None:
    """Tell the followers about a subject none of whose rows changed."""
    current_work().changes[(subject, kind)] = None


def note(**detail: Any) -> None:
    """Add facts to the ledger entry of the operation under way."""
    current_work().stack[-1].detail.update(detail)


def about(*urns: str) -> None:
    """Name more subjects of the entry under way."""
    subjects = current_work().stack[-1].subjects
    subjects.extend(u for u in urns if u not in subjects)


def row_image(row: models.Model) -> dict[str, Any]:
    """A row as plain JSON values by column, less what its model says is never kept."""
    hidden: frozenset[str] = getattr(row, "not_kept", frozenset())
    return {
        f.attname: _plain(getattr(row, f.attname))
        for f in row._meta.concrete_fields
        if f.name not in hidden
    }


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, int, bool, float, list, dict)):
        return value
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    if isinstance(value, datetime):
        return value.isoformat()  # to the microsecond: the encoder below would cut it
    return _encoder.default(value)
