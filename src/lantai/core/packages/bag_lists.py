"""What a bag holds and what its manifests list 包内文件与清单, compared without holding the names.

A temporary SQLite database that spills to disk by itself: a bag of a million files is judged in
the memory of one of a thousand. Names are kept as bytes, so that any name can be.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby

CACHE_KIB = 4_096
"""The most memory of the database; what is beyond lies in its temporary file."""

_SCHEMA = """
CREATE TABLE file (path BLOB PRIMARY KEY, size INTEGER) WITHOUT ROWID;
CREATE TABLE listed (path BLOB, manifest TEXT, digest TEXT, PRIMARY KEY (path, manifest))
  WITHOUT ROWID;
CREATE TABLE twin (listed BLOB PRIMARY KEY, file BLOB) WITHOUT ROWID;
"""
_PAYLOAD = "path >= CAST('data/' AS BLOB) AND path < CAST('data0' AS BLOB)"
"""``0`` is the character after ``/``."""


class BagLists:
    """Files on disk, lines of manifests, and listed names that lie here in another form."""

    def __init__(self) -> None:
        self.database = sqlite3.connect("", isolation_level=None)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", f"cache_size=-{CACHE_KIB}"):
            self.database.execute(f"PRAGMA {pragma}")
        self.database.executescript(_SCHEMA)
        self.database.create_function("nfc", 1, _nfc, deterministic=True)
        self.database.create_function("folded", 1, _folded, deterministic=True)
        self.database.execute("BEGIN")
        self.payload: list[str] = []
        self.tags: list[str] = []

    def close(self) -> None:
        """Drop the database."""
        self.database.close()

    def add_files(self, files: Iterable[tuple[str, int]]) -> None:
        """Remember (path, size) of what lies there."""
        self.database.executemany(
            "INSERT OR IGNORE INTO file VALUES (?,?)", ((_raw(path), size) for path, size in files)
        )

    def add_line(self, manifest: str, path: str, digest: str) -> str:
        """Remember a line; the digest an earlier line of this manifest gave, or ""."""
        values = (_raw(path), manifest, digest)
        if self.database.execute("INSERT OR IGNORE INTO listed VALUES (?,?,?)", values).rowcount:
            return ""
        (known,) = self.database.execute(
            "SELECT digest FROM listed WHERE path=? AND manifest=?", values[:2]
        ).fetchone()
        return str(known)

    def has_file(self, path: str) -> bool:
        """Whether it lies there."""
        query = "SELECT 1 FROM file WHERE path=?"
        return self.database.execute(query, (_raw(path),)).fetchone() is not None

    def payload_size(self) -> tuple[int, int]:
        """Bytes and number of the payload files on disk."""
        size, count = self.database.execute(
            f"SELECT coalesce(sum(size),0), count(*) FROM file WHERE {_PAYLOAD}"  # noqa: S608
        ).fetchone()
        return int(size), int(count)

    def unlisted(self, *, in_all: bool) -> Iterator[str]:
        """Payload files that not every payload manifest lists (or none, unless ``in_all``)."""
        marks = ",".join("?" * len(self.payload))
        yield from self._names(
            f"SELECT path FROM file WHERE {_PAYLOAD}"  # noqa: S608
            " AND path NOT IN (SELECT file FROM twin) AND (SELECT count(*) FROM listed"
            f" WHERE listed.path=file.path AND manifest IN ({marks})) < ? ORDER BY path",
            [*self.payload, max(1, len(self.payload)) if in_all else 1],
        )

    def missing(self, manifest: str) -> Iterator[str]:
        """What a manifest lists and is not there under any form of its name."""
        yield from self._names(
            "SELECT path FROM listed WHERE manifest=? AND path NOT IN (SELECT path FROM file)"
            " AND path NOT IN (SELECT listed FROM twin) ORDER BY path",
            [manifest],
        )

    def find_twins(self) -> Iterator[tuple[str, str]]:
        """Listed names that lie here in another normal form, with the file; from now on known."""
        lost = "SELECT DISTINCT path FROM listed WHERE path NOT IN (SELECT path FROM file)"
        if self.database.execute(f"{lost} LIMIT 1").fetchone() is None:
            return
        self.database.execute("CREATE TABLE form AS SELECT nfc(path) AS nfc, path FROM file")
        self.database.execute("CREATE INDEX form_nfc ON form (nfc)")
        self.database.execute(
            "INSERT INTO twin SELECT lost.path, form.path"  # noqa: S608
            f" FROM ({lost}) AS lost JOIN form ON form.nfc = nfc(lost.path)"
            " GROUP BY lost.path"
        )
        for row in self.database.execute("SELECT listed, file FROM twin ORDER BY listed"):
            yield _text(row[0]), _text(row[1])

    def payload_names(self) -> Iterator[str]:
        """Every name that a payload manifest lists or that lies in the payload, once."""
        self._gather()
        yield from self._names("SELECT path FROM name ORDER BY path")

    def met_after_normalising(self) -> Iterator[str]:
        """Normal forms that more than one of the payload names have."""
        self._gather()
        yield from self._names("SELECT nfc FROM name GROUP BY nfc HAVING count(*) > 1 ORDER BY nfc")

    def met_after_folding(self) -> Iterator[str]:
        """Names without case that more than one of the normal forms have."""
        self._gather()
        yield from self._names(
            "SELECT fold FROM (SELECT DISTINCT nfc, folded(nfc) AS fold FROM name)"
            " GROUP BY fold HAVING count(*) > 1 ORDER BY fold"
        )

    def wanted(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """Each listed file that is there, in order, with (manifest, digest) of every line."""
        rows = self.database.execute(
            "SELECT path AS place, manifest, digest FROM listed"
            " WHERE path IN (SELECT path FROM file)"
            " UNION ALL SELECT twin.file, manifest, digest FROM twin"
            " JOIN listed ON listed.path = twin.listed ORDER BY place, manifest"
        )
        for place, lines in groupby(rows, key=lambda row: row[0]):
            yield _text(place), [(line[1], line[2]) for line in lines]

    def _gather(self) -> None:
        """The payload names with their normal forms, once."""
        known = "SELECT 1 FROM sqlite_temp_master WHERE name='name'"
        if self.database.execute(known).fetchone():
            return
        marks = ",".join("?" * len(self.payload))
        self.database.execute(
            "CREATE TEMP TABLE name AS SELECT path, nfc(path) AS nfc FROM"  # noqa: S608
            f" (SELECT path FROM listed WHERE manifest IN ({marks})"
            f" UNION SELECT path FROM file WHERE {_PAYLOAD})",
            self.payload,
        )

    def _names(self, query: str, values: Iterable[str | int] = ()) -> Iterator[str]:
        for row in self.database.execute(query, list(values)):
            yield _text(row[0])


def _raw(path: str) -> bytes:
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return path.encode("utf-8", "surrogatepass")


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _nfc(raw: bytes) -> bytes:
    return raw if raw.isascii() else _raw(unicodedata.normalize("NFC", _text(raw)))


def _folded(raw: bytes) -> bytes:
    return raw.lower() if raw.isascii() else _raw(_text(raw).casefold())
