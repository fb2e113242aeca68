"""LibreOffice as a reader of old formats, where it is installed (Debian: libreoffice-nogui)."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from lantai.core.formats.format import Unreadable

SECONDS = 90


def soffice_path() -> str:
    """The program, or an empty string."""
    return shutil.which("soffice") or shutil.which("libreoffice") or ""


def soffice_convert(path: Path, to: str, folder: Path) -> Path:
    """Convert into ``folder`` (``to`` as for --convert-to); `Unreadable` when it cannot."""
    program = soffice_path()
    if not program:
        raise Unreadable(
            "needs-tool",
            "需要 LibreOffice（Debian 软件包 libreoffice-writer-nogui 等）",
            "needs LibreOffice (Debian package libreoffice-writer-nogui and its like)",
        )
    command = [
        program,
        f"-env:UserInstallation=file://{folder}/profile",
        "--headless",
        "--norestore",
        "--convert-to",
        to,
        "--outdir",
        str(folder),
        str(path.resolve()),
    ]
    try:
        subprocess.run(  # noqa: S603  (a fixed program, the path as one argument)
            command,
            check=True,
            timeout=SECONDS,
            capture_output=True,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
    except (subprocess.SubprocessError, OSError) as fault:
        raise Unreadable(
            "damaged", "LibreOffice 无法转换", f"LibreOffice failed: {fault}"
        ) from fault
    made = [p for p in folder.iterdir() if p.is_file()]
    if not made:
        raise Unreadable("damaged", "LibreOffice 未产生结果", "LibreOffice made nothing")
    return made[0]


def soffice_text(path: Path, why: Unreadable) -> str:
    """Plain text through LibreOffice; without it, the fault that led here."""
    if not soffice_path():
        raise why
    with tempfile.TemporaryDirectory() as folder:
        made = soffice_convert(path, "txt:Text (encoded):UTF8", Path(folder))
        return made.read_text("utf-8-sig", "replace")
