"""What a register definition 台账定义 is made of: fields, words, views, who may, statistics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

TEXT_TYPES = ("text", "lines", "url", "email", "record", "institution")
FIELD_TYPES = (*TEXT_TYPES, "integer", "number", "date", "boolean", "code", "codes", "entry")
HOLDER_KINDS = ("archives", "unit", "authority", "provider")
CHARTS = ("bar", "line", "pie")
MOST_INDEXED = 3  # key columns of the one table that all registers share
PUBLICATIONS = ("closed", "chosen", "open")


@dataclass(frozen=True)
class Word:
    """One choice of a field 选项: the code that is kept, the words that are shown."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class RegisterField:
    """A field 字段. ``type`` is one of `FIELD_TYPES`; ``target`` names another register."""

    name: str
    label_zh: str
    label_en: str
    type: str = "text"
    required: bool = False
    max_length: int = 300
    minimum: float | None = None
    maximum: float | None = None
    pattern: str = ""
    words: tuple[Word, ...] = ()
    vocabulary: str = ""
    target: str = ""
    indexed: bool = False
    unique: bool = False
    public: bool = False
    hidden: bool = False
    default: str = ""
    unit: str = ""
    help_zh: str = ""
    help_en: str = ""
    group_zh: str = ""
    group_en: str = ""
    verified: bool = True

    @property
    def is_number(self) -> bool:
        """Does it count or measure?"""
        return self.type in ("integer", "number")

    @property
    def has_words(self) -> bool:
        """Is it chosen from a list?"""
        return self.type in ("code", "codes")


@dataclass(frozen=True)
class View:
    """A view 视图: which columns, in which order, which entries (field → wanted code)."""

    id: str
    label_zh: str
    label_en: str
    columns: tuple[str, ...] = ()
    sort: str = ""
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Statistic:
    """A count by a field, or the sum of ``of`` by it; a date counts by its year."""

    id: str
    label_zh: str
    label_en: str
    by: str
    of: str = ""
    chart: str = "bar"


@dataclass(frozen=True)
class Reminder:
    """到期提醒: ``days`` before the date in ``field`` the role finds a line in the inbox."""

    field: str
    days: int
    role: str
    label_zh: str
    label_en: str


@dataclass(frozen=True)
class Reach:
    """Who may, by role; ``subtree`` reaches the institutions below one's own, ``any`` all."""

    roles: tuple[str, ...]
    reach: str = "own"


@dataclass(frozen=True)
class RegisterDefinition:
    """A register 台账 (名录, 专题库): what its entries are and who keeps them."""

    id: str
    version: str
    label_zh: str
    label_en: str
    fields: tuple[RegisterField, ...]
    title: str
    key: tuple[str, ...]
    holders: tuple[str, ...]
    see: tuple[Reach, ...]
    write: tuple[Reach, ...]
    note_zh: str = ""
    note_en: str = ""
    views: tuple[View, ...] = ()
    statistics: tuple[Statistic, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    calendar: str = ""
    publication: str = "closed"
    covers: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    source: str = ""
    verified: bool = True
    path: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)  # a field's old name → its new one
    data: Mapping[str, Any] = field(default_factory=dict)  # as it was read

    @cached_property
    def by_field(self) -> Mapping[str, RegisterField]:
        """Every field by name, hidden ones too."""
        return {entry.name: entry for entry in self.fields}

    @cached_property
    def shown(self) -> tuple[RegisterField, ...]:
        """The fields of forms, lists and files."""
        return tuple(entry for entry in self.fields if not entry.hidden)

    @cached_property
    def indexed(self) -> tuple[str, ...]:
        """The names of the fields in the key columns, in their order."""
        return tuple(f.name for f in self.fields if f.indexed)[:MOST_INDEXED]

    def view(self, wanted: str = "") -> View:
        """The view of this id, else the first, else one of the first six fields."""
        for one in self.views:
            if one.id == wanted or not wanted:
                return one
        names = tuple(f.name for f in self.shown if f.type != "lines")[:6]
        return View("all", "全部", "All", names)
