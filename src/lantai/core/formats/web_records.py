"""Walking the records of a WARC or ARC 网页存档记录: past what is broken, with a count of it.

A broken record is skipped: reading takes up again at the next start of a record (FAULTS 37).
"""

from __future__ import annotations

import gzip
import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

_GZIP = b"\x1f\x8b\x08"
_PLAIN_START = re.compile(
    rb"(?:^|\n)(WARC/[01]\.\d+\r?\n|[a-z]{3,8}://?\S* \d{1,3}(?:\.\d{1,3}){3} \d{14} )"
)
_FIRST_BYTES = re.compile(rb"WARC/[01]\.\d|[a-z]{3,8}:\S* \d{1,3}(?:\.\d{1,3}){3} ")
_CHUNK = 1 << 20
_MOST_RESTARTS = 10_000
_MOST_UNPACKED = 1 << 32
"""Bytes a gzip file of many records in one member may unpack to (4 GiB)."""


@dataclass
class Walk:
    """What came up on the way."""

    records: int = 0
    broken: int = 0
    digests_wrong: int = 0
    fault: str = ""
    """The first fault, in the reader's words."""
    single_member: bool = False
    """A gzip file with all its records in one member, which the standard advises against."""

    def note(self, problem: BaseException) -> None:
        """A record could not be read."""
        self.broken += 1
        self.fault = (
            self.fault or f"{type(problem).__name__}: {' '.join(str(problem).split())}"[:200]
        )


def walk(stream: IO[bytes], told: Walk, *, digests: bool = False) -> Iterator[Any]:
    """Each record that can be read, in order; ``told`` tells of the others.

    With ``digests`` each record's content is read and compared to the digests it tells.
    """
    size = stream.seek(0, os.SEEK_END)
    offset = 0
    for _ in range(_MOST_RESTARTS):
        stream.seek(offset)
        reached = [offset]
        try:
            yield from _from_here(stream, told, reached, digests)
            after = reached[0]
        except _faults() as problem:
            if "non-chunked gzip" in str(problem):
                told.single_member = True
                yield from _single_member(stream, told, digests)
                return
            told.note(problem)
            after = reached[0] + 1
        found = _next_start(stream, max(after, offset + 1), size)
        if found is None:
            return
        offset = found


def _from_here(stream: IO[bytes], told: Walk, reached: list[int], digests: bool) -> Iterator[Any]:
    """Records from where the stream stands; ``reached`` holds the last record's place."""
    from warcio.archiveiterator import ArchiveIterator

    records = ArchiveIterator(stream, arc2warc=True, verify_http=False, check_digests=digests)
    try:
        for record in records:
            if not record.rec_type or not record.rec_headers.get_header("WARC-Date"):
                raise ValueError("没有类型或日期 neither type nor date")
            told.records += 1
            yield record
            if digests:
                _drain(record)
                checker = record.digest_checker
                told.digests_wrong += checker is not None and checker.passed is False
            records.read_to_end(record)
            reached[0] = max(reached[0], records.offset)
    finally:
        records.close()


def _drain(record: Any) -> None:
    content = record.content_stream()
    while content.read(_CHUNK):
        pass


def _single_member(stream: IO[bytes], told: Walk, digests: bool) -> Iterator[Any]:
    """The records of a gzip file in one member, unpacked beside; those given out are skipped."""
    given, within = told.records, Walk()
    stream.seek(0)
    with tempfile.TemporaryFile(prefix="lantai-warc-") as plain:
        try:
            with gzip.GzipFile(fileobj=stream) as packed:
                while (block := packed.read(_CHUNK)) and plain.tell() < _MOST_UNPACKED:
                    plain.write(block)
        except _faults() as problem:
            told.note(problem)
        for number, record in enumerate(walk(plain, within, digests=digests)):
            if number >= given:
                yield record
    told.records, told.digests_wrong = within.records, within.digests_wrong
    told.broken += within.broken
    told.fault = told.fault or within.fault


def _next_start(stream: IO[bytes], offset: int, size: int) -> int | None:
    """Where the next record may begin at or after ``offset``; None when none does."""
    stream.seek(0)
    packed = stream.read(3) == _GZIP
    place, kept = offset, b""
    while place < size:
        stream.seek(place)
        block = stream.read(_CHUNK)
        if not block:
            return None
        base = place - len(kept)
        window = kept + block
        for at in _candidates(window, packed):
            if base + at >= offset and (not packed or _opens(stream, base + at)):
                return base + at
        place += len(block)
        kept = window[-200:]
    return None


def _candidates(window: bytes, packed: bool) -> Iterator[int]:
    if not packed:
        yield from (found.start(1) for found in _PLAIN_START.finditer(window))
        return
    at = window.find(_GZIP)
    while at >= 0:
        yield at
        at = window.find(_GZIP, at + 1)


def _opens(stream: IO[bytes], place: int) -> bool:
    """Whether a gzip member that holds the start of a record begins here."""
    stream.seek(place)
    try:
        head = zlib.decompressobj(31).decompress(stream.read(4096), 256)
    except zlib.error:
        return False
    return _FIRST_BYTES.match(head) is not None


def _faults() -> tuple[type[Exception], ...]:
    from warcio.exceptions import ArchiveLoadFailed
    from warcio.recordloader import StatusAndHeadersParserException

    return (ArchiveLoadFailed, StatusAndHeadersParserException, OSError, ValueError, EOFError,
            AttributeError, LookupError, TypeError, ArithmeticError, zlib.error, zipfile.BadZipFile)  # fmt: skip
