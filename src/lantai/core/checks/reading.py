"""A file read once 一次读取: digests, size and known signatures from one pass over its bytes."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from lantai.core.fixity import Digests, digest_stream
from lantai.core.formats import Identification, ParseFailed, Problem, ReadLimits, formats, identify
from lantai.core.formats.reading import problems_of, properties_of
from lantai.core.formats.sandbox import run_isolated

# The harmless test string every virus engine must find; written in two parts, so that no
# engine takes this source file for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LIMITS = ReadLimits()
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


def look_inside(path: str, format_id: str, count_pages: bool) -> dict[str, Any]:
    """The sandbox worker's part: what keeps the file from being opened, and its pages."""
    problems = problems_of(path, format_id)
    pages = None
    if count_pages and format_id in PAGED and not any(p[1] == "error" for p in problems):
        pages = properties_of(path, format_id).get("pages")
    return {"problems": problems, "pages": pages}


class FileReading:
    """What is known of one file on disk; each part is found when first asked for."""

    def __init__(
        self,
        path: Path,
        algorithms: tuple[str, ...] = ("sm3", "sha512"),
        count_pages: bool = False,
        identification: Identification | None = None,
    ) -> None:
        self.path, self.algorithms, self.count_pages = path, algorithms, count_pages
        self._identification = identification

    def warm(self) -> None:
        """Do the reading now (in a thread beside the checks); faults come up when asked for."""
        with suppress(Exception):
            _ = self._read, self._inside

    @cached_property
    def _read(self) -> tuple[Digests, bool]:
        with self.path.open("rb") as stream:
            watching = _Watching(stream)
            digests = digest_stream(watching, algorithms=self.algorithms)  # type: ignore[arg-type]
            return digests, watching.eicar

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

    @cached_property
    def identification(self) -> Identification:
        """Its format by signature."""
        return self._identification or identify(self.path)

    @cached_property
    def _inside(self) -> tuple[list[Problem], int | None]:
        known = self.identification
        if not known.format_id or known.format_id not in formats().all():
            return [], None
        try:
            found = run_isolated(
                look_inside, str(self.path), known.format_id, self.count_pages,
                seconds=LIMITS.seconds, memory=LIMITS.memory,
            )  # fmt: skip
        except ParseFailed as failure:
            return [Problem(failure.code, "error", failure.message_zh, failure.message_en)], None
        pages = found["pages"]
        problems = [Problem(*fields) for fields in found["problems"]]
        return problems, pages if isinstance(pages, int) else None

    @property
    def problems(self) -> list[Problem]:
        """What keeps it from being opened; opened in the sandbox, once."""
        return self._inside[0]

    @property
    def pages(self) -> int | None:
        """How many pages it has; None when they were not counted or cannot be."""
        return self._inside[1]
