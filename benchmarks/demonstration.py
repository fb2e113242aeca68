"""The five main pages and the memory of the demonstration, on a server that really runs.

Pages are asked over HTTP one after another, as one person clicks; the peer is a static file of
the same server in the same run. Memory is the resident set of the whole process tree.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import psutil

from benchmarks.figure import Figure, quantile

MEMORY_LIMIT = 600  # MB, DESIGN §7
PAGE_TARGET = 100  # ms at p95
CLERK = "archivist"


class Reader:
    """A browser's connection: keep-alive and cookies."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = urlencode(form) if form is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for value in answer.headers.get_all("Set-Cookie") or []:
            for key, morsel in SimpleCookie(value).items():
                self.cookies[key] = morsel.value
        return answer.status, text

    def sign_in(self, username: str, password: str) -> bool:
        _status, page = self.ask("GET", "/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        form = {"username": username, "password": password}
        if token:
            form["csrfmiddlewaretoken"] = token[1]
        status, _ = self.ask("POST", "/login/", form)
        return status == 302


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=60, help="how often each page is asked")
    parser.add_argument("--wait", type=int, default=150, help="seconds for the demonstration")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lantai-bench-") as place:
        port = free_port()
        log = Path(place) / "up.log"
        started = time.perf_counter()
        server = start(place, port, log)
        try:
            first = wait_for_first_page(port, server)
            Figure(
                "first page after the command",
                first - started,
                "s",
                "limit",
                60,
                more_is_better=False,
                target=1.0,
            ).tell()
            whole = wait_for_demonstration(place, options.wait)
            measure(port, log, options.times)
            memory(server.pid, whole)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(place: str, port: int, log: Path) -> subprocess.Popen[bytes]:
    words = ["up", "--demo", "--port", str(port), "--data", f"{place}/data"]
    with log.open("wb") as stream:
        return subprocess.Popen(
            [sys.executable, "-m", "lantai.cli.main", *words], stdout=stream, stderr=stream
        )


def wait_for_first_page(port: int, server: subprocess.Popen[bytes]) -> float:
    while server.poll() is None:
        try:
            reader = Reader(port)
            if reader.ask("GET", "/")[0] < 500:
                return time.perf_counter()
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit("the server ended by itself")


def wait_for_demonstration(place: str, seconds: int) -> bool:
    """Until no job waits or runs; False when the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done = subprocess.run(
            [sys.executable, "-m", "lantai.cli.main", "job", "list", "--json"],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "LANTAI_DATA": f"{place}/data"},
        )
        states = re.findall(r'"state": "([a-z]+)"', done.stdout)
        if done.returncode == 0 and not {"queued", "waiting", "ready", "running"} & set(states):
            return True
        time.sleep(2)
    return False


def accounts(log: Path) -> dict[str, str]:
    """The accounts that `lantai up --demo` printed."""
    rows = re.findall(r"^  ([a-z0-9_.-]+) +(\S+) +\S", log.read_text("utf-8"), re.MULTILINE)
    return dict(rows)


def measure(port: int, log: Path, times: int) -> None:
    reader, clerk = Reader(port), Reader(port)
    known = accounts(log)
    name = next((n for n in known if CLERK in n), "")
    signed_in = bool(name) and clerk.sign_in(name, known[name])
    static = next(
        (p for p in re.findall(r'(?:href|src)="(/static/[^"]+)"', reader.ask("GET", "/login/")[1])),
        "/healthz",
    )
    peer = timed(reader, static, times)
    found = json.loads(clerk.ask("GET", "/api/v1/search?q=%E9%80%9A%E7%9F%A5&limit=1")[1])
    uid = found["results"][0]["id"] if found.get("results") else ""
    pages = [
        ("portal home", reader, "/"),
        ("public search", reader, "/portal/search/?q=%E9%80%9A%E7%9F%A5"),
        ("staff search", clerk, "/search/?q=%E9%80%9A%E7%9F%A5"),
        ("record page", clerk, f"/records/{uid}/"),
        ("desk", clerk, "/desk/"),
        ("fonds browse", clerk, "/fonds/"),
    ]
    for label, who, path in pages:
        status, _ = who.ask("GET", path)
        if status != 200 or (who is clerk and not signed_in):
            print(f"{label} {path}: {status}", file=sys.stderr)
            continue
        took = timed(who, path, times)
        for share_name, share in (("p50", 0.5), ("p95", 0.95)):
            Figure(
                f"page {label} {share_name}",
                quantile(took, share),
                "ms",
                "a static file of the same server",
                quantile(peer, share),
                more_is_better=False,
                note=f"target of DESIGN §7: p95 ≤ {PAGE_TARGET} ms",
            ).tell()


def timed(reader: Reader, path: str, times: int) -> list[float]:
    """Milliseconds of each answer, after three to warm up."""
    took = []
    for n in range(times + 3):
        started = time.perf_counter()
        reader.ask("GET", path)
        if n >= 3:
            took.append((time.perf_counter() - started) * 1000)
    return took


def memory(pid: int, whole: bool) -> None:
    parent = psutil.Process(pid)
    tree = [parent, *parent.children(recursive=True)]
    resident = sum(process.memory_info().rss for process in tree) / 1e6
    shared_once = sum(process.memory_full_info().pss for process in tree) / 1e6
    Figure(
        f"memory of {len(tree)} processes",
        resident,
        "MB",
        "limit",
        MEMORY_LIMIT,
        more_is_better=False,
        target=1.0,
        note=f"{'with the' if whole else 'while making the'} demonstration; "
        f"{shared_once:.0f} MB when shared pages count once",
    ).tell()


if __name__ == "__main__":
    main()
