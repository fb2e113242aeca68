"""Wrappings 问句套语: what a reader puts round the words that are meant, taken off again."""

from __future__ import annotations

import tomllib
from functools import cache

from lantai.core.search.analysis import compact
from lantai.core.search.persons import WORDS

LEAST = 2  # signs that must be left


def unwrapped(text: str) -> str:
    """A compact word without its wrappings: 关于征地的通知 is about 征地; itself where it has none."""
    openings, endings = _wrappings()
    left = text
    while True:
        opening = next((o for o in openings if left.startswith(o)), "")
        ending = next((e for e in endings if left.endswith(e)), "")
        bare = left[len(opening) :]
        if ending and len(bare) >= len(ending) + LEAST:
            bare = bare[: -len(ending)]
        if bare == left or len(bare) < LEAST:
            return left
        left = bare


def is_wrapping(text: str) -> bool:
    """Whether the compact word says nothing but that something is looked for."""
    openings, endings = _wrappings()
    return text in openings or text in endings or f"的{text}" in endings


@cache
def _wrappings() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Openings and endings, long ones first."""
    with (WORDS / "wrappings.toml").open("rb") as stream:
        table = tomllib.load(stream)
    openings, endings = (
        tuple(sorted(map(compact, table[name]), key=len, reverse=True))
        for name in ("openings", "endings")
    )
    return openings, endings
