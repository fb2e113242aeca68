"""Reading no more than is allowed."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from lantai.core.bounded import read_at_most


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 70_000])
@pytest.mark.parametrize("most", [0, 1, 4096, 69_999, 70_000, 1 << 20])
def test_it_reads_what_is_there_up_to_the_limit(tmp_path: Path, size: int, most: int) -> None:
    data = bytes(n % 251 for n in range(size))
    (tmp_path / "f").write_bytes(data)
    assert read_at_most(tmp_path / "f", most) == data[:most]


def test_a_large_limit_makes_no_room_for_a_small_file(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"a" * 1000)
    tracemalloc.start()
    try:
        read_at_most(tmp_path / "f", 1 << 30)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()
