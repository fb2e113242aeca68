"""Halves 半段: what may hold a text but for one wrong, missing or extra character.

Where no punctuation stands in between, one of its halves then stands there whole, or both but for
two signs that changed places across the middle; and of the signs of the other half at most one is
wanting.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tantivy import Occur, Query

from lantai.engines.search.tantivy.bounds import held_at_most
from lantai.engines.search.tantivy.limits import silent
from lantai.engines.search.tantivy.terms import Terms, any_of

LEAST = 4  # signs of a text that is looked for by halves
RARE = 2_000  # records that hold a half, up to which the signs of the other are not looked for
SIGNS = 8  # of the other half, that are


class Place(NamedTuple):
    """Where a text is looked for: fields of bigrams, and the field of the signs they hold."""

    fields: tuple[str, ...]
    signs: str


def halves(terms: Terms, place: Place, text: str) -> list[Query]:
    """All that hold a text of `LEAST` signs or more but for one, and others."""
    first, second = _parted(text)
    changed = first[:-1] + second[0] + first[-1] + second[1:]
    return [
        *_half(terms, place, first, second),
        *_half(terms, place, second, first),
        *terms.held(place.fields, changed),
    ]


def halves_at_most(terms: Terms, place: Place, text: str) -> int:
    """How many records hold one of the halves, at most."""
    return sum(_most(terms, place, half) for half in _parted(text))


def _parted(text: str) -> tuple[str, str]:
    middle = len(text) // 2
    return text[:middle], text[middle:]


def _half(terms: Terms, place: Place, half: str, other: str) -> Iterator[Query]:
    """Records that hold the half, and of the other's signs all but one."""
    held = terms.held(place.fields, half)
    if not held:
        return
    every = any_of(held)
    if _most(terms, place, half) <= RARE:
        yield every
        return
    signs = set(other[:SIGNS])
    known = sorted(sign for sign in signs if terms.frequency(place.signs, sign))
    wanting = len(signs) - len(known)
    if wanting > 1:
        return
    for left_out in (None,) if wanting else known:  # one that is wanting already is left out
        wanted = [terms.word(place.signs, sign) for sign in known if sign != left_out]
        yield Query.boolean_query([(Occur.Must, every), *map(silent, wanted)])


def _most(terms: Terms, place: Place, half: str) -> int:
    if len(half) == 1:  # of three signs: looked for by pairs, not by halves
        return 0
    return sum(held_at_most(terms, name, half) for name in place.fields)
