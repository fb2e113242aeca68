"""Widening 扩检: a word also by its old and new names, the trade's other words, and its date.

Only words asked without quotation marks are widened; what is found so ranks below what holds
the words themselves, and the answer says which other words were tried.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from lantai.core.chinese_calendar import BRANCHES, STEMS, eras
from lantai.core.dates import DateNotUnderstood, parse_date
from lantai.core.search.analysis import compact
from lantai.core.search.persons import WORDS

MOST_OTHERS = 6
MOST_LENGTH = 30  # characters of a word that is widened
_DIGITS = "〇零一二三四五六七八九"
_N = f"[{_DIGITS}十廿卅元正冬腊]"
_ERA = re.compile(rf"[\u4e00-\u9fff]{{2,4}}?({_N}{{1,4}}|\d{{1,2}}|[{STEMS}][{BRANCHES}])年")
_DAY = re.compile(
    rf"\d{{4}}年(\d{{1,2}}月(\d{{1,2}}[日号])?)?|[{_DIGITS}]{{4}}年({_N}{{1,2}}月({_N}{{1,3}}[日号])?)?"
    r"|\d{4}([-./])\d{1,2}(\5\d{1,2})?|(1[5-9]|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])"
    rf"|\d{{3}}0年代|(\d\d|{_N}{{2,3}})世纪({_N}{{1,2}}|\d0)年代"
)
# of a code whose middle dots were typed as full stops: Z109-WS.2011 is Z109-WS·2011
_POINTED = re.compile(r"(?=.*\d)(?=.*[a-z])(?=.*\.)[a-z0-9*?]+([-.·][a-z0-9*?]+)+", re.ASCII)
_EDTF = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?[?~%]?")


@dataclass(frozen=True, slots=True)
class Group:
    """Names for one thing, and whether they stand for it inside longer words."""

    names: tuple[str, ...]
    part: bool
    kind: str


def other_words(text: str) -> list[str]:
    """What a compact word is also called, the word itself left out; at most `MOST_OTHERS`."""
    if len(text) > MOST_LENGTH:
        return []
    return list(dict.fromkeys(_others(text)))[:MOST_OTHERS]


def code_otherwise(text: str) -> str:
    """A compact reference code 档号 whose middle dots were typed as full stops; "" if it is none."""
    return text.replace(".", "·") if _POINTED.fullmatch(text) else ""


def _others(text: str) -> Iterator[str]:
    groups = _groups()
    if text in groups:
        yield from (name for name in groups[text].names if name != text)
        return
    for start in range(len(text)):
        for end in range(len(text), start + 1, -1):
            group = groups.get(text[start:end])
            if group is not None and group.part:
                known = text[start:end]
                if any(name in text and len(name) > len(known) for name in group.names):
                    continue
                for name in group.names:
                    if name != known:
                        yield text[:start] + name + text[end:]
                return


def days_meant(text: str, always: bool = False) -> tuple[int, int] | None:
    """First and last day (YYYYMMDD; 0 for an unknown month or day) that a date text means.

    A year of an era (光绪三十年, 乾隆己卯年), a Gregorian year with its 年, a month, a day or a
    decade in figures or characters; a bare number only with ``always``.
    """
    if len(text) > 40 or not (always or _ERA.match(text) or _DAY.fullmatch(text)):
        return None
    try:
        value = parse_date(_as_written(text))
    except DateNotUnderstood:
        return None
    if plain := _EDTF.fullmatch(value.edtf):
        year, month, day = (int(part or 0) for part in plain.groups())
        first = year * 10000 + month * 100 + day
        return first, first + (0 if day else 99 if month else 9999)
    if value.earliest is None or value.latest is None:
        return None
    return int(f"{value.earliest:%Y%m%d}"), int(f"{value.latest:%Y%m%d}")


def _as_written(text: str) -> str:
    """A compact date with the name of its era as the tables write it: 干隆 is 乾隆."""
    for folded, name in _folded_eras().items():
        if text.startswith(folded):
            return name + text[len(folded) :]
    return text


@cache
def _folded_eras() -> Mapping[str, str]:
    return {folded: name for name in eras() if (folded := compact(name)) != name}


@cache
def _groups() -> Mapping[str, Group]:
    found: dict[str, Group] = {}
    for name in ("renamings", "synonyms"):
        with (WORDS / f"{name}.toml").open("rb") as stream:
            for row in tomllib.load(stream)["group"]:
                names = tuple(compact(one) for one in row["names"])
                group = Group(names, bool(row.get("part")), row.get("kind", "synonym"))
                found |= {one: group for one in names if one not in found}
    return found
