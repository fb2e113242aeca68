"""Stand-in until the real segments land."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from lantai.core.ledger.chain import canonical


class SegmentWriter:
    """Appends lines."""

    def __init__(self, folder: Path, max_entries: int = 5000) -> None:
        self.folder = folder

    def append(self, lines: list[tuple[dict[str, Any], list[Any]]]) -> None:
        """Append and sync."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "segment-000001.jsonl").open("ab") as out:
            for entry, rows in lines:
                out.write(canonical({"entry": entry, "rows": rows}) + b"\n")
            out.flush()
            os.fsync(out.fileno())
