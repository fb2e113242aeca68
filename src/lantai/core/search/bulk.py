"""Bulk analysis 批量分析: the bigrams of many records made together, in native code.

One by one, folding and pairing characters in the interpreter takes longer than the engine's
own indexing; here a whole column is laid end to end, looked up and paired as arrays, and cut
again where one record ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lantai.core.search.analysis import BREAK, COMPACT
from lantai.core.search.charts import Codes, coded, gone, written

_MARK = "\ue001"  # between the elements of one text
_ROW = "\ue002"  # between the texts of a column
_BETWEEN = f"{BREAK}{_ROW} {_ROW}{BREAK}"  # what stands between the bigrams of two texts
_LINE_ENDS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"  # as `str.splitlines` takes them


@dataclass(frozen=True)
class Analysed:
    """A column: each text compact without breaks between its elements, and its bigrams.

    ``bounded`` has the breaks as `analysis.bounded` sets them; ``grams`` are those of it, parted
    by blanks; "" for a text without signs.
    """

    bounded: Sequence[str]
    grams: Sequence[str]


def analysed(*columns: Sequence[str], lines: bool = False) -> Analysed:
    """The texts of a column, or of several whose elements stand one after the other in a text.

    With ``lines`` each line of a text is an element of its own.
    """
    joined = _joined(columns)
    if not joined:
        empty = [""] * len(columns[0])
        return Analysed(empty, empty)
    if lines and any(map(joined.__contains__, _LINE_ENDS)):
        joined = _MARK.join(joined.splitlines())
    raw = coded(joined)
    seen = COMPACT.looked_up(raw)
    seen[raw == ord(_MARK)] = ord(BREAK)
    codes = seen[~gone(seen)]
    breaks = codes == ord(BREAK)
    codes = codes[np.append(True, ~(breaks[1:] & breaks[:-1]))]  # nothing stands between two
    whole = [text if len(text) > 1 else "" for text in written(codes).split(_ROW)]
    grams = [text if len(text) > 2 else "" for text in _paired(codes).split(_BETWEEN)]
    return Analysed(whole, grams)


def _joined(columns: Sequence[Sequence[str]]) -> str:
    """The texts end to end, a mark at both ends of each and between its elements."""
    count = len(columns[0])
    texts = columns[0] if len(columns) == 1 else list(map(_MARK.join, zip(*columns, strict=True)))
    between = f"{_MARK}{_ROW}{_MARK}"
    joined = between.join(texts)
    marks = count - 1
    if len(joined) == marks * len(between) + count * (len(columns) - 1):
        return ""
    if joined.count(_ROW) != marks or joined.count(_MARK) != 2 * marks + count * (len(columns) - 1):
        return _joined([list(map(_cleaned, column)) for column in columns])
    return f"{_MARK}{joined}{_MARK}"


def _cleaned(text: str) -> str:
    """Without the signs that mean something here."""
    return text.replace(_MARK, " ").replace(_ROW, " ")


def _paired(codes: Codes) -> str:
    if len(codes) < 2:
        return ""
    out = np.full((len(codes) - 1, 3), 32, np.uint32)
    out[:, 0], out[:, 1] = codes[:-1], codes[1:]
    return written(out.reshape(-1))
