"""Runs of signs 连续字串: the fewest words that tell them, and what the engine reckons they cost."""

from __future__ import annotations

from collections.abc import Sequence

POSITIONS = 10  # times, by which the engine reckons a word dearer whose places are read
NEAR = (1.0, 1.2, 1.1)  # times as often as by chance, that words stand in one record; then once


def covering(held: Sequence[int]) -> list[int]:
    """Which of a run's bigrams, each two signs and one sign on from the last, tell all its signs.

    ``held`` says how many records hold each; those are chosen that are held least, taken together.
    """
    best: list[tuple[int, tuple[int, ...]]] = []
    for place, count in enumerate(held):
        before = min(best[-2:] if place > 1 else best, default=(0, ()))
        best.append((before[0] + count, (*before[1], place)))
    return list(best[-1][1])


def reckoned(held: Sequence[int], records: int) -> float:
    """What the engine reckons a run of words to cost, in records: what it reckons least, it asks
    first, and what it asks first it asks of all records."""
    cost = float(POSITIONS * len(held))
    for place, count in enumerate(sorted(held)):
        cost *= count if place == 0 else count / records * (NEAR[place] if place < len(NEAR) else 1)
    return cost
