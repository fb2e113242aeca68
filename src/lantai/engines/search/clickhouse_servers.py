"""Where ClickHouse runs 运行方式: in this process (chDB), or a server spoken to over HTTP.

Both take the same SQL. In one process chDB serves one folder; several indexes are several
databases in it.
"""

from __future__ import annotations

import http.client
import json
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Protocol
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from lantai.core.search.port import SearchUnavailable
from lantai.engines.search.http_server import HttpServer, away

SETTINGS = {"max_query_size": 64_000_000, "mutations_sync": 1}
NO_TABLE = ("UNKNOWN_TABLE", "UNKNOWN_DATABASE")


class NoSuchTable(Exception):
    """The table or the database is not there."""


class Server(Protocol):
    """Somebody who runs SQL."""

    def run(self, sql: str) -> str:
        """The answer as JSON lines; `NoSuchTable`, `SearchUnavailable`."""
        ...

    def close(self) -> None: ...


def rows(server: Server, sql: str) -> list[dict[str, Any]]:
    """The rows of a SELECT."""
    return [json.loads(line) for line in server.run(f"{sql} FORMAT JSONEachRow").splitlines()]


def insert(server: Server, table: str, given: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows given by column name."""
    lines = "\n".join(json.dumps(row) for row in given)  # ASCII only, whatever the text
    if lines:
        server.run(f"INSERT INTO {table} FORMAT JSONEachRow {lines}")


def server_at(location: str) -> tuple[Server, str]:
    """The server and the database name of what follows ``clickhouse://``.

    ``/var/lib/lantai/clickhouse?database=lantai`` is a folder served in this process;
    ``user:password@host:8123/lantai?secure=1`` a server.
    """
    parts = urlsplit(f"//{location}")
    given = parse_qs(parts.query)
    if parts.hostname is None:
        name = named(given.get("database", ["lantai"])[0])
        return Embedded.at(unquote(parts.path)), name
    name = named(unquote(parts.path.strip("/")) or "lantai")
    return Remote(HttpServer.at("ClickHouse", parts, 8123, 8443)), name


def named(database: str) -> str:
    """The name of a database, fit for SQL."""
    if not re.fullmatch(r"\w{1,60}", database, re.ASCII):
        raise ValueError(f"{database!r} is no database name")
    return f"`{database}`"


def fault(words: str) -> Exception:
    """The error for what the engine complained of."""
    if any(name in words for name in NO_TABLE):
        return NoSuchTable(words[:300])
    return away("ClickHouse", words)


class Embedded:
    """chDB: the engine itself, in this process, its tables in a folder."""

    _open: ClassVar[dict[str, Embedded]] = {}
    _opening = threading.Lock()

    def __init__(self, folder: str) -> None:
        try:
            from chdb import session  # half a gigabyte; only where it was chosen
        except ImportError as absent:
            raise SearchUnavailable(
                "没有安装 chdb：pip install 'lantai-archives[clickhouse]'。",
                "chdb is not installed: pip install 'lantai-archives[clickhouse]'.",
            ) from absent
        self._folder, self._users = folder, 0
        self._lock = threading.Lock()
        try:
            self._session = session.Session(folder)
        except RuntimeError as error:  # another process, or another folder in this one
            raise fault(str(error)) from error
        for name, value in SETTINGS.items():
            self.run(f"SET {name} = {value}")

    @classmethod
    def at(cls, folder: str) -> Embedded:
        """The one server of this folder in this process."""
        with cls._opening:
            found = cls._open.get(folder)
            if found is None:
                found = cls._open[folder] = cls(folder)
            found._users += 1
            return found

    def run(self, sql: str) -> str:
        """One statement after another: a session is not made for several at once."""
        with self._lock:
            try:
                answer = self._session.query(sql, "JSONEachRow")
            except RuntimeError as error:
                raise fault(str(error)) from error
        return answer.bytes().decode() if answer is not None else ""

    def close(self) -> None:
        """Left open: a process may serve one folder only, and will ask again."""


class Remote:
    """A server by its HTTP interface."""

    def __init__(self, server: HttpServer) -> None:
        self._server = server

    def run(self, sql: str) -> str:
        """One request."""
        status, text = self._server.ask("POST", f"/?{urlencode(SETTINGS)}", sql.encode())
        if status != http.client.OK:
            raise fault(text)
        return text

    def close(self) -> None:
        """Close this thread's connection."""
        self._server.close()


def quoted(text: str) -> str:
    """A string literal."""
    out = []
    for sign in text.encode("utf-8", "replace").decode():
        if sign in "\\'":
            out.append("\\" + sign)
        elif ord(sign) < 32 or ord(sign) == 127:
            out.append(f"\\x{ord(sign):02x}")
        else:
            out.append(sign)
    return "'" + "".join(out) + "'"


def listed(texts: Sequence[str]) -> str:
    """An array literal."""
    return "[" + ", ".join(quoted(text) for text in texts) + "]"
