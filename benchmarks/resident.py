"""Resident memory of a process by kind: its own, and the pages of files it has mapped.

The pages of an index that is open count as resident as long as nothing else needs the room; what a
process has taken for itself is what can run out.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

EVERY = 0.5  # seconds between looks


@dataclass(frozen=True)
class Resident:
    """Megabytes."""

    own: int = 0
    files: int = 0

    def __str__(self) -> str:
        return f"{self.own} MB of its own, {self.files} MB of files"


def resident(process: int | str = "self") -> Resident:
    """What a process holds now; nothing when it has ended."""
    try:
        told = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
        status = dict(line.split(":", 1) for line in told.splitlines())
        return Resident(*(int(status[name].split()[0]) // 1024 for name in ("RssAnon", "RssFile")))
    except (OSError, KeyError):
        return Resident()


class Watched:
    """Looks at a process while it works: the most it held of its own, and of files."""

    def __init__(self, process: int) -> None:
        self.process, self.most = process, Resident()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watched:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        with suppress(RuntimeError):
            self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(EVERY):
            now = resident(self.process)
            self.most = Resident(max(now.own, self.most.own), max(now.files, self.most.files))
