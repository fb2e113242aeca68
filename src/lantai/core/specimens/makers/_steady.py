"""Zip-made office files without the hour they were made: the same record, the same bytes."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

_MODIFIED = re.compile(rb"(<dcterms:(modified|created)[^>]*>)[^<]*")


def steady(path: Path, day: str) -> None:
    """Rewrite the archive with fixed times; ``day`` is YYYYMMDD."""
    stamp = f"{day[:4]}-{day[4:6]}-{day[6:]}T09:00:00Z".encode()
    with zipfile.ZipFile(path) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            data = (
                _MODIFIED.sub(lambda m: m[1] + stamp, content)
                if name == "docProps/core.xml"
                else content
            )
            archive.writestr(
                zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED
            )
