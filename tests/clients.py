"""Many clients at once, each a thread with a connection of its own, on either database.

SQLite's test database lies in memory, where there is one writer by nature: the clients get a copy
of it in a file, as an installation has it. What they did is looked at by `looked`.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import close_old_connections, connection


class Clients:
    """Runs clients together; ``problems`` holds what any of them was stopped by."""

    def __init__(self, folder: Path) -> None:
        self.problems: list[BaseException] = []
        self._file: Path | None = None
        if connection.vendor == "sqlite" and connection.is_in_memory_db():
            self._file = folder / "clients.db"
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(self._file)])
            with closing(sqlite3.connect(self._file)) as copy:  # as `init` leaves it: clients that
                copy.execute(
                    "PRAGMA journal_mode=WAL"
                )  # all turn it to WAL at once lock each other out

    def together(self, works: Sequence[Callable[[], Any]]) -> list[Any]:
        """All at once; what each returned, None where it was stopped."""
        results: list[Any] = [None] * len(works)
        start = threading.Barrier(len(works))

        def run(place: int) -> None:
            self._connect()
            try:
                start.wait(60)
                results[place] = works[place]()
            except BaseException as problem:
                self.problems.append(problem)
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=(n,)) for n in range(len(works))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    def looked(self, question: Callable[[], Any]) -> Any:
        """The answer of one more client."""
        return self.together([question])[0]

    def _connect(self) -> None:
        close_old_connections()
        if self._file is not None:
            connection.settings_dict = {**connection.settings_dict, "NAME": str(self._file)}
