"""A real S3 server of the tests' own: SeaweedFS, from its package, on free ports."""

from __future__ import annotations

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
    """Ports nobody listens at; and ten thousand above is free too, where its gRPC goes."""
    found: list[int] = []
    for port in range(20_000 + os.getpid() % 20_000, 55_000):
        if len(found) == count:
            break
        try:
            for number in (port, port + 10_000):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", number))
        except (OSError, OverflowError):
            continue
        found.append(port)
    return found


@contextmanager
def object_store(folder: Path) -> Iterator[str]:
    """The endpoint of a running server; it ends with the block."""
    weed = program()
    assert weed is not None
    master, volume, filer, s3 = free_ports(4)
    folder.mkdir(parents=True, exist_ok=True)
    server = subprocess.Popen(
        [weed, "server", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
         f"-master.port={master}", f"-volume.port={volume}", f"-filer.port={filer}",
         "-filer", "-s3", f"-s3.port={s3}", "-volume.max=0",
         "-master.volumeSizeLimitMB=64", "-master.telemetry=false"],
        stdout=(folder / "server.log").open("wb"), stderr=subprocess.STDOUT, cwd=folder,
    )  # fmt: skip
    endpoint = f"http://127.0.0.1:{s3}"
    try:
        _wait(endpoint, server)
        yield endpoint
    finally:
        server.kill()  # its own ending waits ten seconds for others
        server.wait()


def _wait(endpoint: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(endpoint, timeout=2)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
            continue
        return
    raise RuntimeError("the object store did not start")
