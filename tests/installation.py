"""A whole Lantai in a data folder of its own, driven by its command as a person would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


class Lantai:
    """One data folder; every call is a process of its own, so a kill or a limit is a real one."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.data = data
        kept = {k: v for k, v in os.environ.items() if k in {"PATH", "LANG", "HOME", "TMPDIR"}}
        self.environment = {
            **kept,
            "LANTAI_DATA": str(data),
            "PYTHONPATH": str(ROOT / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
            **settings,
        }

    def arguments(self, *words: str) -> list[str]:
        """The command line of a call."""
        return [sys.executable, "-m", "lantai.cli.main", *words]

    def call(
        self, *words: str, timeout: int = 300, **more: Any
    ) -> subprocess.CompletedProcess[str]:
        """One command to its end."""
        return subprocess.run(
            self.arguments(*words), env=self.environment, capture_output=True, text=True,
            timeout=timeout, check=False, **more,
        )  # fmt: skip

    def json(self, *words: str, exits: int = 0, **more: Any) -> dict[str, Any]:
        """What a command says with --json, having ended as it should."""
        done = self.call(*words, "--json", **more)
        assert done.returncode == exits, (done.returncode, done.stdout[-2000:], done.stderr[-2000:])
        return json.loads(done.stdout.splitlines()[-1])

    def begin(self, *words: str, **more: Any) -> subprocess.Popen[bytes]:
        """A command left running."""
        return subprocess.Popen(
            self.arguments(*words), env=self.environment, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True, **more,
        )  # fmt: skip


def papers(folder: Path, count: int) -> Path:
    """Small texts, all different."""
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(count):
        (folder / f"通知{n:04d}.txt").write_text(
            f"云溪县第{n}号通知，{'救济' * (n % 50)}\n", "utf-8"
        )
    return folder
