"""Questions asked of every engine 对照提问: twelve kinds, words cut from the entries themselves."""

from __future__ import annotations

import random
from collections.abc import Callable

from benchmarks.search.peers import TEXT, Asked, Row

EACH = 46
COMMON = ("通知", "报告", "关于", "工作", "人民政府", "委员会", "土地", "的通知", "同志", "问题")


def questions(sample: list[Row], rng: random.Random) -> list[Asked]:
    """`EACH` of every kind, words cut from the entries themselves."""

    def piece(length: int) -> str:
        while True:
            text = rng.choice(sample)[TEXT].split("|")[0]
            start = rng.randrange(max(1, len(text) - length))
            word = text[start : start + length]
            if len(word) == length and word.isalpha() and not word.isascii():
                return word

    kinds: dict[str, Callable[[], Asked]] = {
        "word2": lambda: Asked("word2", (piece(2),)),
        "word3": lambda: Asked("word3", (piece(3),)),
        "phrase4": lambda: Asked("phrase4", (piece(4),)),
        "phrase8": lambda: Asked("phrase8", (piece(8),)),
        "and2": lambda: Asked("and2", (piece(2), piece(3))),
        "prefix": lambda: Asked("prefix", (), prefix=rng.choice(sample)[1][:13]),
        "filter": lambda: Asked("filter", (piece(2),), f"J{rng.randint(1, 60):03}", (1960, 1999)),
        "facet": lambda: Asked("facet", (piece(3),), facets=True),
        "by date": lambda: Asked("by date", (piece(3),), by_date=True),
        "deep": lambda: Asked("deep", (rng.choice(COMMON[:6]),), offset=2_000),
        "name": lambda: Asked("name", (_name(rng.choice(sample), rng),)),
        "common": lambda: Asked("common", (rng.choice(COMMON),)),
    }
    return [make() for make in kinds.values() for _ in range(EACH)]


def _name(row: Row, rng: random.Random) -> str:
    title = row[TEXT].split("|")[0]
    place = title.find("等同志")
    return title[place - 3 : place] if place > 3 else title[: rng.choice((3, 4))]


def is_exact(asked: Asked) -> bool:
    """Whether its total is that of entries that hold the words, wherever they stand."""
    return bool(asked.words) and not (asked.fonds or asked.years or asked.offset)
