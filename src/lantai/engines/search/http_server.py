"""A search server spoken to over HTTP: one connection for each thread, one more try when it was closed."""

from __future__ import annotations

import base64
import http.client
import threading
from urllib.parse import SplitResult, parse_qs, unquote

from lantai.core.search.port import SearchUnavailable

TIMEOUT = 60  # seconds an answer may take


class HttpServer:
    """Host, port and who asks. ``name`` is the engine's, for what is said when it is away."""

    def __init__(
        self, name: str, host: str, port: int, user: str = "", password: str = "", secure: bool = False
    ) -> None:  # fmt: skip
        self._name, self._host, self._port, self._secure = name, host, port, secure
        self._headers = {}
        if user:
            secret = base64.b64encode(f"{user}:{password}".encode()).decode()
            self._headers["Authorization"] = f"Basic {secret}"
        self._mine = threading.local()

    @classmethod
    def at(cls, name: str, parts: SplitResult, port: int, secure_port: int) -> HttpServer:
        """The server of a URL's ``user:password@host:port``; ``?secure=1`` for TLS."""
        secure = parse_qs(parts.query).get("secure", ["0"])[0] == "1"
        return cls(
            name,
            parts.hostname or "localhost",
            parts.port or (secure_port if secure else port),
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            secure,
        )

    def ask(
        self, method: str, path: str, body: bytes = b"", kind: str = "application/json"
    ) -> tuple[int, str]:
        """Status and text of the answer; `SearchUnavailable` when there is none."""
        last: Exception | None = None
        for _ in range(2):  # a connection kept open may have been closed at the other end
            connection = self._connection()
            headers = {**self._headers, "Content-Type": kind}
            try:
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                return answer.status, answer.read().decode("utf-8", "replace")
            except (OSError, http.client.HTTPException) as error:
                self.close()
                last = error
        raise away(self._name, str(last)) from last

    def close(self) -> None:
        """Close this thread's connection."""
        connection = getattr(self._mine, "connection", None)
        if connection is not None:
            connection.close()
        self._mine.connection = None

    def _connection(self) -> http.client.HTTPConnection:
        if getattr(self._mine, "connection", None) is None:
            kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
            self._mine.connection = kind(self._host, self._port, timeout=TIMEOUT)
        connection: http.client.HTTPConnection = self._mine.connection
        return connection


def away(name: str, words: str) -> SearchUnavailable:
    """What is said of an engine that does not answer."""
    return SearchUnavailable(
        f"检索引擎 {name} 不能应答，请检查服务后重试。",
        f"{name} cannot answer ({words[:300]}); look at the server and try again.",
    )
