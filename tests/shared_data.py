"""Where the real files lie, when they are there."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def shared_data(name: str = "") -> Path | None:
    """The folder of a data set beside the checkout (or under LANTAI_SHARED_DATA), or None."""
    candidates = [ROOT.parent / "shared" / "data", ROOT.parent.parent / "shared" / "data"]
    if os.environ.get("LANTAI_SHARED_DATA"):
        candidates.insert(0, Path(os.environ["LANTAI_SHARED_DATA"]))
    for base in candidates:
        path = base / name if name else base
        if path.exists():
            return path
    return None
