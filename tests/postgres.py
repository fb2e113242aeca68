"""A PostgreSQL of the tests' own, on a free port, gone when they end."""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
import time
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
    bin_dir = binaries()
    if bin_dir is None:
        raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql")
    home = Path(tempfile.mkdtemp(prefix="lantai-pg-"))
    user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
        user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
    data = home / "data"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT, "cwd": str(home)}
    subprocess.run(
        [*user, str(bin_dir / "initdb"), "-D", str(data), "-U", "lantai", "-A", "trust",
         "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], check=True, **quiet,
    )  # fmt: skip
    server = subprocess.Popen(
        [*user, str(bin_dir / "postgres"), "-D", str(data), "-p", str(port),
         "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={home}",
         "-c", "fsync=off", "-c", "max_connections=60"], **quiet,
    )  # fmt: skip

    def stop() -> None:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
        shutil.rmtree(home, ignore_errors=True)

    atexit.register(stop)
    ready = [str(bin_dir / "pg_isready"), "-h", "127.0.0.1", "-p", str(port)]
    for _ in range(150):
        if subprocess.run(ready, check=False, **quiet).returncode == 0:
            return f"postgresql://lantai@127.0.0.1:{port}/postgres"
        time.sleep(0.1)
    raise RuntimeError("PostgreSQL did not start")
