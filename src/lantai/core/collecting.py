"""Collecting seldom 少回收: bulk work makes many small objects and hardly a circle among them.

Python looks for circles after every few hundred new objects, and through all that a large program
has loaded besides: a tenth of the time of an import.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = (100_000, 20)  # new objects before a look at the youngest, looks before the next age


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for circles seldom meanwhile, and not among what was there before."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*SELDOM, before[2])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
