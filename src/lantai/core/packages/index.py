"""The index of a package 包内索引: what lies on disk and what lists claim, in flat memory.

A temporary SQLite database that spills to disk by itself, so that a package of a million
files is compared, sorted and joined without holding a million names.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

MAX_DEPTH = 64  # deeper folders are an attack or a mistake, never an arrangement

_SCHEMA = """
CREATE TABLE disk (path TEXT PRIMARY KEY, size INTEGER, modified REAL, kind TEXT) WITHOUT ROWID;
CREATE INDEX disk_kind ON disk (kind, path);
CREATE TABLE digest (path TEXT, algorithm TEXT, value TEXT, PRIMARY KEY (path, algorithm))
  WITHOUT ROWID;
CREATE TABLE listed (code TEXT, line INTEGER, row TEXT);
CREATE INDEX listed_code ON listed (code);
CREATE TABLE claimed (path TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE seen (kind TEXT, key TEXT, first TEXT, times INTEGER, PRIMARY KEY (kind, key))
  WITHOUT ROWID;
CREATE TABLE names (kind TEXT, word TEXT, path TEXT);
CREATE INDEX names_word ON names (word, kind);
CREATE TABLE numbers (scope TEXT, number INTEGER);
"""


@dataclass(frozen=True, slots=True)
class DiskFile:
    """One file found on disk; ``kind`` is content, metadata or control."""

    path: str
    size: int
    modified: float
    kind: str


class PackageIndex:
    """Tables of paths, digests, catalogue lines and things seen, on disk when large."""

    def __init__(self) -> None:
        self._named = False
        self.database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self.database.execute("PRAGMA journal_mode=OFF")
        self.database.execute("PRAGMA synchronous=OFF")
        self.database.executescript(_SCHEMA)
        self.database.execute("BEGIN")

    def close(self) -> None:
        """Drop the database."""
        self.database.close()

    # -- disk ----------------------------------------------------------------------------
    def add_files(self, files: Iterable[DiskFile]) -> None:
        """Remember files found on disk."""
        self.database.executemany(
            "INSERT OR IGNORE INTO disk VALUES (?,?,?,?)",
            ((f.path, f.size, f.modified, f.kind) for f in files),
        )

    def file(self, path: str) -> DiskFile | None:
        """The file at this path, or None."""
        row = self.database.execute("SELECT * FROM disk WHERE path=?", (path,)).fetchone()
        return DiskFile(*row) if row else None

    def files(self, kind: str = "") -> Iterator[DiskFile]:
        """Files in the order of their paths, of one kind or of all."""
        where, values = (" WHERE kind=?", (kind,)) if kind else ("", ())
        for row in self._pages(f"SELECT path,size,modified,kind FROM disk{where}", values):  # noqa: S608
            yield DiskFile(*row)

    def files_under(self, folder: str) -> list[DiskFile]:
        """All files below a folder."""
        rows = self.database.execute(
            "SELECT * FROM disk WHERE path>=? AND path<? ORDER BY path",
            (folder + "/", folder + "0"),  # "0" is the character after "/"
        )
        return [DiskFile(*row) for row in rows]

    def paths_named(self, name: str, folder: str) -> list[str]:
        """Content files called ``name``; without a name, those lying in or stemmed ``folder``."""
        if not self._named:
            self._name_files()
        kind, word = ("file", name) if name else ("folder", folder)
        rows = self.database.execute(
            "SELECT path FROM names WHERE word=? AND kind=? ORDER BY path", (word, kind)
        )
        return [str(row[0]) for row in rows]

    def _name_files(self) -> None:
        self._named = True
        for file in self.files("content"):
            parts = file.path.split("/")
            stem = parts[-1].rpartition(".")[0]
            rows = [("folder", word, file.path) for word in {*parts[:-1], stem}]
            self.database.executemany(
                "INSERT INTO names VALUES (?,?,?)", [("file", parts[-1], file.path), *rows]
            )

    def totals(self, kind: str) -> tuple[int, int]:
        """How many files of a kind, and their bytes."""
        row = self.database.execute(
            "SELECT count(*), coalesce(sum(size),0) FROM disk WHERE kind=?", (kind,)
        ).fetchone()
        return int(row[0]), int(row[1])

    def _pages(self, query: str, values: tuple[str, ...]) -> Iterator[tuple]:
        """Read in pages by path, so that a writer between two rows disturbs nothing."""
        glue = " AND " if " WHERE " in query else " WHERE "
        last = ""
        while True:
            rows = self.database.execute(
                f"{query}{glue}path>? ORDER BY path LIMIT 500",
                (*values, last),
            ).fetchall()
            yield from rows
            if len(rows) < 500:
                return
            last = rows[-1][0]

    # -- digests the package claims -------------------------------------------------------
    def add_digest(self, algorithm: str, path: str, value: str) -> bool:
        """Remember a manifest line; False when the path was listed before."""
        done = self.database.execute(
            "INSERT OR IGNORE INTO digest VALUES (?,?,?)", (path, algorithm, value)
        )
        return done.rowcount == 1

    def digests(self, path: str) -> dict[str, str]:
        """What manifests claim for a path, by algorithm."""
        rows = self.database.execute("SELECT algorithm,value FROM digest WHERE path=?", (path,))
        return {str(k): str(v) for k, v in rows}

    def algorithms(self) -> list[str]:
        """The algorithms of the manifests read."""
        rows = self.database.execute("SELECT DISTINCT algorithm FROM digest ORDER BY 1")
        return [str(row[0]) for row in rows]

    def digest_lines(self, algorithm: str) -> Iterator[tuple[str, str]]:
        """(path, value) of one manifest, sorted by path."""
        yield from self._pages("SELECT path,value FROM digest WHERE algorithm=?", (algorithm,))

    def listed_but_absent(self) -> Iterator[tuple[str, str]]:
        """(path, algorithm) manifests name and the disk does not hold."""
        yield from self.database.execute(
            "SELECT path,min(algorithm) FROM digest WHERE path NOT IN (SELECT path FROM disk)"
            " GROUP BY path ORDER BY path"
        )

    def present_but_unlisted(self) -> Iterator[str]:
        """Paths on disk that no manifest names (control files apart)."""
        for row in self.database.execute(
            "SELECT path FROM disk WHERE kind!='control'"
            " AND path NOT IN (SELECT path FROM digest) ORDER BY path"
        ):
            yield str(row[0])

    def unequal_manifests(self) -> Iterator[str]:
        """Paths that some manifests name and others do not."""
        count = len(self.algorithms())
        for row in self.database.execute(
            "SELECT path FROM digest GROUP BY path HAVING count(*)<? ORDER BY path", (count,)
        ):
            yield str(row[0])

    # -- catalogue lines -------------------------------------------------------------------
    def add_listed(self, code: str, line: int, row: str) -> None:
        """Remember one line of the catalogue file (``row`` is JSON)."""
        self.database.execute("INSERT INTO listed VALUES (?,?,?)", (code, line, row))

    def listed(self, code: str) -> str | None:
        """The first catalogue line of a reference code, or None."""
        found = self.database.execute(
            "SELECT row FROM listed WHERE code=? ORDER BY line LIMIT 1", (code,)
        ).fetchone()
        return str(found[0]) if found else None

    def listed_rows(self) -> Iterator[tuple[str, int, str]]:
        """All catalogue lines in their order."""
        yield from self.database.execute("SELECT code,line,row FROM listed ORDER BY line")

    def listed_count(self) -> int:
        """How many lines the catalogue file holds."""
        return int(self.database.execute("SELECT count(*) FROM listed").fetchone()[0])

    # -- what the run has met ----------------------------------------------------------------
    def claim(self, path: str) -> None:
        """Some item's metadata named this path."""
        self.database.execute("INSERT OR IGNORE INTO claimed VALUES (?)", (path,))

    def unclaimed(self) -> Iterator[str]:
        """Content files that no item named."""
        for row in self.database.execute(
            "SELECT path FROM disk WHERE kind='content'"
            " AND path NOT IN (SELECT path FROM claimed) ORDER BY path"
        ):
            yield str(row[0])

    def saw(self, kind: str, key: str, where: str) -> str | None:
        """Meet a key; the place of its first meeting when it was met before, else None."""
        row = self.database.execute(
            "SELECT first FROM seen WHERE kind=? AND key=?", (kind, key)
        ).fetchone()
        if row:
            return str(row[0])
        self.database.execute("INSERT INTO seen VALUES (?,?,?,1)", (kind, key, where))
        return None

    def was_seen(self, kind: str, key: str) -> bool:
        """Whether this key was met."""
        return (
            self.database.execute(
                "SELECT 1 FROM seen WHERE kind=? AND key=?", (kind, key)
            ).fetchone()
            is not None
        )

    def forget_seen(self) -> None:
        """Begin a new run over the same package."""
        for table in ("seen", "numbers", "claimed"):
            self.database.execute(f"DELETE FROM {table}")  # noqa: S608

    def number(self, scope: str, number: int) -> None:
        """Note a running number inside a scope."""
        self.database.execute("INSERT INTO numbers VALUES (?,?)", (scope, number))

    def gaps(self) -> Iterator[tuple[str, int, int]]:
        """(scope, first missing, last missing) for every gap, from the lowest number met."""
        yield from self.database.execute(
            "SELECT scope, before+1, number-1 FROM ("
            " SELECT scope, number, lag(number) OVER (PARTITION BY scope ORDER BY number) before"
            " FROM (SELECT DISTINCT scope, number FROM numbers)"
            ") WHERE before IS NOT NULL AND number>before+1 ORDER BY scope, number"
        )

    def starts(self) -> Iterator[tuple[str, int]]:
        """(scope, lowest number) of every scope."""
        yield from self.database.execute(
            "SELECT scope, min(number) FROM numbers GROUP BY scope ORDER BY scope"
        )


def walk_folder(folder: Path) -> Iterator[tuple[str, os.stat_result | None, str]]:
    """Walk without following links: (relative path, stat, fault code or "").

    Faults: ``link`` (symbolic link, device, socket), ``name-not-text`` (the name is no UTF-8),
    ``too-deep``, ``folder-not-readable``.
    """
    pending = [("", 0)]
    while pending:
        relative, depth = pending.pop()
        try:
            entries = os.scandir(folder / relative)
        except OSError:
            yield relative, None, "folder-not-readable"
            continue
        with entries:
            for entry in entries:
                path = f"{relative}/{entry.name}" if relative else entry.name
                shown = path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
                if shown != path:
                    yield shown, None, "name-not-text"
                elif entry.is_dir(follow_symlinks=False):
                    if depth >= MAX_DEPTH:
                        yield path, None, "too-deep"
                    else:
                        pending.append((path, depth + 1))
                elif entry.is_file(follow_symlinks=False):
                    yield path, entry.stat(follow_symlinks=False), ""
                else:
                    yield path, None, "link"
