"""ClamAV, by its daemon's client `clamdscan` or the slow `clamscan`, when installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

SECONDS_A_FILE = 300
_FOUND = re.compile(r": (.+) FOUND\s*$", re.MULTILINE)
_VERSION = re.compile(r"^(ClamAV [^/\n]+)(?:/\d+/(\w{3} \w{3} +\d+ [\d:]+ \d{4}))?")


class ClamAv:
    """Scans one file a call; raises OSError when the engine fails.

    ``signatures``: a signature file or folder of one's own, in place of the installed ones.
    """

    def __init__(self, program: str, signatures: Path | None = None) -> None:
        self.program, self.signatures = program, signatures

    @cached_property
    def _version(self) -> re.Match[str] | None:
        try:
            said = subprocess.run(  # noqa: S603 – a program found by its fixed name
                [self.program, "--version"], capture_output=True, text=True, timeout=60, check=False
            ).stdout
        except (OSError, subprocess.SubprocessError):
            return None
        return _VERSION.match(said)

    @property
    def name(self) -> str:
        """Engine and version."""
        return self._version[1] if self._version else "ClamAV"

    def signatures_date(self) -> date | None:
        """When its signatures were made; None without any."""
        if not self._version or not self._version[2]:
            return None
        text = " ".join(self._version[2].split())
        return datetime.strptime(text, "%a %b %d %H:%M:%S %Y").date()  # noqa: DTZ007 – a day

    def scan(self, path: Path) -> str:
        """The virus found, or an empty string."""
        command = [self.program, "--no-summary", "--stdout"]
        if self.program.endswith("clamdscan"):
            command.append("--fdpass")
        elif self.signatures is not None:
            command += ["--database", str(self.signatures)]
        try:
            done = subprocess.run(  # noqa: S603
                [*command, "--", str(path)],
                capture_output=True, text=True, timeout=SECONDS_A_FILE, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as late:
            raise OSError(f"no answer in {SECONDS_A_FILE} s") from late
        if done.returncode == 0:
            return ""
        found = _FOUND.search(done.stdout)
        if done.returncode == 1 and found:
            return found[1]
        raise OSError((done.stderr or done.stdout).strip()[:200] or f"exit {done.returncode}")


def installed_scanner() -> ClamAv | None:
    """The engine of this machine, or None."""
    for program in ("clamdscan", "clamscan"):
        path = shutil.which(program)
        if path:
            return ClamAv(path)
    return None
