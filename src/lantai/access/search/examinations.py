"""What `lantai doctor` looks at in the index."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from lantai.access.search.health import index_fault, progress_words
from lantai.foundation.site.examinations import Examination, Finding, finding

MUCH_AHEAD = 512  # kilobytes
DEVICES = Path("/sys/dev/block")
CONTAINER = Path("/sys/fs/cgroup/memory.max")


class IndexExamination(Examination):
    """检索索引: can it answer?"""

    id = "index"

    def look(self) -> Iterator[Finding]:
        """An index that is lost, damaged or of another version."""
        fault = index_fault()
        if fault is not None:
            zh, en = progress_words()
            yield finding("error", "index-unusable", f"{fault} {zh} / {en}", "lantai rebuild index")


class ReadAheadExamination(Examination):
    """磁盘预读: is much read of the disk for each little that a question needs of the index?

    An index that memory does not hold is read in pieces of some kilobytes wherever they stand. At
    eighty million records in 4 GiB an archivist of one archives waited 76 ms (p95) with 8 MB ahead,
    23 with 128 KB (docs/scaling.md). File systems without a disk of their own tell nothing here.
    """

    id = "read-ahead"

    def look(self) -> Iterator[Finding]:
        """An index larger than half of the memory on a disk that reads far ahead."""
        place = urlsplit(settings.LANTAI.index_url)
        told = read_ahead_of(Path(place.path)) if place.scheme == "tantivy" else None
        if told is None or told[1] <= MUCH_AHEAD:
            return
        setting, ahead = told
        size = size_of(Path(place.path))
        if size * 2 > memory_allowed():
            yield finding(
                "warning",
                "read-ahead",
                f"索引 {size / 1e9:.1f} GB，超过内存的一半，而磁盘每次预读 {ahead} KB：检索会慢数倍 / the "
                f"index is larger than half of the memory and its disk reads {ahead} KB ahead: "
                "searching is several times slower",
                f"echo 128 > {setting}",
            )


def read_ahead_of(folder: Path, devices: Path = DEVICES) -> tuple[Path, int] | None:
    """The setting of the folder's disk and what it says, in kilobytes; None where none is told."""
    with suppress(OSError, ValueError):
        device = folder.stat().st_dev
        found = (devices / f"{os.major(device)}:{os.minor(device)}").resolve()
        for place in (found, found.parent):  # a partition has its disk's
            setting = place / "queue" / "read_ahead_kb"
            if setting.is_file():
                return setting, int(setting.read_text())
    return None


def size_of(folder: Path) -> int:
    """Bytes of the largest folder in it, which serves; files come and go meanwhile."""
    sizes = {}
    for place, _folders, names in os.walk(folder):
        sizes[place] = 0
        for name in names:
            with suppress(OSError):
                sizes[place] += (Path(place) / name).stat().st_size
    return max(sizes.values(), default=0)


def memory_allowed() -> int:
    """Bytes of memory there are, or that a container may use of them."""
    allowed = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with suppress(OSError, ValueError):  # "max" where nothing is set
        allowed = min(allowed, int(CONTAINER.read_text()))
    return allowed
