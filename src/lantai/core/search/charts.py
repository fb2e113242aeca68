"""Charts 对照: one character to one (or to none), over short texts in C and long ones in numpy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

SHORT = 96  # characters; below, the interpreter's own table is quicker
_UNKNOWN = 0xFFFFFFFF
_GONE = 0xFFFFFFFE
Codes = npt.NDArray[np.uint32]


class Chart(dict[int, "str | None"]):
    """What each character becomes ("" takes it away), asked once a character, then looked up."""

    def __init__(self, becomes: Callable[[str], str]) -> None:
        super().__init__()
        self._becomes = becomes
        self._table: Codes = np.full(0x110000, _UNKNOWN, np.uint32)

    def __missing__(self, code: int) -> str | None:
        found = self[code] = self._becomes(chr(code)) or None
        return found

    def over(self, text: str) -> str:
        """The text by the chart."""
        if len(text) < SHORT:
            return text.translate(self)
        return written(self.codes(text))

    def codes(self, text: str) -> Codes:
        """The text by the chart, as code points, without what is taken away."""
        seen = self.looked_up(coded(text))
        gone = seen == _GONE
        return seen[~gone] if gone.any() else seen

    def looked_up(self, codes: Codes) -> Codes:
        """Code points by the chart, one for one; `gone` marks what is taken away."""
        seen: Codes = self._table[codes]
        unknown = seen == _UNKNOWN
        if unknown.any():
            for code in np.unique(codes[unknown]).tolist():
                found = self[code]
                self._table[code] = _GONE if found is None else ord(found)
            seen = self._table[codes]
        return seen


def coded(text: str) -> Codes:
    """A text as code points."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def gone(seen: Codes) -> npt.NDArray[np.bool_]:
    """Where the chart takes a character away."""
    return np.equal(seen, _GONE)


def written(codes: Codes) -> str:
    """Code points as text."""
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")
