"""Walking the records of a WARC or ARC 网页存档记录: past what is broken, with a count of it.

A broken record is skipped: reading takes up again at the next start of a record (FAULTS 37).
"""

from __future__ import annotations

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
_MOST_MEMBERS = 1 << 31
_BLOCK = 1 << 16
_IN_MEMORY = 8 << 20
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
    members: int = 0
    """Gzip members met."""
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
    stream.seek(0)
    step = _one_member if stream.read(len(_GZIP)) == _GZIP else _from_here
    offset = 0
    for _ in range(_MOST_RESTARTS if step is _from_here else _MOST_MEMBERS):
        stream.seek(offset)
        reached = [offset]
        sound = step is _one_member
        try:
            yield from step(stream, told, reached, digests)
            after = reached[0]
        except _faults() as problem:
            told.note(problem)
            sound, after = False, reached[0] + 1
        found = _next_start(stream, max(after, offset + 1), size)
        if sound and _rubbish(stream, after, size if found is None else found):
            told.note(ValueError("记录之间有无法识别的内容 rubbish between records"))
        if found is None:
            return
        offset = found


def _one_member(stream: IO[bytes], told: Walk, reached: list[int], digests: bool) -> Iterator[Any]:
    """The records of the gzip member that begins here; ``reached`` then holds where it ends.

    It is unpacked beside and its checksum proven first: what garbled bytes unpack to may look
    like a record. Of a member that is cut off, what is whole is given.
    """
    told.members += 1
    with tempfile.SpooledTemporaryFile(_IN_MEMORY, prefix="lantai-warc-") as plain:
        cut = _unpack(stream, plain)
        if cut is None:
            reached[0] = stream.tell()
        plain.seek(0)
        before = told.records
        yield from _from_here(plain, told, [0], digests)
        told.single_member |= told.members == 1 and told.records - before > 1
    if cut is not None:
        raise cut


def _rubbish(stream: IO[bytes], place: int, end: int) -> bool:
    """Does anything but the zeros of a padded end stand between two places?

    A member garbled at its head is not known as one: it is told of here.
    """
    stream.seek(place)
    while place < end and (block := stream.read(min(_BLOCK, end - place))):
        if block.strip(b"\0"):
            return True
        place += len(block)
    return False


def _unpack(stream: IO[bytes], plain: IO[bytes]) -> EOFError | None:
    """Unpack one member and stand behind it; the fault when its end is missing."""
    unpacking = zlib.decompressobj(31)
    while not unpacking.eof:
        block = unpacking.unconsumed_tail or stream.read(_BLOCK)
        if not block:
            return EOFError("压缩段没有结尾 the gzip member has no end")
        plain.write(unpacking.decompress(block, _CHUNK))
        if plain.tell() > _MOST_UNPACKED:
            raise ValueError("压缩段过大 the gzip member unpacks to too much")
    stream.seek(-len(unpacking.unused_data), os.SEEK_CUR)
    return None


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
