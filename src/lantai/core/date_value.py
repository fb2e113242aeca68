"""A date as it was understood 日期值, and the refusal of one that was not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date


class DateNotUnderstood(ValueError):
    """The text is no date this system understands; ``text`` is it, the message is bilingual."""

    def __init__(self, text: str, why_zh: str = "", why_en: str = "") -> None:
        shown = text if len(text) <= 60 else text[:60] + "…"
        super().__init__(
            f"无法理解的日期“{shown}”{'：' + why_zh if why_zh else ''} / "
            f"date not understood{': ' + why_en if why_en else ''}"
        )
        self.text = text


@dataclass(frozen=True)
class DateValue:
    """A date in EDTF with its earliest and latest day (None: open, unknown, or before year 1)."""

    edtf: str
    earliest: date | None
    latest: date | None
    text: str = ""

    @property
    def year(self) -> int:
        """The year it begins in (ends in, when the beginning is open); 0 when unknown."""
        day = self.earliest or self.latest
        return day.year if day else 0

    def qualified(self, mark: str) -> DateValue:
        """With a mark more at each end: approximate ``~``, uncertain ``?``, both ``%``."""
        ends = []
        for end in self.edtf.split("/"):
            plain = end.rstrip("?~%")
            marks = set((end[len(plain) :] + mark).replace("%", "~?"))
            both = "%" if len(marks) > 1 else marks.pop()
            ends.append(end if end in ("", "..") else plain + both)
        return replace(self, edtf="/".join(ends))
