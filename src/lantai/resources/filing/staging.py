"""Staging 暂存: uploaded or given files get their second name in the item's folder.

A link, not a copy, and before any row is written: a row never points at bytes that are not
there, and what a refused operation leaves is a link nobody reads.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lantai.foundation.institutions.models import Institution
from lantai.resources.filing.models import FilingItem
from lantai.resources.uploads.models import Upload


@dataclass(frozen=True)
class StagedFile:
    """A file that lies in an item's folder."""

    name: str  # as it came
    stored: str
    size: int


def stage_uploads(unit: Institution, uid: Any, uploads: Sequence[Upload]) -> list[StagedFile]:
    """Link complete uploads into the folder of an item (which need not exist yet)."""
    return [_stage(unit, uid, upload.path, upload.name) for upload in uploads]


def stage_paths(unit: Institution, uid: Any, paths: Sequence[Path]) -> list[StagedFile]:
    """Link files of this machine into the folder of an item."""
    return [_stage(unit, uid, path, path.name) for path in paths]


def _stage(unit: Institution, uid: Any, source: Path, name: str) -> StagedFile:
    folder = FilingItem(unit=unit, uid=uid).folder
    folder.mkdir(parents=True, exist_ok=True)
    suffix = Path(name).suffix.lower()
    stored = secrets.token_hex(8) + (suffix[:16] if suffix.isascii() else "")
    target = folder / stored
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copyfile(source, target)
    return StagedFile(name, stored, target.stat().st_size)
