"""Hit 命中: what a rule found, and where."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Hit:
    """One place a rule speaks of. ``start`` and ``end`` are characters [start, end) of the text.

    ``path`` says which text: an element's name (title, abstract …) or a file; ``page`` counts
    from 1, 0 where the text has no pages. ``weight`` is what the rule adds to the risk score
    (negative: the record is more likely open). ``target`` is the conclusion the rule speaks for.
    """

    rule: str
    kind: str
    path: str
    page: int
    start: int
    end: int
    text: str
    confidence: float
    weight: int
    target: str
    label_zh: str
    label_en: str

    def to_json(self) -> dict[str, Any]:
        """As ``lantai screen`` prints it (DESIGN §6), with the rest beside."""
        values = asdict(self)
        values["class"] = values.pop("kind")
        return values
