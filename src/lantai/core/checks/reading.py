"""A file read once 一次读取: digests, size, first bytes and known signatures from one pass."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import IO

from lantai.core.fixity import Digests, digest_stream
from lantai.core.formats import (
    Identification,
    ParseFailed,
    Problem,
    characterise,
    identify,
    verify_file,
)

HEAD = 8192  # bytes kept from the start for quick looks
# The harmless test string every virus engine must find; written in two parts, so that no
# engine takes this source file for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class _Watching:
    """A stream that keeps its head and looks for the test signature on the way."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.head, self.tail, self.eicar = stream, b"", b"", False

    def read(self, size: int = -1) -> bytes:
        """The next block."""
        block = self.stream.read(size)
        if len(self.head) < HEAD:
            self.head += block[: HEAD - len(self.head)]
        if not self.eicar:
            self.eicar = EICAR in block or EICAR in self.tail + block[: len(EICAR)]
            self.tail = block[-len(EICAR) :]
        return block


class FileReading:
    """What is known of one file on disk; each part is found when first asked for."""

    def __init__(self, path: Path, algorithms: tuple[str, ...] = ("sm3", "sha512")) -> None:
        self.path, self.algorithms = path, algorithms

    @cached_property
    def _read(self) -> tuple[Digests, _Watching]:
        with self.path.open("rb") as stream:
            watching = _Watching(stream)
            return digest_stream(watching, algorithms=self.algorithms), watching  # type: ignore[arg-type]

    @property
    def digests(self) -> dict[str, str]:
        """Digests by algorithm, lower-case hex."""
        return self._read[0].values

    @property
    def size(self) -> int:
        """Bytes really read."""
        return self._read[0].size

    @property
    def head(self) -> bytes:
        """The first bytes."""
        return self._read[1].head

    @property
    def has_test_virus(self) -> bool:
        """Whether the EICAR string is in it."""
        return self._read[1].eicar

    @cached_property
    def identification(self) -> Identification:
        """Its format by signature."""
        return identify(self.path)

    @cached_property
    def problems(self) -> list[Problem]:
        """What keeps it from being opened; opened in the sandbox, once."""
        return verify_file(self.path, self.identification)

    @cached_property
    def pages(self) -> int | None:
        """How many pages it has; None when that cannot be told."""
        try:
            found = characterise(self.path, self.identification).get("pages")
        except ParseFailed:
            return None  # 3-4 says so
        return found if isinstance(found, int) else None
