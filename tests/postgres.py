"""A PostgreSQL of the tests' own, on a free port, gone when they end."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path


def binaries() -> Path | None:
    """Where initdb and postgres are, the newest version first."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if found:
        return found[0].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def start() -> str:
    """Start a server; returns its URL. Raises RuntimeError naming the package when absent."""
    return Server().url


class Server:
    """A running server, which may be killed and started again on the same data and port."""

    def __init__(self) -> None:
        found = binaries()
        if found is None:
            raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql")
        self.programs, self.home = found, Path(tempfile.mkdtemp(prefix="lantai-pg-"))
        self.user: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(self.home, "postgres")
            self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.quiet = {
            "stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT, "cwd": str(self.home),
        }  # fmt: skip
        subprocess.run(
            [*self.user, str(found / "initdb"), "-D", str(self.home / "data"), "-U", "lantai",
             "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            check=True, **self.quiet,
        )  # fmt: skip
        self.url = f"postgresql://lantai@127.0.0.1:{self.port}/postgres"
        self.start()
        atexit.register(self._away)

    def start(self) -> None:
        """Run it, until it answers."""
        self.process = self._run()
        ready = [str(self.programs / "pg_isready"), "-h", "127.0.0.1", "-p", str(self.port)]
        for _ in range(300):
            if subprocess.run(ready, check=False, **self.quiet).returncode == 0:
                return
            if self.process.poll() is not None:  # what a killed one left is let go in a moment
                self.process = self._run()
            time.sleep(0.1)
        raise RuntimeError("PostgreSQL did not start")

    def kill(self) -> None:
        """kill -9 of the server and of what serves its connections, at once."""
        those = [self.process.pid, *_children(self.process.pid)]
        for number in those:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """As an operator stops it: connections are cut, the data is whole."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def _run(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*self.user, str(self.programs / "postgres"), "-D", str(self.home / "data"),
             "-p", str(self.port), "-c", "listen_addresses=127.0.0.1",
             "-c", f"unix_socket_directories={self.home}", "-c", "fsync=off",
             "-c", "max_connections=60"], **self.quiet,
        )  # fmt: skip

    def _away(self) -> None:
        if self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.home, ignore_errors=True)


def _children(parent: int) -> list[int]:
    """The processes of this parent, by the system's own table."""
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            if int(place.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(place.parent.name))
    return found
