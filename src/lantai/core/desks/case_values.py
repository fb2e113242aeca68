"""Reading what a case begins with from a table 立件表: words become codes, days become dates.

What comes out is judged by `check_fields`, the same as what a form gives.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Any

from lantai.core.dates import DateNotUnderstood, parse_date
from lantai.core.desks.case_definition import Field
from lantai.core.desks.cases import Refusal
from lantai.core.terms import vocabularies
from lantai.core.text import fold, strip_controls

YES = ("是", "yes", "true", "1", "on")
NO = ("否", "no", "false", "0")
FILES = ("file", "files")
PlaceOf = Callable[[str], str]  # an institution's code or name → its code, "" when there is none


def read_fields(
    fields: Collection[Field], given: Mapping[str, Any], place_of: PlaceOf
) -> tuple[dict[str, Any], list[Refusal]]:
    """(values, refusals) of a row's cells by field; empty cells are left out."""
    values: dict[str, Any] = {}
    refusals: list[Refusal] = []
    for entry in fields:
        raw = given.get(entry.name)
        if raw is None or not str(raw).strip():
            continue
        if entry.datatype in FILES:
            refusals.append(Refusal("invalid", entry.name, f"“{entry.label_zh}”是附件，不能写在表里",
                                    f"{entry.label_en} is a file and cannot stand in a table"))  # fmt: skip
            continue
        try:
            values[entry.name] = _read(entry, raw, place_of)
        except ValueError as wrong:
            zh, en = wrong.args
            refusals.append(Refusal("invalid", entry.name, f"“{entry.label_zh}”：{zh}",
                                    f"{entry.label_en}: {en}"))  # fmt: skip
    return values, refusals


def _read(entry: Field, raw: Any, place_of: PlaceOf) -> Any:
    text = strip_controls(str(raw)).strip()
    if entry.options:
        return _choice(entry, text)
    reader = _READERS.get(entry.datatype)
    if reader is not None:
        return reader(raw, text, place_of)
    if entry.vocabulary:
        return vocabularies().get(entry.vocabulary).code_of(text) or text
    return text


def _choice(entry: Field, text: str) -> str:
    wanted = fold(text)
    for option in entry.options:
        if wanted in [fold(word) for word in option]:
            return option[0]
    known = "、".join(zh for _code, zh, _en in entry.options[:12])
    raise ValueError(f"“{text[:40]}”不在选项中，可用：{known}", f"{text[:40]!r} is not on the list")


def _place(raw: Any, text: str, place_of: PlaceOf) -> str:
    code = place_of(text)
    if not code:
        raise ValueError(f"没有代码或名称为“{text[:40]}”的机构", f"no institution {text[:40]!r}")
    return code


def _truth(raw: Any, text: str, place_of: PlaceOf) -> bool:
    if text.lower() not in YES + NO:
        raise ValueError(f"“{text[:40]}”应写是或否", f"{text[:40]!r} is neither yes nor no")
    return text.lower() in YES


def _whole(raw: Any, text: str, place_of: PlaceOf) -> int:
    number = _number(raw, text, place_of)
    if not number.is_integer():
        raise ValueError(f"“{text[:40]}”应是整数", f"{text[:40]!r} is no whole number")
    return int(number)


def _number(raw: Any, text: str, place_of: PlaceOf) -> float:
    try:
        number = float(text.replace(",", "").replace("，", ""))
    except ValueError:
        raise ValueError(f"“{text[:40]}”不是数字", f"{text[:40]!r} is no number") from None
    if not abs(number) < 1e15:
        raise ValueError("数值过大", "the number is too large")
    return number


def _day(raw: Any, text: str, place_of: PlaceOf) -> str:
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    try:
        day = parse_date(text)
    except DateNotUnderstood:
        raise ValueError(f"看不懂日期“{text[:40]}”", f"{text[:40]!r} is no date") from None
    if day.earliest is None or day.earliest != day.latest:
        raise ValueError(f"“{text[:40]}”要写到日", f"{text[:40]!r} must name a day")
    return day.earliest.isoformat()


def _lines(raw: Any, text: str, place_of: PlaceOf) -> list[str]:
    parts = text.replace("；", "\n").replace(";", "\n").splitlines()
    return [part.strip() for part in parts if part.strip()]


_READERS: dict[str, Callable[[Any, str, PlaceOf], Any]] = {
    "institution": _place,
    "boolean": _truth,
    "integer": _whole,
    "number": _number,
    "money": _number,
    "date": _day,
    "list": _lines,
}
