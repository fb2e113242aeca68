"""Intake 收取: bytes that came by page or API get their place below incoming."""

from __future__ import annotations

import os
import shutil
import uuid
from pathlib import Path
from typing import IO

from django.conf import settings

from lantai.resources.uploads.models import Upload


def place_for(name: str) -> tuple[str, Path]:
    """A fresh place for an arrival: below incoming, and the whole path."""
    short = Path(name.replace("\\", "/")).name.strip(". ")[-120:] or "package"
    place = f"receptions/{uuid.uuid4().hex}/{short}"
    path = Path(settings.LANTAI.incoming) / place
    path.parent.mkdir(parents=True, exist_ok=True)
    return place, path


def keep_upload(upload: Upload) -> str:
    """Link a complete upload to its place."""
    place, path = place_for(upload.name)
    try:
        os.link(upload.path, path)
    except OSError:  # another file system
        shutil.copyfile(upload.path, path)
    return place


def keep_stream(name: str, source: IO[bytes]) -> tuple[str, int]:
    """Write what a form sent to its place; shown under its name only when whole."""
    place, path = place_for(name)
    part = path.with_name(path.name + ".part")
    with part.open("xb") as sink:
        shutil.copyfileobj(source, sink, 1 << 20)
        sink.flush()
        os.fsync(sink.fileno())
        size = sink.tell()
    part.replace(path)
    return place, size
