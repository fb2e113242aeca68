"""A real S3 server of the tests' own: SeaweedFS, from its package, on free ports."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def program() -> str | None:
    """SeaweedFS's ``weed``, beside this Python or on the path."""
    beside = Path(sys.executable).with_name("weed")
    return str(beside) if beside.exists() else shutil.which("weed")


def free_ports(count: int) -> list[int]:
    """Ports nobody listens at, each with the one ten thousand above, where its gRPC goes.

    All lie under 32,768, where no outgoing connection takes one meanwhile, and each process of
    the tests begins elsewhere, so that two which look at once do not find the same.
    """
    found: list[int] = []
    first = 11_000 + os.getpid() * 16 % 11_000
    for port in itertools.chain(range(first, 22_000), range(11_000, first)):
        if len(found) == count:
            break
        try:
            for number in (port, port + 10_000):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", number))
        except OSError:
            continue
        found.append(port)
    return found


class ObjectStore:
    """A running server, which may be stopped and started again on the same data and ports."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.ports = folder, free_ports(4)
        self.endpoint = f"http://127.0.0.1:{self.ports[3]}"
        folder.mkdir(parents=True, exist_ok=True)
        self.start()

    def start(self) -> None:
        """Run it, until it answers."""
        weed = program()
        assert weed is not None
        master, volume, filer, s3 = self.ports
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [weed, "server", f"-dir={self.folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
                 f"-master.port={master}", f"-volume.port={volume}", f"-filer.port={filer}",
                 "-filer", "-s3", f"-s3.port={s3}", "-volume.max=0",
                 "-s3.port.iceberg=0", "-s3.port.lance=0",  # else at fixed ports: one server a machine
                 "-master.volumeSizeLimitMB=64", "-master.telemetry=false"],
                stdout=log, stderr=subprocess.STDOUT, cwd=self.folder,
            )  # fmt: skip
        if not _answers(self.endpoint, self.process):
            self.kill()
            said = (self.folder / "server.log").read_text(errors="replace")[-3000:]
            raise RuntimeError(f"the object store did not start:\n{said}")

    def kill(self) -> None:
        """kill -9: its own ending waits ten seconds for others."""
        self.process.kill()
        self.process.wait()


@contextmanager
def object_store(folder: Path) -> Iterator[str]:
    """The endpoint of a running server; it ends with the block."""
    server = ObjectStore(folder)
    try:
        yield server.endpoint
    finally:
        server.kill()


def _answers(endpoint: str, server: subprocess.Popen[bytes]) -> bool:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(endpoint, timeout=2)
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.2)
            continue
        return True
    return False
