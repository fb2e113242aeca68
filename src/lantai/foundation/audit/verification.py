"""Verification 台账校验: the chain in the segment files, and the table against the files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from lantai.core.ledger.chain import entry_hash
from lantai.core.ledger.verify import verify_segments
from lantai.foundation.ledger.models import LedgerEntry, LedgerHead
from lantai.foundation.ledger.signing import check_seal
from lantai.foundation.ledger.writing import chained_time


@dataclass
class LedgerProblem:
    """One fault, located."""

    where: str  # storage | database
    code: str
    sequence: int
    message_zh: str
    message_en: str


@dataclass
class LedgerReport:
    """What the walk found."""

    entries: int = 0
    segments: int = 0
    abandoned: int = 0
    problems: list[LedgerProblem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Nothing was found wanting."""
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """For `lantai audit verify --json`."""
        return {
            "ok": self.ok,
            "entries": self.entries,
            "segments": self.segments,
            "abandoned": self.abandoned,
            "findings": [vars(p) for p in self.problems],
        }


def verify_ledger() -> LedgerReport:
    """Check segment files first, then every database row: its hash, its place, its twin."""
    stored = verify_segments(settings.LANTAI.ledger, check_seal)
    report = LedgerReport(stored.entries, stored.segments, len(stored.abandoned))
    for p in stored.problems:
        report.problems.append(
            LedgerProblem("storage", p.code, p.sequence or 0, p.message_zh, p.message_en)
        )
    previous, expected = "", 1
    for row in LedgerEntry.objects.order_by("sequence").iterator(chunk_size=2_000):
        if row.sequence != expected:
            report.problems.append(_gap(expected, row.sequence))
        elif row.previous != previous:
            report.problems.append(
                LedgerProblem(
                    "database",
                    "broken-link",
                    row.sequence,
                    f"第 {row.sequence} 条没有接在前一条之后：有条目被改动、调换或插入",
                    f"entry {row.sequence} does not follow the one before it",
                )
            )
        if entry_hash(row.previous, _chained(row)) != row.hash:
            report.problems.append(
                LedgerProblem(
                    "database",
                    "edited",
                    row.sequence,
                    f"第 {row.sequence} 条内容被改动：散列值不符",
                    f"entry {row.sequence} was edited: its hash does not fit",
                )
            )
        previous, expected = row.hash, row.sequence + 1
    head = LedgerHead.objects.filter(pk=1).first()
    if head and (head.sequence != expected - 1 or head.hash != previous):
        report.problems.append(_gap(expected, head.sequence + 1))
    if stored.entries and stored.last_sequence != expected - 1 and not stored.problems:
        report.problems.append(
            LedgerProblem(
                "database",
                "behind-storage",
                expected,
                f"存储中的台账到第 {stored.last_sequence} 条，数据库到第 {expected - 1} 条；"
                "请运行 lantai rebuild catalogue",
                f"storage ends at {stored.last_sequence}, the database at {expected - 1}: "
                "run lantai rebuild catalogue",
            )
        )
    return report


def _gap(expected: int, found: int) -> LedgerProblem:
    return LedgerProblem(
        "database",
        "missing",
        expected,
        f"缺少第 {expected} 条（其后是第 {found} 条）：有条目被删除",
        f"entry {expected} is missing (next is {found}): entries were deleted",
    )


def _chained(row: LedgerEntry) -> dict[str, Any]:
    body = {name: getattr(row, name) for name in LedgerEntry.CHAINED}
    body["at"] = chained_time(row.at)
    return body
