"""Nearness 容错: whether a text holds the question with one wrong character."""

from __future__ import annotations

import re

from lantai.core.search.query import ParsedQuery, Term

MIN_LENGTH = 3  # shorter questions are not forgiven: everything would be near
ENOUGH = 0.6  # share of a word's bigrams that makes a near match


def nearly_contains(needle: str, text: str) -> bool:
    """Whether some part of ``text`` is the needle but for one wrong, missing or extra
    character, or two neighbours that changed places."""
    if len(needle) < MIN_LENGTH or len(text) < len(needle) - 1:
        return False
    middle = len(needle) // 2
    first, second = needle[:middle], needle[middle:]
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


def may_be_near(parsed: ParsedQuery) -> tuple[Term, ...]:
    """The words of a question for which near matches make sense; empty when none do."""
    words = tuple(word for word in parsed.words if isinstance(word, Term))
    if all(word.phrase for word in words):
        return ()  # the very words were asked for
    if len(words) == 1 and len(parsed.plain) < MIN_LENGTH:
        return ()
    return words
