"""Highlights 命中标注: where in the original text the words of the question stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from lantai.core.search.analysis import COMPACT
from lantai.core.search.charts import SHORT, coded, gone, written

SNIPPET = 120  # characters around the best place
MAX_PLACES = 50
MAX_TEXT = 2_000_000  # characters of a text looked through
FIRST_LOOK = 60_000  # characters looked through before the rest of a long text
TOGETHER = 1_000  # characters of a text that is made compact with others
_PARTING = "\ue003"  # between them


class Searched:
    """A text made compact, with the way back from its places to those of the original."""

    def __init__(self, text: str) -> None:
        if len(text) < SHORT:
            signs = [COMPACT[ord(sign)] for sign in text]
            self.places: Sequence[int] = [n for n, sign in enumerate(signs) if sign is not None]
            self.compact = "".join(sign for sign in signs if sign is not None)
            return
        seen = COMPACT.looked_up(coded(text))
        kept = np.flatnonzero(~gone(seen))
        self.compact = written(seen[kept])
        self.places = kept  # type: ignore[assignment]

    def find(self, needle: str) -> list[tuple[int, int]]:
        """Places of a compact needle in the original, as [start, end); at most `MAX_PLACES`."""
        return [
            (int(self.places[start]), int(self.places[end - 1]) + 1)
            for start, end in _found(self.compact, needle)
        ]


def _found(text: str, needle: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    at = text.find(needle)
    while at >= 0 and len(found) < MAX_PLACES:
        end = at + len(needle)
        found.append((at, end))
        at = text.find(needle, end)
    return found


def places(text: str, needles: Iterable[str], plain: str | None = None) -> list[tuple[int, int]]:
    """Where the compact needles stand in ``text``, as [start, end), joined, in order.

    ``plain`` is the text made compact, where that was done already.
    """
    wanted = [needle for needle in dict.fromkeys(needles) if needle]
    if not wanted or not text:
        return []
    found = _places(text[:FIRST_LOOK], wanted, plain)
    if not found and len(text) > FIRST_LOOK:
        found = _places(text[:MAX_TEXT], wanted)
    return _joined(found)


def _places(text: str, needles: Sequence[str], plain: str | None = None) -> list[tuple[int, int]]:
    if plain is None and len(text) < SHORT:
        plain = text.translate(COMPACT)
    if plain is not None:
        needles = [needle for needle in needles if needle in plain]
        if not needles:
            return []
        if len(plain) == len(text):  # nothing was taken away: places are the same
            return [place for needle in needles for place in _found(plain, needle)]
    searched = Searched(text)
    return [place for needle in needles for place in searched.find(needle)]


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


def highlights(
    records: Sequence[Mapping[str, str]], needles: Sequence[str], near: bool = False
) -> list[dict[str, dict[str, Any]]]:
    """`highlight` of the fields of every record of a page, their texts made compact together."""
    texts = {text for fields in records for text in fields.values() if 0 < len(text) <= TOGETHER}
    plain = _compact_all(list(texts))
    return [highlight(fields, needles, near, plain) for fields in records]


def _compact_all(texts: Sequence[str]) -> dict[str, str]:
    """Each text compact; none of them when a text holds the sign that parts them."""
    joined = _PARTING.join(texts)
    if joined.count(_PARTING) != len(texts) - 1:
        return {}
    return dict(zip(texts, COMPACT.over(joined).split(_PARTING), strict=True))


def highlight(
    fields: Mapping[str, str],
    needles: Sequence[str],
    near: bool = False,
    plain: Mapping[str, str] | None = None,
) -> dict[str, dict[str, Any]]:
    """A snippet for each field: the title always whole, the others only where words stand.

    ``plain`` has the compact form of texts of which it is known.
    """
    shown: dict[str, dict[str, Any]] = {}
    for name, text in fields.items():
        if not text:
            continue
        found = places(text, needles, plain.get(text) if plain else None)
        if near and not found:
            found = near_places(text, needles)
        if name == "title":
            shown[name] = snippet(text, found, max(len(text), 1))
        elif found:
            shown[name] = snippet(text, found)
            if name == "fulltext" and "\f" in text:
                _add_pages(shown[name], text, found)
    return shown


def _add_pages(shown: dict[str, Any], text: str, found: Sequence[tuple[int, int]]) -> None:
    """On which page the snippet stands, and on which pages (the first `MAX_PLACES`) words do."""
    first = next((a for a, _ in found if a >= shown["start"]), shown["start"])
    shown["page"] = text.count("\f", 0, first) + 1
    pages, counted, at = [], 0, 0
    for start, _end in found:
        counted, at = counted + text.count("\f", at, start), start
        pages.append(counted + 1)
    shown["pages"] = list(dict.fromkeys(pages))[:MAX_PLACES]
    shown["text"] = shown["text"].replace("\f", " ")


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
