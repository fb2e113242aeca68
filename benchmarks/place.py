"""Where a benchmark puts what it makes: a folder given and kept, or one of the system's own."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def a_place(given: Path | None, *made: str, keep: bool) -> Iterator[Path]:
    """The folder given, less what was ``made`` there (glob patterns) unless it is to be kept; or a temporary one."""
    if given is None:
        with TemporaryDirectory(prefix="lantai-bench-") as folder:
            Path(folder).chmod(0o711)  # a peer that runs as a user of its own gets to its part
            yield Path(folder)
        return
    try:
        yield given
    finally:
        for pattern in made if not keep else ():
            for path in given.glob(pattern):
                shutil.rmtree(path, ignore_errors=True)
