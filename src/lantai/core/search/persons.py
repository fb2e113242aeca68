"""Personal names by sound 人名拼音: wangshuying and wsy find 王淑英."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from lantai.core.search.analysis import compact

WORDS = Path(__file__).with_name("words")
MOST_NAMES = 50  # of one record
_BREAK = re.compile(r"[;；,，、/|\s]+")
_HAN = re.compile(r"[\u4e00-\u9fff]{2,4}")
_NO_PERSON = re.compile("[局部会院厂社府室处科所站校委党团队省市县区乡镇村馆司店库场]$")
_SOUND = re.compile(r"[a-z]{2,40}", re.ASCII)


def sounds(*fields: str) -> list[str]:
    """Pinyin and initials of every personal name in fields such as the creator's."""
    found: dict[str, None] = {}
    for text in fields:
        if text and not text.isascii():
            found |= dict.fromkeys(_all_of(text) if len(text) < 200 else _every(text))
    return list(found)


def _every(text: str) -> list[str]:
    return [sound for part in _BREAK.split(text)[:MOST_NAMES] for sound in _of(part)]


_all_of = lru_cache(maxsize=20_000)(_every)  # creators are few, records many


def nearly_named(asked: str, *fields: str) -> int:
    """How nearly the fields name the person: 2 by the sound, 1 but for one sign, 0 not at all."""
    spoken, found = _of(asked)[:1], 0
    for text in fields:
        for part in _BREAK.split(text)[:MOST_NAMES]:
            name = compact(part)
            if spoken and _of(name)[:1] == spoken:
                return 2
            found = found or int(_one_other_sign(asked, name))
    return found


def _one_other_sign(asked: str, name: str) -> bool:
    """Whether two names of three signs or more differ in one, and not the first."""
    if len(name) != len(asked) or len(name) < 3 or name[0] != asked[0]:
        return False
    return sum(a != b for a, b in zip(name, asked, strict=True)) == 1


def near_sounds(asked: str) -> list[str]:
    """Patterns of the sounds of names near to a compact name; none when it is no name."""
    if not _of(asked):
        return []
    head, rest = _spoken(next(_surnames(asked)), asked)
    syllables = [*head, *rest]
    patterns = ["".join(syllables)]
    if len(syllables) == len(asked) == 3:
        first, second, third = syllables
        patterns += [f"{first}[a-z]{{1,6}}{third}", f"{first}{second}[a-z]{{1,6}}"]
    return patterns


def sound_asked(text: str) -> str:
    """The pinyin or initials a compact question may be; "" when it is none."""
    return text if _SOUND.fullmatch(text) else ""


@lru_cache(maxsize=50_000)
def _of(given: str) -> tuple[str, ...]:
    name = compact(given).removesuffix("等")
    if not _HAN.fullmatch(name) or _NO_PERSON.search(name):
        return ()
    surname = next(_surnames(name), "")
    if not surname or len(surname) == len(name):
        return ()
    head, rest = _spoken(surname, name)
    syllables = [*head, *rest]
    return ("".join(syllables), "".join(syllable[0] for syllable in syllables))


def _spoken(surname: str, name: str) -> tuple[list[str], list[str]]:
    """The syllables of the surname, as it is read in names, and of the rest."""
    from pypinyin import Style, lazy_pinyin  # a large table, read when the first name comes

    first = _table()["readings"].get(surname)
    head = [first] if first else lazy_pinyin(surname, style=Style.NORMAL)
    return head, lazy_pinyin(name[len(surname) :], style=Style.NORMAL)


def _surnames(name: str) -> Iterator[str]:
    if name[:2] in _table()["double"]:
        yield name[:2]
    if name[0] in _table()["single"]:
        yield name[0]


@cache
def _table() -> dict[str, Any]:
    with (WORDS / "surnames.toml").open("rb") as stream:
        table = tomllib.load(stream)
    return {**table, "single": frozenset(compact(table["single"])), "double": set(table["double"])}
