"""Nearness 容错: whether a text holds the question with one wrong character."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lantai.core.search.analysis import title_key
from lantai.core.search.query import ParsedQuery, Term
from lantai.core.search.wrappings import is_wrapping, unwrapped

MIN_LENGTH = 3  # shorter questions are not forgiven: everything would be near
ENOUGH = 0.6  # share of a word's bigrams that makes a near match


@dataclass(frozen=True, slots=True)
class Nearly:
    """What is looked for when nothing answers a question exactly."""

    words: tuple[Term, ...]  # the question's, without its wrappings
    plain: str
    key: str  # forgiven one wrong character; "" where only punctuation is, of a phrase in quotes
    notes: tuple[tuple[str, str], ...] = ()


def nearly_contains(needle: str, text: str) -> bool:
    """Whether some part of ``text`` is the needle but for one wrong, missing or extra
    character, or two neighbours that changed places."""
    if len(needle) < MIN_LENGTH or len(text) < len(needle) - 1:
        return False
    middle = len(needle) // 2
    first, second = needle[:middle], needle[middle:]
    if first[:-1] + second[0] + first[-1] + second[1:] in text:
        return True  # changed about at the middle: neither half is whole
    for found in re.finditer(f"(?={re.escape(first)})", text):
        rest = text[found.start() + middle : found.start() + middle + len(second) + 1]
        if _begins_nearly(second, rest):
            return True
    backwards = first[::-1]
    for found in re.finditer(f"(?={re.escape(second)})", text):
        before = text[max(0, found.start() - middle - 1) : found.start()][::-1]
        if _begins_nearly(backwards, before):
            return True
    return False


def _begins_nearly(needle: str, text: str) -> bool:
    """Whether ``text`` begins with the needle but for at most one edit."""
    same = 0
    while same < min(len(needle), len(text)) and needle[same] == text[same]:
        same += 1
    rest, other = needle[same:], text[same:]
    return (
        not rest
        or (rest[1::-1] == other[:2] and other[2:].startswith(rest[2:]))  # two changed about
        or other[1:].startswith(rest[1:])  # a wrong character
        or other.startswith(rest[1:])  # one too many in the question
        or other[1:].startswith(rest)  # one missing in the question
    )


def enough(count: int) -> int:
    """How many of ``count`` bigrams must stand in a text for it to be near."""
    return max(1, int(count * ENOUGH + 0.999))


def words_needed(count: int) -> int:
    """How many of ``count`` words a near match must have."""
    return max(1, -(-count // 3))


def asked_nearly(parsed: ParsedQuery) -> Nearly | None:
    """The question as near matches are looked for; None where they make no sense."""
    words = tuple(word for word in parsed.words if isinstance(word, Term))
    if not words or (len(words) == 1 and len(parsed.plain) < MIN_LENGTH):
        return None
    if all(word.phrase for word in words):  # the very words were asked for
        return Nearly(words, parsed.plain, "")
    meant = tuple(word for word in words if word.phrase or not is_wrapping(word.text)) or words
    bare = tuple(one if one.phrase else Term(unwrapped(one.text), one.field) for one in meant)
    if bare == words:
        return Nearly(words, parsed.plain, _forgiven_key(parsed.plain))
    plain = "".join(word.text for word in bare)
    told = " ".join(word.text for word in bare)
    note = f"没有整句相符的，按“{told}”检索。", f"Nothing holds the whole question; asked: {told}."
    return Nearly(bare, plain, _forgiven_key(plain), (note,))


def notes_of(parsed: ParsedQuery, nearly: Nearly | None, total: int) -> tuple[tuple[str, str], ...]:
    """What an answer says of its question; of what was asked instead only where that found something."""
    return (*parsed.notes, *(nearly.notes if nearly and total else ()))


def _forgiven_key(plain: str) -> str:
    key = title_key(plain)
    return key if len(key) >= MIN_LENGTH else ""
