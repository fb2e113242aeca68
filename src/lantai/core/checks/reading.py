"""A file read once 一次读取: digests, size and known signatures from one pass over its bytes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

from lantai.core.fixity import Digests, digest_stream
from lantai.core.formats import (
    ExtractedText,
    Identification,
    PageText,
    ParseFailed,
    Problem,
    ReadLimits,
    formats,
    identify,
)
from lantai.core.formats.format import Unreadable
from lantai.core.formats.reading import problems_of, properties_of, text_of
from lantai.core.formats.sandbox import run_isolated
from lantai.core.once import once
from lantai.core.proven_copy import Copied, ProvenCopy

# The harmless test string every virus engine must find; written in two parts, so that no
# engine takes this source file for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LIMITS = ReadLimits()
NO_TEXT = ExtractedText(())
NO_READER = ExtractedText((), "未识别的格式 no reader for this format")
PAGED = frozenset({"pdf", "ofd"})  # formats whose pages are those of the paper


class _Watching:
    """A stream that looks for the test signature on the way."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.tail, self.eicar = stream, b"", False

    def read(self, size: int = -1) -> bytes:
        """The next block."""
        block = self.stream.read(size)
        if not self.eicar:
            self.eicar = EICAR in block or EICAR in self.tail + block[: len(EICAR)]
            self.tail = block[-len(EICAR) :]
        return block


def look_inside(
    path: str, format_id: str, count_pages: bool, read_text: bool = False
) -> dict[str, Any]:
    """The sandbox worker's part: what keeps the file from being opened, its pages, its text."""
    problems = problems_of(path, format_id)
    pages = None
    if count_pages and format_id in PAGED and not any(p[1] == "error" for p in problems):
        pages = properties_of(path, format_id).get("pages")
    text = _text_of(path, format_id) if read_text and formats().get(format_id).has_text else None
    return {"problems": problems, "pages": pages, "text": text}


def look_inside_many(jobs: list[list[Any]]) -> list[dict[str, Any] | None]:
    """`look_inside` of several small files in one call; None for one to be asked for alone."""
    return [_look_or_leave(*job) for job in jobs]


def _look_or_leave(*job: Any) -> dict[str, Any] | None:
    try:
        return look_inside(*job)
    except Exception:
        return None


def _text_of(path: str, format_id: str) -> dict[str, Any]:
    try:
        return text_of(path, format_id, LIMITS.pages, LIMITS.characters)
    except Unreadable as fault:
        return {"pages": [], "warning": f"{fault.message_zh} {fault.message_en}"}
    except MemoryError:
        raise
    except Exception as crash:  # what opens and still has no text is told, not refused
        failure = ParseFailed.of_crash(crash)
        return {"pages": [], "warning": f"{failure.message_zh} {failure.message_en}"}


class _Inside(NamedTuple):
    """What opening it told."""

    problems: list[Problem]
    pages: int | None
    text: ExtractedText


def _as_problem(failure: ParseFailed) -> Problem:
    return Problem(failure.code, "error", failure.message_zh, failure.message_en)


def _told(found: dict[str, Any]) -> _Inside:
    """The sandbox worker's answer."""
    pages = found["pages"]
    problems = [Problem(*fields) for fields in found["problems"]]
    text = NO_TEXT
    if found["text"] is not None:
        read = tuple(PageText(number, words) for number, words in found["text"]["pages"])
        text = ExtractedText(read, found["text"]["warning"])
    return _Inside(problems, pages if isinstance(pages, int) else None, text)


class FileReading:
    """What is known of one file on disk; each part is found when first asked for."""

    def __init__(
        self,
        path: Path,
        algorithms: tuple[str, ...] = ("sm3", "sha512"),
        count_pages: bool = False,
        identification: Identification | None = None,
        read_text: bool = False,
        copy_to: Path | None = None,
    ) -> None:
        self.path, self.algorithms, self.count_pages = path, algorithms, count_pages
        self.read_text, self.copy_to = read_text, copy_to
        self.copy: Copied | None = None  # proven, once it was read, when it was asked for
        self._identification = identification

    def warm(self) -> None:
        """Do the reading now (in a thread beside the checks); faults come up when asked for."""
        with suppress(Exception):
            _ = self._read, self._inside

    def job(self) -> list[Any] | None:
        """What to ask the sandbox about it; None when no reader knows the format."""
        known = self.identification
        if not known.format_id or known.format_id not in formats().all():
            return None
        return [str(self.path), known.format_id, self.count_pages, self.read_text]

    def take(self, found: dict[str, Any]) -> None:
        """Keep what the sandbox told of it among others."""
        self.__dict__["_inside"] = _told(found)

    @once
    def _read(self) -> tuple[Digests, bool]:
        with self.path.open("rb", buffering=0) as stream:
            watching: Any = _Watching(stream)
            size = os.fstat(stream.fileno()).st_size  # a large one has a thread for each digest
            copy = ProvenCopy(self.copy_to) if self.copy_to is not None else None
            try:
                digests = digest_stream(watching, self.algorithms, expected_size=size, beside=copy)
                self.copy = copy.finish() if copy is not None else None
            finally:
                if copy is not None and self.copy is None:
                    copy.abandon()
            return digests, watching.eicar

    def drop_copy(self) -> None:
        """The file will not be stored, or not from this reading."""
        if self.copy is not None:
            self.copy.drop()
            self.copy = None

    @property
    def whole_digests(self) -> Digests:
        """Size and digests together."""
        return self._read[0]

    @property
    def digests(self) -> dict[str, str]:
        """Digests by algorithm, lower-case hex."""
        return self._read[0].values

    @property
    def size(self) -> int:
        """Bytes really read."""
        return self._read[0].size

    @property
    def has_test_virus(self) -> bool:
        """Whether the EICAR string is in it."""
        return self._read[1]

    @once
    def identification(self) -> Identification:
        """Its format by signature."""
        return self._identification or identify(self.path)

    @once
    def _inside(self) -> _Inside:
        known = self.identification
        if not known.format_id or known.format_id not in formats().all():
            return _Inside([], None, NO_READER if not known.format_id else NO_TEXT)
        try:
            return self._look(known.format_id, self.read_text)
        except ParseFailed as failure:
            if not self.read_text:
                return _Inside([_as_problem(failure)], None, NO_TEXT)
            failed = ExtractedText((), f"{failure.message_zh} {failure.message_en}")
        try:  # opening it may go where reading all of its text did not
            return self._look(known.format_id, False)._replace(text=failed)
        except ParseFailed as failure:
            return _Inside([_as_problem(failure)], None, failed)

    def _look(self, format_id: str, read_text: bool) -> _Inside:
        found = run_isolated(
            look_inside, str(self.path), format_id, self.count_pages, read_text,
            seconds=LIMITS.seconds, memory=LIMITS.memory,
        )  # fmt: skip
        return _told(found)

    @property
    def problems(self) -> list[Problem]:
        """What keeps it from being opened; opened in the sandbox, once."""
        return self._inside.problems

    @property
    def pages(self) -> int | None:
        """How many pages it has; None when they were not counted or cannot be."""
        return self._inside.pages

    @property
    def text(self) -> ExtractedText:
        """Its text, when ``read_text`` was asked for."""
        return self._inside.text


def warm_together(readings: Sequence[FileReading]) -> None:
    """`FileReading.warm` of several small files, with one call to the sandbox for all.

    What breaks a worker is then read alone, so that it speaks for no file but itself.
    """
    jobs = [(one, job) for one in readings if (job := one.job()) is not None]
    with suppress(ParseFailed):
        answers = run_isolated(
            look_inside_many, [job for _, job in jobs],
            seconds=LIMITS.seconds, memory=LIMITS.memory,
        )  # fmt: skip
        for (one, _), found in zip(jobs, answers, strict=True):
            if found is not None:
                one.take(found)
    for one in readings:
        one.warm()
