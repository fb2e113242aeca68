"""Every parser under hostile input for LANTAI_FUZZ_SECONDS (an hour): no crash, no hang, no escape.

The seed of the run is printed; LANTAI_FUZZ_SEED repeats it. An input that does harm is kept.
"""

from __future__ import annotations

import os
import random
import resource
import time

import pytest

from tests.soak.hostile import MOST_SECONDS, attack, targets

SECONDS = float(os.environ.get("LANTAI_FUZZ_SECONDS", "3600"))
SEED = os.environ.get("LANTAI_FUZZ_SEED") or str(random.SystemRandom().randrange(10**9))
MOST_MEMORY = 2 << 30
"""Bytes this process may grow to; formats are parsed in workers with limits of their own."""

TARGETS = targets()


@pytest.mark.soak
@pytest.mark.timeout(int(SECONDS) + 600)
@pytest.mark.parametrize("name", TARGETS)
def test_a_parser_withstands_hostile_input(name, tmp_path):
    chance = random.Random(f"{SEED}-{name}")
    end = time.monotonic() + SECONDS / len(TARGETS)
    count, slowest = 0, 0.0
    while time.monotonic() < end:
        state = chance.getstate()
        begun = time.monotonic()
        try:
            attack(name, TARGETS[name], chance, tmp_path / "work")
        except Exception as harm:
            kept = tmp_path / "harm"
            (tmp_path / "work").rename(kept)
            raise AssertionError(f"{name} seed {SEED} input {count}: {kept}: {harm!r}") from harm
        assert state is not None
        slowest = max(slowest, time.monotonic() - begun)
        assert slowest < MOST_SECONDS, (name, SEED, count)
        count += 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"{name}: {count} inputs, slowest {slowest:.2f} s, peak {peak >> 20} MiB, seed {SEED}")
    assert peak < MOST_MEMORY
