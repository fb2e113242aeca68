"""Validation of a description 著录校验: each problem with its element and its code."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from lantai.core.dates import DateNotUnderstood, parse_date
from lantai.core.description.element import Element
from lantai.core.description.record_type import (
    CATALOGUE_ENTRY,
    RecordType,
    record_type,
    record_types,
)
from lantai.core.identifiers import ReferenceCode, ReferenceCodeError
from lantai.core.registry import UnknownId
from lantai.core.terms import vocabulary

_DURATION = re.compile(r"\d{1,4}:[0-5]\d:[0-5]\d(\.\d{1,3})?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_YEARS = range(1, 2200)


@dataclass(frozen=True)
class Problem:
    """One thing wrong. ``code``: missing, too_long, not_in_vocabulary, not_a_date, not_a_number,
    not_a_year, not_a_time, not_a_duration, not_a_code, code_mismatch, control_character,
    unknown_element, secrecy_term."""  # fmt: skip

    element: str
    code: str
    message_zh: str
    message_en: str


def with_defaults(record_type: RecordType, values: Mapping[str, str]) -> dict[str, str]:
    """The values with the type's defaults where nothing was given; blanks trimmed."""
    filled = {name: str(value).strip() for name, value in values.items() if value is not None}
    for element in record_type.elements:
        if element.default and not filled.get(element.name):
            filled[element.name] = element.default
    return filled


def validate_description(
    record_type: RecordType, values: Mapping[str, str], *, skip: Collection[str] = ()
) -> list[Problem]:
    """All problems of the values under the type, in the order of its elements.

    ``skip`` names elements not demanded yet (a draft has no ``reference_code`` or ``item_no``).
    """
    filled = with_defaults(record_type, values)
    problems: list[Problem] = []
    for element in record_type.elements:
        value = filled.get(element.name, "")
        if not value:
            if element.obligation == "mandatory" and element.name not in skip:
                problems.append(_problem(element, "missing", "为必著项，不能为空", "is mandatory"))
            continue
        if element.name == "record_class" and value == record_type.code:
            continue  # a type brought by an installation brings its class with it
        problems.extend(_value_problems(element, value))
    problems.extend(_unknown(record_type, filled))
    problems.extend(_code_problems(record_type, filled))
    problems.extend(_secrecy_problems(record_type, filled))
    return problems


def _problem(element: Element, code: str, zh: str, en: str) -> Problem:
    return Problem(element.name, code, f"“{element.label_zh}”{zh}", f"{element.label_en} {en}")


def _value_problems(element: Element, value: str) -> list[Problem]:
    if len(value) > element.max_length:
        limit = element.max_length
        return [
            _problem(
                element,
                "too_long",
                f"有 {len(value)} 个字符，最多 {limit} 个",
                f"has {len(value)} characters, at most {limit}",
            )
        ]
    if _CONTROL.search(value):
        return [
            _problem(element, "control_character", "含有控制字符", "contains control characters")
        ]
    check = _CHECKS.get(element.datatype)
    found = check(element, value) if check else None
    return [found] if found else []


def _date(element: Element, value: str) -> Problem | None:
    try:
        parse_date(value)
    except DateNotUnderstood:
        return _problem(element, "not_a_date", f"的日期“{value}”无法理解", f"{value!r} is no date")
    return None


def _code(element: Element, value: str) -> Problem | None:
    words = vocabulary(element.vocabulary)
    if value in words:
        return None
    some = "、".join(words.codes[:8])
    return _problem(
        element,
        "not_in_vocabulary",
        f"的值“{value}”不在{words.label_zh}表内（{some}）",
        f"{value!r} is not in the vocabulary {words.label_en} ({some})",
    )


def _number(pattern: str) -> Callable[[Element, str], Problem | None]:
    def check(element: Element, value: str) -> Problem | None:
        if re.fullmatch(pattern, value, re.ASCII):
            return None
        return _problem(element, "not_a_number", f"“{value}”不是数字", f"{value!r} is no number")

    return check


def _year(element: Element, value: str) -> Problem | None:
    if re.fullmatch(r"\d{4}", value, re.ASCII) and int(value) in _YEARS:
        return None
    return _problem(element, "not_a_year", f"“{value}”不是四位年份", f"{value!r} is no year")


def _time(element: Element, value: str) -> Problem | None:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return _problem(
            element, "not_a_time", f"“{value}”不是 ISO 8601 时间", f"{value!r} is not ISO 8601"
        )
    return None


def _duration(element: Element, value: str) -> Problem | None:
    if _DURATION.fullmatch(value):
        return None
    return _problem(
        element, "not_a_duration", f"“{value}”不是时:分:秒", f"{value!r} is not H:MM:SS"
    )


def _boolean(element: Element, value: str) -> Problem | None:
    if value in ("是", "否", "true", "false"):
        return None
    return _problem(element, "not_in_vocabulary", "只能是“是”或“否”", "must be 是 or 否")


_CHECKS: dict[str, Callable[[Element, str], Problem | None]] = {
    "date": _date,
    "code": _code,
    "integer": _number(r"\d{1,18}"),
    "decimal": _number(r"[+-]?\d{1,18}(\.\d{1,12})?"),
    "year": _year,
    "date_time": _time,
    "duration": _duration,
    "boolean": _boolean,
}


def _unknown(record_type: RecordType, values: Mapping[str, str]) -> list[Problem]:
    extra = [name for name, value in values.items() if value and name not in record_type.by_name]
    return [
        Problem(
            name,
            "unknown_element",
            f"门类“{record_type.label_zh}”没有著录项目“{name[:60]}”",
            f"record type {record_type.label_en} has no element {name[:60]!r}",
        )
        for name in extra
    ]


def _code_problems(record_type: RecordType, values: Mapping[str, str]) -> list[Problem]:
    """The code must be one, and its parts equal to the metadata stored beside it."""
    element = record_type.element("reference_code")
    text = values.get("reference_code", "")
    if element is None or not text or len(text) > element.max_length:
        return []
    try:
        code = ReferenceCode.parse(text)
    except ReferenceCodeError as problem:
        return [
            _problem(element, "not_a_code", f"：{problem.message_zh}", f": {problem.message_en}")
        ]
    return [
        _problem(
            element,
            "code_mismatch",
            f"中的“{mine}”与著录的“{theirs}”（{name}）不一致",
            f"says {mine!r}, the metadata ({name}) says {theirs!r}",
        )
        for name, mine, theirs in code.differences(values)
    ]


def _secrecy_problems(record_type: RecordType, values: Mapping[str, str]) -> list[Problem]:
    """A term without a secrecy level, or longer than the level allows (保密法)."""
    element = record_type.element("secrecy_term")
    term = re.search(r"\d{1,3}", values.get("secrecy_term", ""))
    if element is None or term is None:
        return []
    level = vocabulary("secrecy").get(values.get("secrecy", ""))
    longest = int(level.extra.get("longest_years", 0)) if level else 0
    if longest and int(term.group()) <= longest:
        return []
    if not longest:
        zh, en = "只用于秘密、机密、绝密", "is only for 秘密, 机密, 绝密"
    else:
        zh, en = f"超过该密级最长 {longest} 年", f"exceeds the {longest} years of the level"
    return [_problem(element, "secrecy_term", zh, en)]


def type_after(
    current: str, before: tuple[str, str], after: tuple[str, str], values: Mapping[str, str]
) -> str:
    """The record type when (record_class, class2) have changed.

    What was described by its class is described by its new one; where the values do not satisfy
    that, it is a catalogue entry if they satisfy this. Any other type stays.
    """
    old, new = _type_of(*before), _type_of(*after)
    if old is None or new is None or old.id != current or new.id == current:
        return current
    if not validate_description(new, values):
        return new.id
    entry = not validate_description(record_types().get(CATALOGUE_ENTRY), values)
    return CATALOGUE_ENTRY if entry else new.id


def type_reached(current: str, values: Mapping[str, str]) -> str:
    """The type of its class for a catalogue entry whose values have come to satisfy that."""
    kind = _type_of(values.get("record_class", ""), values.get("class2", ""))
    if current != CATALOGUE_ENTRY or kind is None or validate_description(kind, values):
        return current
    return kind.id


def _type_of(record_class: str, class2: str) -> RecordType | None:
    try:
        return record_type(record_class, class2) if record_class else None
    except UnknownId:
        return None
