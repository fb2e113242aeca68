"""`lantai up`: prepare the data folder if new, start web and worker, stop cleanly."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from lantai.cli.command import DONE, SYSTEM_FAILED, BadCall, Command, say

LANTAI = [sys.executable, "-m", "lantai.cli.main"]
RESTART_SECONDS = 2  # a worker that died is started again after this long


class Up(Command):
    """One process tree: this parent, a web process, a worker."""

    id = "up"
    help = "启动兰台 / start Lantai: web and worker; --demo with a demonstration archives"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Where to listen."""
        parser.add_argument("--demo", action="store_true", help="云溪县示范档案馆 / demonstration")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1")

    def run(self, options: argparse.Namespace) -> int:
        """Prepare, start the children, mind them, end them."""
        data = Path(os.environ.get("LANTAI_DATA", "lantai-data")).resolve()
        os.environ["LANTAI_DATA"] = str(data)
        (data / "logs").mkdir(parents=True, exist_ok=True)
        if options.demo:
            os.environ["LANTAI_DEMO"] = "1"
        # glibc keeps a heap for each of many threads otherwise: a third more memory for nothing
        os.environ.setdefault("MALLOC_ARENA_MAX", "2")
        os.environ.setdefault("LANTAI_BASE_URL", f"http://{options.host}:{options.port}")
        _refuse_taken_port(options.host, options.port)
        accounts = _prepare(demo=options.demo)
        children = _Children(options.host, options.port)
        children.start()
        address = f"http://{options.host}:{options.port}/"
        if children.wait_for_first_page():
            say(f"\n  兰台已启动 Lantai is up: {address}\n")
        else:
            say(f"\n  网页尚未应答，请稍候再打开 {address}，详见 {data / 'logs'}"
                f"\n  no page is answered yet: try {address} in a while, and see the logs\n")  # fmt: skip
        for username, password, who in accounts:
            say(f"  {username:<12} {password:<18} {who}")
        say("\n  按 Ctrl-C 停止 / Ctrl-C stops it")
        return children.mind()


def _prepare(*, demo: bool) -> list[list[str]]:
    """Make the data folder ready in a process of its own: this one lives long and stays small."""
    words = ["init", "--json", *(["--demo"] if demo else [])]
    done = subprocess.run([*LANTAI, *words], stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)
    accounts: list[list[str]] = json.loads(done.stdout)["accounts"]
    return accounts


def _refuse_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise BadCall(
                f"端口 {port} 不能用（{problem.strerror}）；请换一个：--port {port + 1} / port in use"
            ) from problem


class _Children:
    """The web process and the worker process."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.stopping = False
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        for name in ("web", "worker"):
            self._start(name)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def _start(self, name: str) -> None:
        words = (
            ["serve", "--host", self.host, "--port", str(self.port)]
            if name == "web"
            else ["worker"]
        )
        self.running[name] = subprocess.Popen([*LANTAI, *words])

    def wait_for_first_page(self, seconds: float = 180) -> bool:
        """Until a page is answered, the web process has died, or it is too long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.stopping and self.running["web"].poll() is None:
            with contextlib.suppress(OSError, HTTPException):
                door = HTTPConnection(self.host, self.port, timeout=5)
                door.request("GET", "/healthz")
                return door.getresponse().status == HTTPStatus.OK
            time.sleep(0.2)
        return False

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def mind(self) -> int:
        while not self.stopping:
            for name, child in list(self.running.items()):
                if child.poll() is not None and not self.stopping:
                    say(f"lantai: {name} 退出（{child.returncode}），重新启动 / restarting")
                    time.sleep(RESTART_SECONDS)
                    self._start(name)
            time.sleep(0.3)
        for child in self.running.values():
            child.terminate()
        failed = False
        for child in self.running.values():
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()
                failed = True
        return SYSTEM_FAILED if failed else DONE
