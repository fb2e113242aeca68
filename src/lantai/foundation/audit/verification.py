"""Verification 台账校验: the chain in the segment files, and the table against the files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

from django.conf import settings

from lantai.core.ledger.chain import GENESIS, entry_hash
from lantai.core.ledger.segments import SegmentUnreadable, read_chain
from lantai.core.ledger.verify import VerifyReport, verify_segments
from lantai.foundation.ledger.models import LedgerEntry, LedgerHead
from lantai.foundation.ledger.signing import seal_checker
from lantai.foundation.ledger.writing import chained_time

MOST = 1_000  # problems listed; the rest are counted by what is broken, not line by line


@dataclass
class LedgerProblem:
    """One fault, located."""

    where: str  # storage | database
    code: str
    sequence: int
    message_zh: str
    message_en: str
    path: str = ""
    line: int = 0


@dataclass
class LedgerReport:
    """What the walk found."""

    entries: int = 0
    segments: int = 0
    abandoned: int = 0
    uncommitted: bool = False
    signatures_checked: bool = False
    head: str = GENESIS
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
            "uncommitted": self.uncommitted,
            "signatures_checked": self.signatures_checked,
            "head": self.head,
            "findings": [vars(p) for p in self.problems],
        }


def verify_files(folder: Path, expected: tuple[int, str] | None = None) -> LedgerReport:
    """The segment files alone: they and the published public key are enough."""
    if not folder.is_dir():
        return LedgerReport(problems=[_no_files(folder)])
    return _report(verify_segments(folder, seal_checker(folder), expected_head=expected))


def verify_ledger() -> LedgerReport:
    """Check segment files first, then every database row: its hash, its place, its twin."""
    folder = settings.LANTAI.ledger
    head = LedgerHead.objects.filter(pk=1).first()
    known = (head.sequence, head.hash or GENESIS) if head else (0, GENESIS)
    report = verify_files(folder, known) if known[0] or folder.is_dir() else LedgerReport()
    found = list(_rows_alone(known))
    hurt = {problem.sequence for problem in found}
    if folder.is_dir():
        with suppress(SegmentUnreadable):  # the walk over the files has said so
            found += [p for p in _twins(folder) if p.sequence not in hurt]
    report.problems += found[:MOST]
    return report


def _report(stored: VerifyReport) -> LedgerReport:
    return LedgerReport(
        entries=stored.entries,
        segments=stored.segments,
        abandoned=stored.abandoned,
        uncommitted=stored.uncommitted,
        signatures_checked=stored.signatures_checked,
        head=stored.head_hash,
        problems=[
            LedgerProblem("storage", p.code, p.sequence, p.message_zh, p.message_en, p.path, p.line)
            for p in stored.problems
            if p.code != "torn"
        ],
    )


def _rows_alone(head: tuple[int, str]) -> Iterator[LedgerProblem]:
    """The table by itself: every hash, every link, every number."""
    previous, expected = GENESIS, 1
    for row in LedgerEntry.objects.order_by("sequence").iterator(chunk_size=2_000):
        if row.sequence != expected:
            yield _gap(expected, row.sequence)
        elif row.previous != previous:
            yield _database(
                "broken-link", row.sequence,
                "没有接在前一条之后：有条目被改动、调换或插入", "does not follow the one before it",
            )  # fmt: skip
        if entry_hash(row.previous, _chained(row)) != row.hash:
            yield _database(
                "edited",
                row.sequence,
                "内容被改动：散列值不符",
                "was edited: its hash does not fit",
            )
        previous, expected = row.hash, row.sequence + 1
    if head != (expected - 1, previous):
        yield _gap(expected, head[0] + 1)


def _twins(folder: Path) -> Iterator[LedgerProblem]:
    """Each row beside its line in the files: a database put back to an earlier day shows here."""
    lines = ((line.entry["sequence"], line.entry["hash"], line.entry.get("work", 0))
             for line in read_chain(folder))  # fmt: skip
    rows = LedgerEntry.objects.order_by("sequence").values_list("sequence", "hash")
    behind: list[tuple[int, int]] = []
    for line, row in zip_longest(lines, rows.iterator(chunk_size=2_000)):
        if row is None:
            behind.append((line[0], line[2]))
        elif line is None:
            yield _database(
                "not-in-storage",
                row[0],
                "存储的台账文件中没有这一条",
                "is not in the segment files",
            )
            return
        elif line[:2] != row:
            yield _database(
                "differs", row[0], "与存储中的台账文件不一致", "is not what the segment files hold"
            )
            return
    if len({work for _, work in behind}) > 1:  # one alone was cut off before its commit
        yield _database(
            "behind-storage", behind[0][0],
            f"及以后共 {len(behind)} 条只在存储中有：数据库被退回到较早的状态；"
            "请运行 lantai rebuild catalogue",
            f"and later, {len(behind)} entries, are only in storage: the database was put back; "
            "run lantai rebuild catalogue",
        )  # fmt: skip


def _database(code: str, sequence: int, zh: str, en: str) -> LedgerProblem:
    return LedgerProblem(
        "database", code, sequence, f"第 {sequence} 条{zh}", f"entry {sequence} {en}"
    )


def _gap(expected: int, found: int) -> LedgerProblem:
    return LedgerProblem(
        "database",
        "missing",
        expected,
        f"缺少第 {expected} 条（其后是第 {found} 条）：有条目被删除",
        f"entry {expected} is missing (next is {found}): entries were deleted",
    )


def _no_files(folder: Path) -> LedgerProblem:
    return LedgerProblem(
        "storage",
        "no-files",
        0,
        f"没有台账文件夹 {folder.name}：存储中的台账不在",
        f"there is no ledger folder {folder.name}",
    )


def _chained(row: LedgerEntry) -> dict[str, Any]:
    body = {name: getattr(row, name) for name in LedgerEntry.CHAINED}
    body["at"] = chained_time(row.at)
    return body
