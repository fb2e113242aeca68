"""Bulk analysis 批量分析: the bigrams of many records made together, in native code.

One by one, folding and pairing characters in the interpreter takes longer than the engine's
own indexing; here the texts of a batch are laid end to end, looked up and paired as arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

import numpy as np

from lantai.core.search.analysis import BREAK, COMPACT
from lantai.core.search.charts import gone, written

_BREAK = np.uint32(ord(BREAK))
_MARK = "\ue001"  # where a break is meant, while the texts lie end to end


def analysed(fields: Sequence[Sequence[str]]) -> tuple[list[str], list[str]]:
    """Each field's elements, compact and bounded as `analysis.bounded` bounds them; and their
    bigrams parted by blanks. "" for a field without text."""
    texts = [_laid(elements) for elements in fields]
    joined = "".join(texts)
    if not joined:
        return texts, texts
    seen = COMPACT.looked_up(joined)
    raw = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    seen[raw == ord(_MARK)] = _BREAK
    kept = ~gone(seen)
    places = np.concatenate((np.zeros(1, np.int64), np.cumsum(kept)))
    ends = places[list(accumulate(map(len, texts), initial=0))].tolist()
    codes = seen[kept]
    whole, pairs = written(codes), _paired(codes)
    # two breaks and nothing between stay empty; so does a field of blanks
    bounds = [(start, end if end - start > 2 else start) for start, end in pairwise(ends)]
    return (
        [whole[start:end] for start, end in bounds],
        [pairs[3 * start : max(3 * end - 4, 3 * start)] for start, end in bounds],
    )


def _laid(elements: Sequence[str]) -> str:
    given = [element for element in elements if element and not element.isspace()]
    if not given:
        return ""
    if any(_MARK in element for element in given):
        given = [element.replace(_MARK, " ") for element in given]
    return f"{_MARK}{_MARK.join(given)}{_MARK}"


def _paired(codes: np.ndarray) -> str:
    if len(codes) < 2:
        return ""
    out = np.full((len(codes) - 1, 3), 32, np.uint32)
    out[:, 0], out[:, 1] = codes[:-1], codes[1:]
    return written(out.reshape(-1))
