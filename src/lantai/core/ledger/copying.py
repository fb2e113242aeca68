"""The ledger up to a point 台账截至恢复点: segments and seals that the snapshot answers for.

What was appended after the snapshot is not taken along: the restored ledger ends with the last
entry the restored catalogue knows, so that the chain goes on from there.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from lantai.core.ledger.segments import seal_path, segment_numbers, segment_path


class PointNotInLedger(Exception):
    """The segment files do not hold the entry the catalogue ends with."""


def copy_ledger(folder: Path, target: Path, sequence: int, digest: str) -> list[Path]:
    """Copy the ledger's files up to the entry of this number and hash; the files written."""
    target.mkdir(parents=True, exist_ok=True)
    written = [_copy(path, target) for path in _public_keys(folder)]
    if not sequence:
        return written
    numbers = segment_numbers(folder)
    last, end = _place_of(folder, numbers, sequence, digest)
    for number in (n for n in numbers if n < last):
        written.append(_copy(segment_path(folder, number), target))
        if seal_path(folder, number).exists():
            written.append(_copy(seal_path(folder, number), target))
    source = segment_path(folder, last)
    whole = source.stat().st_size == end
    written.append(_head_of(source, target / source.name, end))
    if whole and seal_path(folder, last).exists():
        written.append(_copy(seal_path(folder, last), target))
    return written


def _place_of(folder: Path, numbers: list[int], sequence: int, digest: str) -> tuple[int, int]:
    """The segment and the byte after the line of this entry, looked for from the newest."""
    for number in reversed(numbers):
        end, found = 0, 0
        with segment_path(folder, number).open("rb") as stream:
            for raw in stream:
                end += len(raw)
                if not raw.endswith(b"\n") or digest.encode() not in raw:
                    continue
                entry = json.loads(raw)["entry"]
                if entry["sequence"] == sequence and entry["hash"] == digest:
                    found = end
        if found:
            return number, found
    raise PointNotInLedger(
        f"台账文件中没有第 {sequence} 条 / entry {sequence} is not in the ledger's files"
    )


def _copy(path: Path, target: Path) -> Path:
    return Path(shutil.copyfile(path, target / path.name))


def _head_of(source: Path, target: Path, length: int) -> Path:
    left = length
    with source.open("rb") as stream, target.open("wb") as out:
        while left and (block := stream.read(min(left, 1 << 20))):
            out.write(block)
            left -= len(block)
    return target


def _public_keys(folder: Path) -> list[Path]:
    """What proves the seals, as PEM and as hexadecimal."""
    return sorted([*folder.glob("*.pem"), *folder.glob("*.hex")])
