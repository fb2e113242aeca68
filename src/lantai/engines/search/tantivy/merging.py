"""What merging holds of the index's files: pages it has read are given back while it goes on.

The pieces of an index that are merged are mapped whole, and a large merge would come to hold
gigabytes of them, each of which is read once. They are given back by ``MADV_PAGEOUT``, which changes
nothing at any address: whatever may stand there by then is read again when it is wanted. Pages that
another process has mapped too stay with it. Linux from 5.4 on; elsewhere the system decides alone.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from lantai.core.memory import files_held
from lantai.engines.search.tantivy.mapped import Mapped

MOST = (
    1_000_000_000  # bytes of files a process that writes an index holds, beyond the least it held
)
EVERY = 0.5  # seconds between looks: what a merge reads meanwhile is some hundred megabytes
PAGEOUT = 21  # MADV_PAGEOUT of <asm-generic/mman-common.h>
MAPS = Path("/proc/self/maps")


class Merging:
    """Watches, in a thread of its own, what this process holds of files below some folders."""

    def __init__(self, most: int = MOST, held: Callable[[], int] = files_held) -> None:
        self._mapped, self._held = Mapped(most, held), held
        self._folders: set[str] = set()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._over = threading.Event()

    def watch(self, folder: Path) -> None:
        """From now on, until the process ends."""
        if not sys.platform.startswith("linux"):
            return
        with self._lock:
            self._folders.add(f"{folder.resolve()}/")
            if self._thread is None or not self._thread.is_alive():  # a fork takes no threads along
                self._thread = threading.Thread(target=self._run, name="merging", daemon=True)
                self._thread.start()

    def look(self) -> int:
        """Gives pages back if there are too many; bytes given back, as the system counts them."""
        if not self._mapped.too_much():
            return 0
        held = self._held()
        with self._lock:
            folders = tuple(self._folders)
        for address, length in mapped_below(folders):
            _give_back(address, length)
        self._mapped.too_much()  # counts from what is held now
        return held - self._held()

    def stop(self) -> None:
        """No longer; for tests."""
        self._over.set()
        if self._thread:
            self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(EVERY):
            self.look()


def mapped_below(folders: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Address and length of each file of these folders that is mapped for reading alone."""
    for line in MAPS.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        place, rights, _offset, _device, _inode, *name = line.split(maxsplit=5)
        if name and name[0].startswith(folders) and "w" not in rights:
            begin, end = (int(part, 16) for part in place.split("-"))
            yield begin, end - begin


def _give_back(address: int, length: int) -> None:
    """Refused by an older system, or for an address that is free by now: then nothing happens."""
    libc = ctypes.CDLL(None)
    libc.madvise(ctypes.c_void_p(address), ctypes.c_size_t(length), PAGEOUT)


MERGING = Merging()
