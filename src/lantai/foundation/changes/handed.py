"""Handed sheets 交接: rows just entered together, laid ready for who follows the changes.

To read back thousands of rows just written costs as much as to write them. The sheets of a batch,
written for the ledger anyway, are also laid into a folder under the number of their entry; a
follower that finds them there need not ask the database. It is a short cut and no more: what is
lost, torn or on another host is read from the database as ever, and sheets of a transaction that
failed name rows that no change names.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings

FEW = 100  # rows; fewer are as quickly read back
MOST = 500  # files laid ready while nobody follows; what comes then is read back


def hand_over(entry: int, sheets: Sequence[bytes]) -> None:
    """Lay the sheets of one entry ready, each as it stands in the ledger."""
    folder = _folder()
    with suppress(OSError):  # a full disk or a folder of another's: then they are read back
        folder.mkdir(exist_ok=True)
        if len(_numbers(folder)) < MOST:
            (folder / f"{entry}.json").write_bytes(b"[" + b",".join(sheets) + b"]")


def handed(entry: int) -> list[Any]:
    """The sheets laid ready under an entry's number, as read from JSON; none when there are none."""
    try:
        found = json.loads((_folder() / f"{entry}.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return []
    return found if isinstance(found, list) else []


def forget(upto: int) -> None:
    """Take away what was laid ready up to an entry: it has been followed."""
    folder = _folder()
    for number in _numbers(folder):
        if number <= upto:
            (folder / f"{number}.json").unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.LANTAI.data) / "handed"


def _numbers(folder: Path) -> list[int]:
    if not folder.is_dir():
        return []
    return [int(path.stem) for path in folder.glob("*.json") if path.stem.isdigit()]
