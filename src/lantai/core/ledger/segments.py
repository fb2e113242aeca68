"""Segments 台账分段: the ledger as append-only files, sealed when full.

``segment-000001.jsonl`` has a line an entry: ``{"entry":{…},"rows":[…]}``. A line is written and
synced before the catalogue commits; the entries of one unit of work together, each naming the
number of the first of them in ``work``. When that commit fails, the next unit of work takes the
same numbers and the same previous: the earlier lines are an abandoned attempt 作废尝试, known by
the fact that no entry names them. ``segment-000001.seal.json`` closes a full segment: first and last, digests,
the seal before it, and a signature over all that.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lantai.core.fixity import digest_bytes, digest_file
from lantai.core.ledger.chain import Row, canonical, written_row
from lantai.core.ledger.sheets import images

SEGMENT = re.compile(r"^segment-(\d{6,})\.jsonl$")
MAX_LINE = 256 << 20
"""Bytes of one line: a change of a million rows belongs into several entries."""
MAX_SEGMENT = 64 << 20
"""Bytes after which a segment is sealed: its digests are reckoned while writers wait, and whoever
looks into it or carries it elsewhere can handle the file. One line may go beyond."""

Signer = Callable[[bytes], Mapping[str, str]]
"""Signs bytes and answers ``{"key_id": …, "algorithm": …, "signature": hexadecimal}``."""


class SegmentUnreadable(Exception):
    """A line that is no ledger line; the message names file and line."""


class LineTooLong(Exception):
    """An entry with more rows than one line may hold."""


@dataclass(frozen=True)
class SegmentLine:
    """A line of a segment: where it stands, its entry and its row images."""

    segment: int
    line: int
    entry: dict[str, Any]
    rows: list[list[Any]]

    def images(self) -> Iterator[tuple[str, Any, dict[str, Any] | None]]:
        """(table, key, image or None) of every row, those written as a sheet one by one too."""
        for row in self.rows:
            yield from images(row)


def segment_path(folder: Path, number: int) -> Path:
    """The file of a segment."""
    return folder / f"segment-{number:06d}.jsonl"


def seal_path(folder: Path, number: int) -> Path:
    """The seal of a segment."""
    return folder / f"segment-{number:06d}.seal.json"


def segment_numbers(folder: Path) -> list[int]:
    """The numbers of the segments that lie in a folder, in order."""
    if not folder.is_dir():
        return []
    found = (SEGMENT.match(path.name) for path in folder.iterdir())
    return sorted(int(match.group(1)) for match in found if match)


def read_segments(folder: Path) -> Iterator[SegmentLine]:
    """Every whole line in the order written, abandoned attempts too, with flat memory.

    A torn last line (power cut) is left out; any other unreadable one is `SegmentUnreadable`.
    """
    for number in segment_numbers(folder):
        with segment_path(folder, number).open("rb") as stream:
            for count, raw in enumerate(stream, 1):
                if not raw.endswith(b"\n"):
                    break
                yield _parse(number, count, raw)


def read_chain(folder: Path) -> Iterator[SegmentLine]:
    """The lines on the chain only: of several attempts at the same numbers, the last.

    Who writes again from a number had found the catalogue without it, so the last attempt is
    the one that was followed. Links are not proven here: `verify_segments` does that.
    """
    attempt: list[SegmentLine] = []
    for line in read_segments(folder):
        if attempt and begins_work(line.entry):
            if line.entry["sequence"] > attempt[-1].entry["sequence"]:
                yield from attempt
            attempt = []
        attempt.append(line)
    yield from attempt


def begins_work(entry: Mapping[str, Any]) -> bool:
    """Is this the first entry of its unit of work? (One that names none is a unit of its own.)"""
    return bool(entry.get("work", entry["sequence"]) == entry["sequence"])


def _parse(number: int, count: int, raw: bytes) -> SegmentLine:
    try:
        document = json.loads(raw)
        entry, rows = document["entry"], document["rows"]
        _ = int(entry["sequence"]), str(entry["hash"]), str(entry["previous"]), list(rows)
    except (ValueError, KeyError, TypeError, RecursionError) as cause:
        where = f"segment-{number:06d}.jsonl:{count}"
        raise SegmentUnreadable(f"台账行无法读取 ledger line unreadable: {where}") from cause
    return SegmentLine(number, count, entry, rows)


class SegmentWriter:
    """Appends to the newest segment, seals it when full, starts the next.

    Several processes may hold one each: a lock file orders them, and each looks again at what
    the others appended. The order of numbers is the caller's to keep (one transaction at a time).
    """

    def __init__(
        self,
        folder: Path,
        max_entries: int = 5000,
        signer: Signer | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        max_bytes: int = MAX_SEGMENT,
    ) -> None:
        self.folder, self.signer, self.clock = folder, signer, clock
        self.max_entries, self.max_bytes = max_entries, max_bytes
        folder.mkdir(parents=True, exist_ok=True)
        self._number, self._offset, self._lines = 0, 0, 0

    def append(self, entry: Mapping[str, Any], rows: Sequence[Row] = ()) -> tuple[int, int]:
        """Write one entry made by `chain_entry`, synced to disk; segment and line number.

        `OSError` when it could not be made durable: then the caller must not commit.
        """
        return self.append_work([(entry, rows)])

    def append_work(
        self, entries: Sequence[tuple[Mapping[str, Any], Sequence[Row]]]
    ) -> tuple[int, int]:
        """Write the entries of one unit of work with one sync; the place of the last line."""
        lines = [_line(entry, rows) for entry, rows in entries]
        with self._locked():
            self._look()
            self._write(b"".join(lines), len(lines))
            place = (self._number, self._lines)
            if self._is_full():
                self._seal()
            return place

    def seal(self) -> Path | None:
        """Seal the newest segment now, full or not (a daily close); None when it is empty."""
        with self._locked():
            self._look()
            return self._seal() if self._lines else None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / ".lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _look(self) -> None:
        """Find the newest open segment and how many lines it has; set a torn line aside."""
        newest = max(segment_numbers(self.folder), default=1)
        while seal_path(self.folder, newest).exists():
            newest += 1
        if newest != self._number:
            self._number, self._offset, self._lines = newest, 0, 0
        path = segment_path(self.folder, newest)
        size = path.stat().st_size if path.exists() else 0
        if size < self._offset:
            self._offset = self._lines = 0
        if size > self._offset:
            self._count(path)
        if self._is_full():
            self._seal()
            self._number, self._offset, self._lines = self._number + 1, 0, 0

    def _is_full(self) -> bool:
        return self._lines >= self.max_entries or self._offset >= self.max_bytes

    def _count(self, path: Path) -> None:
        with path.open("rb") as stream:
            stream.seek(self._offset)
            for raw in stream:
                if not raw.endswith(b"\n"):
                    self._set_aside(path, raw)
                    return
                self._offset += len(raw)
                self._lines += 1

    def _set_aside(self, path: Path, torn: bytes) -> None:
        """Keep what a power cut left of a line, never acknowledged, out of the segment."""
        _write_whole(path.with_suffix(f".torn-{self._offset}"), torn)
        with path.open("r+b") as stream:
            stream.truncate(self._offset)
            os.fsync(stream.fileno())

    def _write(self, raw: bytes, lines: int) -> None:
        path = segment_path(self.folder, self._number)
        fresh = not path.exists()
        with path.open("ab") as stream:
            try:
                stream.write(raw)
                stream.flush()
                os.fsync(stream.fileno())
            except OSError:
                os.truncate(path, self._offset)
                raise
        if fresh:
            _sync_folder(self.folder)
        self._offset += len(raw)
        self._lines += lines

    def _seal(self) -> Path:
        path = segment_path(self.folder, self._number)
        with path.open("rb") as stream:
            first = _parse(self._number, 1, stream.readline()).entry
        last = _parse(self._number, self._lines, _last_line(path)).entry
        digests = digest_file(path)
        before = seal_path(self.folder, self._number - 1)
        document: dict[str, Any] = {
            "segment": self._number,
            "file": path.name,
            "size": digests.size,
            "lines": self._lines,
            "first": first["sequence"],
            "last": last["sequence"],
            "last_hash": last["hash"],
            "digests": digests.values,
            "previous_seal": seal_digest(before.read_bytes()) if before.exists() else "",
            "sealed_at": self.clock().isoformat(timespec="seconds"),
        }
        if self.signer is not None:
            document["signature"] = dict(self.signer(canonical(document)))
        target = seal_path(self.folder, self._number)
        _write_whole(target, canonical(document) + b"\n")
        path.chmod(0o440)
        return target


def _line(entry: Mapping[str, Any], rows: Sequence[Row]) -> bytes:
    body = b",".join(map(written_row, rows))
    raw = b'{"entry":' + canonical(entry) + b',"rows":[' + body + b"]}\n"
    if len(raw) > MAX_LINE:
        raise LineTooLong(f"单条台账过大 ledger line of {len(raw)} bytes")
    return raw


def seal_digest(seal: bytes) -> str:
    """How the next seal names this one."""
    return digest_bytes(seal, ("sm3",)).values["sm3"]


def _last_line(path: Path) -> bytes:
    """The last line, read from the end."""
    with path.open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        step, tail = 4096, b""
        while tail.rstrip(b"\n").count(b"\n") == 0 and len(tail) < size:
            stream.seek(max(0, size - step))
            tail = stream.read()
            step *= 4
    return tail.rstrip(b"\n").rpartition(b"\n")[2] + b"\n"


def _write_whole(path: Path, data: bytes) -> None:
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    beside.rename(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
