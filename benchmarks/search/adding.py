"""Entries added while questions are asked 边写边查: by a process of its own, a hundred each second.

``python -m benchmarks.search.adding INDEX TEXTS FIRST`` puts entries from number FIRST on, and says
a line to each commit; once its input ends it takes out again what it put.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.search.entry_texts import EntryTexts, document, uid_of
from benchmarks.search.generated import entries
from lantai.core.search.port import SearchQuery
from lantai.engines.search.tantivy.engine import TantivySearch

EACH = 100  # entries a commit
PERIOD = 1.0  # seconds from one to the next
SOON = 10  # times that one entry is added and looked for
BEYOND = 1 << 31  # numbers that no entry of a run has


def main() -> None:
    place, texts, first = Path(sys.argv[1]), EntryTexts(Path(sys.argv[2])), int(sys.argv[3])
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    engine = TantivySearch(place)
    engine.texts = texts
    put: list[int] = []
    while not ended.is_set():
        begun = time.perf_counter()
        rows = list(entries(EACH, first + len(put)))
        texts.add(rows)
        engine.put(document(row) for row in rows)
        engine.commit()
        put += [int(row[0][1:]) for row in rows]
        print(len(put), flush=True)
        ended.wait(max(0.0, begun + PERIOD - time.perf_counter()))
    engine.delete(uid_of(number) for number in put)
    engine.commit()
    texts.remove(put)
    engine.close()


@contextmanager
def adding(place: Path, texts: Path) -> Iterator[None]:
    """Entries are added meanwhile, from the first commit on."""
    command = [sys.executable, "-m", "benchmarks.search.adding", str(place), str(texts)]
    with subprocess.Popen(
        [*command, str(BEYOND)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as beside:
        assert beside.stdin is not None and beside.stdout is not None
        beside.stdout.readline()
        said = threading.Thread(target=beside.stdout.read, daemon=True)
        said.start()
        try:
            yield
        finally:
            beside.stdin.close()


def soon_found(place: Path, texts: EntryTexts) -> list[float]:
    """Milliseconds from putting one entry until another reader finds it, some times over."""
    writer, reader = TantivySearch(place), TantivySearch(place)
    writer.texts = reader.texts = texts
    reader.count()
    took = []
    for number, row in enumerate(entries(SOON, BEYOND), BEYOND):
        texts.add([row])
        begun = time.perf_counter()
        writer.put([document(row)])
        writer.commit()
        code = SearchQuery(f'档号:"{row[1]}"', frozenset({"public"}), limit=1, exact=True)
        while not reader.search(code).hits:
            time.sleep(0.001)
        took.append((time.perf_counter() - begun) * 1000)
        writer.delete([uid_of(number)])
    writer.commit()
    texts.remove(range(BEYOND, BEYOND + SOON))
    writer.close()
    reader.close()
    return took


if __name__ == "__main__":
    main()
