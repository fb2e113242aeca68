"""Highlights 命中标注: where in the original text the words of the question stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from lantai.core.search.analysis import BLANK, normal

SNIPPET = 120  # characters around the best place
MAX_PLACES = 50
MAX_TEXT = 2_000_000  # characters of a text looked through


def places(text: str, needles: Iterable[str]) -> list[tuple[int, int]]:
    """Where the compact needles stand in ``text``, as [start, end), joined, in order."""
    folded = normal(text[:MAX_TEXT])
    found: list[tuple[int, int]] = []
    for needle in dict.fromkeys(needles):
        if not needle:
            continue
        pattern = re.compile(f"{BLANK}*".join(map(re.escape, needle)))
        for count, match in enumerate(pattern.finditer(folded)):
            if count >= MAX_PLACES:
                break
            found.append(match.span())
    return _joined(found)


def near_places(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Places of the pieces (two characters and more) of words that do not stand there whole."""
    pieces: list[str] = []
    for word in words:
        pieces += [word] if len(word) <= 2 else [word[i : i + 2] for i in range(len(word) - 1)]
    return places(text, pieces[:200])


def snippet(text: str, found: Sequence[tuple[int, int]], width: int = SNIPPET) -> dict[str, Any]:
    """The part of the text with most places, as {"text", "places", "start"}.

    ``places`` count from the snippet's beginning; ``start`` is where it begins in the text.
    """
    if len(text) <= width:
        return {"text": text, "places": [list(place) for place in found], "start": 0}
    start = _best_start(found, width) if found else 0
    start = max(0, min(start, len(text) - width))
    end = start + width
    inside = [
        [max(a, start) - start, min(b, end) - start] for a, b in found if b > start and a < end
    ]
    return {"text": text[start:end], "places": inside, "start": start}


def highlight(
    fields: dict[str, str], needles: Sequence[str], near: bool = False
) -> dict[str, dict[str, Any]]:
    """A snippet for each field: the title always whole, the others only where words stand."""
    shown: dict[str, dict[str, Any]] = {}
    for name, text in fields.items():
        if not text:
            continue
        found = places(text, needles)
        if near and not found:
            found = near_places(text, needles)
        if name == "title":
            shown[name] = snippet(text, found, max(len(text), 1))
        elif found:
            shown[name] = snippet(text, found)
    return shown


def _best_start(found: Sequence[tuple[int, int]], width: int) -> int:
    """Where to begin so that most highlighted characters are shown, with some text before."""
    best, best_start = -1, 0
    for index, (begin, _) in enumerate(found):
        shown = 0
        for a, b in found[index:]:
            if b > begin + width:
                break
            shown += b - a
        if shown > best:
            best, best_start = shown, begin
    return best_start - width // 5


def _joined(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out
