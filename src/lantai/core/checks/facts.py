"""Facts from outside 外部信息: what the package cannot say of itself. Absent ones judge nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from lantai.core.identifiers import ReferenceCodeRule

Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a person or a device found 检测证据, entered for a manual item."""

    passed: bool
    note: str
    by: str = ""
    at: str = ""


class VirusScanner(Protocol):
    """A virus engine: its name, the date of its signatures, and a verdict a file."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    def signatures_date(self) -> date | None:
        """When its signatures were made; None when it does not tell."""
        ...

    def scan(self, path: Path) -> str:
        """The name of what was found; empty for a clean file. May raise OSError."""
        ...


@dataclass(slots=True)
class CheckFacts:
    """Everything optional. Functions return None (or "") for "nothing to object".

    ``package_digest``, ``registered_items``, ``registered_bytes``: the hand-over register.
    ``code_exists(code)``: already in the catalogue. ``database_values(code)``: the row after
    import. ``in_scope(values)``: objection by the schedule 三合一, "" if fine.
    ``missing_clauses()``: clauses of the schedule without any record. ``reference_rule(values)``.
    ``authorised(agent, time)``. ``channel``: how it came, in words, once proven.
    ``environment(mime, puid)``: whether a reader for the format is registered.
    ``restore_sample()``: objections of the last restore drill. ``carrier``: online or offline.
    ``evidence``: by item id.
    """

    package_digest: str = ""
    registered_items: int | None = None
    registered_bytes: int | None = None
    code_exists: Callable[[str], bool] | None = None
    database_values: Callable[[str], Values | None] | None = None
    in_scope: Callable[[Values], str] | None = None
    missing_clauses: Callable[[], list[str]] | None = None
    reference_rule: Callable[[Values], ReferenceCodeRule | None] | None = None
    authorised: Callable[[str, str], bool] | None = None
    channel: str = ""
    environment: Callable[[str, str], bool] | None = None
    restore_sample: Callable[[], list[str]] | None = None
    antivirus: VirusScanner | None = None
    carrier: str = ""
    evidence: dict[str, Evidence] = field(default_factory=dict)
    today: date | None = None
