"""Where ClickHouse runs 运行方式: in this process (chDB), or a server spoken to over HTTP.

Both take the same SQL. In one process chDB serves one folder; several indexes are several
databases in it.
"""

from __future__ import annotations

import base64
import http.client
import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Protocol
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from lantai.core.search.port import SearchUnavailable

SETTINGS = {"max_query_size": 64_000_000, "mutations_sync": 1}
TIMEOUT = 60  # seconds a server may take
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
        server.run(f"INSERT INTO {table} FORMAT JSONEachRow {lines}")  # noqa: S608


def server_at(location: str) -> tuple[Server, str]:
    """The server and the database name of what follows ``clickhouse://``.

    ``/var/lib/lantai/clickhouse?database=lantai`` is a folder served in this process;
    ``user:password@host:8123/lantai?secure=1`` a server.
    """
    parts = urlsplit(f"//{location}")
    given = parse_qs(parts.query)
    if parts.hostname is None:
        database = given.get("database", ["lantai"])[0]
        return Embedded.at(unquote(parts.path)), database
    secure = given.get("secure", ["0"])[0] == "1"
    return (
        Remote(
            parts.hostname,
            parts.port or (8443 if secure else 8123),
            unquote(parts.username or "default"),
            unquote(parts.password or ""),
            secure,
        ),
        unquote(parts.path.strip("/")) or "lantai",
    )


def fault(words: str) -> Exception:
    """The error for what the engine complained of."""
    if any(name in words for name in NO_TABLE):
        return NoSuchTable(words[:300])
    return SearchUnavailable(
        "检索引擎 ClickHouse 不能应答，请检查服务后重试。",
        f"ClickHouse cannot answer ({words[:300]}); look at the server and try again.",
    )


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
    """A server by its HTTP interface; a connection for each thread."""

    def __init__(self, host: str, port: int, user: str, password: str, secure: bool) -> None:
        self._host, self._port, self._secure = host, port, secure
        secret = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {secret}"}
        self._mine = threading.local()

    def run(self, sql: str) -> str:
        """One request."""
        last: Exception | None = None
        for _ in range(2):  # a connection kept open may have been closed at the other end
            connection = self._connection()
            try:
                connection.request("POST", f"/?{urlencode(SETTINGS)}", sql.encode(), self._headers)
                answer = connection.getresponse()
                text = answer.read().decode("utf-8", "replace")
            except (OSError, http.client.HTTPException) as error:
                self.close()
                last = error
                continue
            if answer.status != http.client.OK:
                raise fault(text)
            return text
        raise fault(str(last)) from last

    def _connection(self) -> http.client.HTTPConnection:
        if getattr(self._mine, "connection", None) is None:
            kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
            self._mine.connection = kind(self._host, self._port, timeout=TIMEOUT)
        connection: http.client.HTTPConnection = self._mine.connection
        return connection

    def close(self) -> None:
        """Close this thread's connection."""
        connection = getattr(self._mine, "connection", None)
        if connection is not None:
            connection.close()
        self._mine.connection = None


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
