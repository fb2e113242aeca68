"""Proving the ledger off line 台账校验: the files and the public key are enough.

Walks every line once and says where it was touched: edited, deleted, moved, cut, doubled.
"""

from __future__ import annotations

import functools
import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lantai.core.fixity import DigestUnavailable, digest_file
from lantai.core.ledger.chain import GENESIS, NotCanonical, canonical, entry_hash, rows_digest
from lantai.core.ledger.segments import (
    MAX_LINE,
    begins_work,
    seal_digest,
    seal_path,
    segment_numbers,
    segment_path,
)

CheckSignature = Callable[[bytes, Mapping[str, str]], bool]
"""Whether a seal's ``signature`` mapping is good over these bytes."""

MOST_PROBLEMS = 1000
"""Problems listed; a ledger so broken is not read line by line by anybody."""


@dataclass(frozen=True)
class LedgerProblem:
    """One thing found: ``sequence`` and ``line`` are 0 where they do not apply."""

    code: str
    sequence: int
    path: str
    line: int
    message_zh: str
    message_en: str


@dataclass
class VerifyReport:
    """What the proof found. ``torn`` and ``abandoned`` are no faults."""

    ok: bool = True
    entries: int = 0
    segments: int = 0
    problems: list[LedgerProblem] = field(default_factory=list)
    abandoned: int = 0
    torn: bool = False
    signatures_checked: bool = False
    head_sequence: int = 0
    head_hash: str = GENESIS
    uncommitted: bool = False
    """The catalogue does not know the last unit of work: it was cut off before its commit."""


@functools.cache
def _messages() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("messages.toml").read_text("utf-8"))


def verify_segments(
    folder: Path,
    check_signature: CheckSignature | None = None,
    *,
    expected_head: tuple[int, str] | None = None,
) -> VerifyReport:
    """Walk all segments and prove every line, link and seal.

    ``expected_head`` (sequence, hash) as the catalogue knows it, or as printed somewhere else,
    also finds a tail cut off the newest segment, which no chain can show by itself.
    """
    return _Proof(folder, check_signature).run(expected_head)


class _Proof:
    """The state of one walk: which number we are at, and the attempts at it."""

    def __init__(self, folder: Path, check_signature: CheckSignature | None) -> None:
        self.folder, self.check_signature = folder, check_signature
        self.report = VerifyReport(signatures_checked=check_signature is not None)
        self.sequence = 0
        self.attempts = [GENESIS]
        self.before = ""
        self.work = (1, GENESIS)  # the last unit of work: its first number, what it follows
        self.last_seal = ""
        self.path, self.line = "", 0

    def run(self, expected_head: tuple[int, str] | None) -> VerifyReport:
        numbers = segment_numbers(self.folder)
        following = 1
        for number in numbers:
            if number != following:
                self.path, self.line = segment_path(self.folder, following).name, 0
                self.note("segment-missing", 0, first=following, last=number - 1)
            self.segment(number, newest=number == numbers[-1])
            following = number + 1
        self.report.segments = len(numbers)
        self.report.entries = self.sequence if not self.report.problems else self.report.entries
        self.report.head_sequence, self.report.head_hash = self.sequence, self.attempts[-1]
        self.report.abandoned += len(self.attempts) - 1
        if expected_head is not None and expected_head != (self.sequence, self.attempts[-1]):
            if expected_head == (self.work[0] - 1, self.work[1]):
                self.report.uncommitted = True
            else:
                self.note("head-differs", expected_head[0])
        return self.report

    def note(self, code: str, sequence: int, **details: object) -> None:
        if code != "torn":
            self.report.ok = False
        if len(self.report.problems) < MOST_PROBLEMS:
            words = _messages()[code]
            zh, en = words["zh"].format(**details), words["en"].format(**details)
            self.report.problems.append(LedgerProblem(code, sequence, self.path, self.line, zh, en))

    def segment(self, number: int, *, newest: bool) -> None:
        path = segment_path(self.folder, number)
        self.path, self.line = path.name, 0
        with path.open("rb") as stream:
            while raw := stream.readline(MAX_LINE + 1):
                self.line += 1
                if (
                    not raw.endswith(b"\n")
                    and newest
                    and not seal_path(self.folder, number).exists()
                ):
                    self.report.torn = True
                    self.note("torn", self.sequence + 1)
                    break
                self.one_line(raw)
        self.seal(number, newest=newest)

    def one_line(self, raw: bytes) -> None:
        try:
            document = json.loads(raw)
            entry, rows = document["entry"], document["rows"]
            sequence, previous, own = entry["sequence"], entry["previous"], entry["hash"]
            right = isinstance(sequence, int) and isinstance(previous, str) and isinstance(own, str)
            if not right:
                raise TypeError("wrong kinds")
            written, covered = canonical(document) + b"\n", rows_digest(rows)
            hashed = entry_hash(previous, entry)
        except (ValueError, KeyError, TypeError, RecursionError, NotCanonical):
            self.note("line-unreadable", self.sequence + 1)
            return
        self.report.entries += 1
        if written != raw:
            self.note("line-altered", sequence)
        if entry.get("rows_digest") != covered:
            self.note("rows-altered", sequence)
        if hashed != own:
            self.note("entry-altered", sequence)
        if begins_work(entry):
            if sequence == self.work[0] and previous == self.work[1] and sequence < self.sequence:
                self.take_back(sequence, previous, own)
                return
            self.work = (sequence, previous)
        self.link(sequence, previous, own)

    def take_back(self, sequence: int, previous: str, own: str) -> None:
        """The last unit of work, of several entries, was abandoned and is written anew."""
        self.report.abandoned += self.sequence - sequence + 1
        self.sequence, self.attempts, self.before = sequence, [own], previous

    def link(self, sequence: int, previous: str, own: str) -> None:
        if sequence > self.sequence:
            self.forward(sequence, previous, own)
        elif sequence < self.sequence:
            self.note("out-of-order", sequence)
        elif own in self.attempts:
            self.note("duplicated", sequence)
        elif previous != self.before:
            self.note("link-broken", sequence)
        else:
            self.attempts.append(own)

    def forward(self, sequence: int, previous: str, own: str) -> None:
        if sequence > self.sequence + 1:
            self.note("missing", self.sequence + 1, first=self.sequence + 1, last=sequence - 1)
        elif previous not in self.attempts:
            self.note("link-broken", sequence)
        self.report.abandoned += len(self.attempts) - 1
        # Go on from what stands here, so that one wound is reported once.
        self.sequence, self.attempts, self.before = sequence, [own], previous

    def seal(self, number: int, *, newest: bool) -> None:
        path = seal_path(self.folder, number)
        lines, file = self.line, self.path
        self.path, self.line = path.name, 0
        if not path.exists():
            if not newest:
                self.note("seal-missing", self.sequence)
            return
        raw = path.read_bytes()
        try:
            document = json.loads(raw)
            if canonical(document) + b"\n" != raw:
                raise ValueError("not canonical")
            signature = document.pop("signature", None)
            detail = self.differences(number, document, lines, file)
            before = document["previous_seal"]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError,
                DigestUnavailable):  # fmt: skip
            self.note("seal-unreadable", self.sequence)
            return
        if detail:
            self.note("seal-differs", self.sequence, detail=detail)
        if before != self.last_seal:
            self.note("seal-chain", self.sequence)
        self.last_seal = seal_digest(raw)
        self.signed(document, signature)

    def differences(self, number: int, document: dict[str, Any], lines: int, file: str) -> str:
        """Which statements of the seal are not so, or nothing."""
        found = digest_file(segment_path(self.folder, number), tuple(document["digests"]))
        wrong = [
            name
            for name, told, true in (
                ("segment", document["segment"], number),
                ("file", document["file"], file),
                ("size", document["size"], found.size),
                ("lines", document["lines"], lines),
                ("digests", document["digests"], found.values),
                ("last", document["last"], self.sequence),
                ("last_hash", document["last_hash"], self.attempts[-1]),
            )
            if told != true
        ]
        return ", ".join(wrong) if document["digests"] else "digests"

    def signed(self, document: dict[str, Any], signature: Any) -> None:
        if self.check_signature is None:
            return
        if not isinstance(signature, dict):
            self.note("seal-unsigned", self.sequence)
        elif not self.check_signature(canonical(document), signature):
            self.note("seal-signature", self.sequence)
