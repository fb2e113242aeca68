"""A real Lantai for the journeys: `lantai up --demo` in its own process tree, real Chromium."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's loop runs in this thread
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
ROOT = Path(__file__).resolve().parents[2]
SHOTS = Path(os.environ.get("LANTAI_SHOTS", "")) if os.environ.get("LANTAI_SHOTS") else None


@dataclass
class Installation:
    """A running Lantai: where it answers, where its data lie, who may sign in."""

    address: str
    data: Path
    accounts: dict[str, str] = field(default_factory=dict)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def installation() -> Iterator[Installation]:
    """`lantai up --demo` with the county founded and its schedules approved, no holdings."""
    data = Path(tempfile.mkdtemp(prefix="lantai-journey-"))
    port = free_port()
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("LANTAI_")},
        "LANTAI_DATA": str(data),
        "LANTAI_DEMO_STAGES": os.environ.get("LANTAI_DEMO_STAGES", "rules"),
        "PYTHONPATH": str(ROOT / "src"),
    }
    log = (data / "up.log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-m", "lantai.cli.main", "up", "--demo", "--port", str(port)],
        env=environment, stdout=log, stderr=subprocess.STDOUT, cwd=data, start_new_session=True,
    )  # fmt: skip
    try:
        yield Installation(f"http://127.0.0.1:{port}", data, _accounts(data / "up.log", process))
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        log.close()
        shutil.rmtree(data, ignore_errors=True)


def _accounts(log: Path, process: subprocess.Popen[bytes], seconds: float = 180) -> dict[str, str]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        text = log.read_text()
        if "Ctrl-C" in text:
            return dict(re.findall(r"^  (\S+) +([a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}) ", text, re.M))
        assert process.poll() is None, text
        time.sleep(0.2)
    raise AssertionError(f"not up after {seconds} s: {log.read_text()}")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A headless Chromium for the journeys of a module; while it lives its event loop runs in
    the thread, so it must not outlast them."""
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Visitor:
    """A person before a browser: signs in, clicks, reads."""

    def __init__(
        self, browser: Any, installation: Installation, *, language: str, width: int
    ) -> None:
        self.installation = installation
        self.context = browser.new_context(
            viewport={"width": width, "height": 900 if width > 800 else 844},
            locale="en-US" if language == "en" else "zh-CN",
            accept_downloads=True,
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("response", self._answered)

    def _answered(self, response: Any) -> None:
        if response.status >= 500:
            self.errors.append(f"{response.status} {response.url}")

    def go(self, path: str) -> Any:
        """Open a page of the installation; the page before may be arriving still, it does not win."""
        address = self.installation.address + path
        try:
            return self.page.goto(address)
        except Error as error:
            if "interrupted by another navigation" not in str(error):
                raise
            self.page.wait_for_load_state()
            return self.page.goto(address)

    def sign_in(self, username: str) -> Visitor:
        """Sign in as one of the demonstration's people."""
        self.go("/login/")
        self.page.fill("#id_username", username)
        self.page.fill("#id_password", self.installation.accounts[username])
        self.page.click("main form button[type=submit]")
        self.page.wait_for_url("**/desk/")
        return self

    def wait_for_jobs(self, seconds: float = 240) -> None:
        """Until the queue has nothing left to do (asked of the metrics address)."""
        import urllib.request

        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with urllib.request.urlopen(self.installation.address + "/metrics") as answer:
                text = answer.read().decode()
            busy = re.search(r'lantai_jobs\{state="(waiting|running)"\} [1-9]', text)
            behind = re.search(r"lantai_follower_backlog\{[^}]*\} [1-9]", text)
            if not busy and not behind:
                return
            time.sleep(0.3)
        raise AssertionError(f"jobs still under way after {seconds} s:\n{text}")

    def axe(self) -> list[str]:
        """Serious and critical violations that axe finds on the page as it stands."""
        script = ROOT / "node_modules" / "axe-core" / "axe.min.js"
        self.page.evaluate(script.read_text())
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{v['id']}: {v['nodes'][0]['html'][:120]}"
            for v in found["violations"]
            if v["impact"] in {"serious", "critical"}
        ]

    def close(self) -> None:
        """Leave; a script error or a 500 on the way fails the journey."""
        self.context.close()
        assert not self.errors, self.errors


@pytest.fixture
def visitor(chromium: Any, installation: Installation) -> Iterator[Any]:
    """Makes visitors: visitor(language="zh", width=1440)."""
    made: list[Visitor] = []

    def make(language: str = "zh", width: int = 1440) -> Visitor:
        made.append(Visitor(chromium, installation, language=language, width=width))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def desk_folder(live_server: Any, tmp_path: Path) -> Iterator[str]:
    """A fresh data folder for the server of this process; the address at which it answers."""
    from django.conf import settings
    from django.test import override_settings

    data = tmp_path / "data"
    data.mkdir()
    own = replace(
        settings.LANTAI, data=data, index_url=f"tantivy://{data}/index",
        store_url=f"folder://{data}/storage/ocfl",
    )  # fmt: skip
    with override_settings(LANTAI=own, PASSWORD_HASHERS=["tests.hashers.QuickArgon2"]):
        yield live_server.url


@pytest.fixture
def county_at_work(chromium: Any, desk_folder: str) -> Callable[..., Any]:
    """Makes (county, seats) for a journey of this name in a language."""
    from django.test import Client

    from tests.journeys.seats import Seats
    from tests.people import make_county

    def make(name: str, language: str = "zh") -> Any:
        county = make_county()
        Client().get("/login/")  # what is loaded once is loaded before anybody waits
        return county, Seats(chromium, desk_folder, county.people, name, language)

    return make
