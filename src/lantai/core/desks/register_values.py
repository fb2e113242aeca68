"""Values 字段值: a cell as it was written becomes what the register keeps, or a clear problem."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from lantai.core.dates import DateNotUnderstood, DateValue, parse_date
from lantai.core.desks.register_definition import RegisterDefinition, RegisterField, Word
from lantai.core.terms import vocabularies
from lantai.core.text import fold

MOST_CODES = 50
LARGEST = 10**15
_YES = {"是", "true", "yes", "on", "1", "y", "有", "√"}
_NO = {"否", "false", "no", "off", "0", "n", "无", ""}
_CONTROLS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]"
)
_EMAIL = re.compile(r"[^@\s]{1,100}@[^@\s]{1,150}")
_URL = re.compile(r"https?://\S{1,1500}")
_SEPARATORS = re.compile(r"[、,，;；|]")


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field of an entry."""

    field: str
    code: str
    message_zh: str
    message_en: str


class _Wrong(ValueError):
    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(zh)
        self.code, self.zh, self.en = code, zh, en


def words_of(entry: RegisterField) -> tuple[Word, ...]:
    """The choices of a field: its own words, else its vocabulary's terms."""
    if entry.words or not entry.vocabulary:
        return entry.words
    return _vocabulary_words(entry.vocabulary)


@lru_cache(maxsize=64)
def _vocabulary_words(name: str) -> tuple[Word, ...]:
    return tuple(Word(t.code, t.zh, t.en) for t in vocabularies().get(name))


@lru_cache(maxsize=512)
def _code_table(words: tuple[Word, ...]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for word in words:
        for written in (word.code, word.zh, word.en):
            found.setdefault(fold(written.strip()), word.code)
    return found


@lru_cache(maxsize=20_000)
def dated(text: str) -> DateValue | None:
    """A date as people write it, or None."""
    try:
        return parse_date(text)
    except DateNotUnderstood:
        return None


def clean_text(raw: Any) -> str:
    """Text without what no person writes: controls, marks of direction, an escaped formula's sign."""
    text = _CONTROLS.sub("", str(raw)).replace("\r\n", "\n").strip()
    if len(text) > 1 and text[0] == "'" and text[1] in "=+-@":
        return text[1:]
    return text


def read_value(entry: RegisterField, raw: Any) -> Any:
    """The value kept for a cell, "" when empty. A wrong one raises ``ValueError`` (`_Wrong`)."""
    if raw is None or (isinstance(raw, (str, list)) and not raw):
        return ""
    return _READERS.get(entry.type, _text)(entry, raw)


def _text(entry: RegisterField, raw: Any) -> str:
    text = clean_text(raw)
    if len(text) > entry.max_length:
        raise _Wrong("too-long", f"超过 {entry.max_length} 个字符（现 {len(text)} 个）",
                     f"longer than {entry.max_length} characters")  # fmt: skip
    if text and entry.pattern and not re.fullmatch(entry.pattern, text):
        raise _Wrong("pattern", f"“{text[:40]}”不合格式要求", f"{text[:40]!r} does not fit")
    return text


def _matching(pattern: re.Pattern[str], zh: str, en: str) -> Callable[[RegisterField, Any], str]:
    def read(entry: RegisterField, raw: Any) -> str:
        text = _text(entry, raw)
        if text and not pattern.fullmatch(text):
            raise _Wrong("form", f"“{text[:40]}”不是{zh}", f"{text[:40]!r} is no {en}")
        return text

    return read


def _number(entry: RegisterField, raw: Any) -> Any:
    text = clean_text(raw).replace(",", "").replace("，", "")
    if not text:
        return ""
    try:
        number = float(text)
    except ValueError:
        raise _Wrong("number", f"“{text[:40]}”不是数字", f"{text[:40]!r} is no number") from None
    if not math.isfinite(number) or abs(number) > LARGEST:
        raise _Wrong("number", "数字过大", "the number is too large")
    if entry.type == "integer" and not number.is_integer():
        raise _Wrong("number", f"“{text[:40]}”不是整数", f"{text[:40]!r} is no whole number")
    for limit, wrong, zh, en in (
        (entry.minimum, number < (entry.minimum or 0), "小于下限", "below"),
        (entry.maximum, number > (entry.maximum or 0), "大于上限", "above"),
    ):
        if limit is not None and wrong:
            raise _Wrong("limit", f"{text} {zh} {limit:g}", f"{text} is {en} {limit:g}")
    return int(number) if number.is_integer() else number


def _date(entry: RegisterField, raw: Any) -> str:
    text = raw.isoformat() if isinstance(raw, date) else clean_text(raw)
    if not text:
        return ""
    found = dated(text)
    if found is None:
        raise _Wrong("date", f"“{text[:40]}”看不出日期", f"{text[:40]!r} is no date")
    return found.edtf


def _boolean(entry: RegisterField, raw: Any) -> Any:
    if isinstance(raw, bool):
        return raw
    text = fold(clean_text(raw))
    if text in _YES or text in _NO:
        return text in _YES
    raise _Wrong("boolean", f"“{text[:20]}”应填是或否", f"{text[:20]!r} is neither yes nor no")


def _code(entry: RegisterField, raw: Any) -> str:
    text = clean_text(raw)
    if not text:
        return ""
    code = _code_table(words_of(entry)).get(fold(text))
    if code is None:
        known = "、".join(word.zh for word in words_of(entry)[:12])
        raise _Wrong("word", f"“{text[:40]}”不在选项中（可选：{known}）",
                     f"{text[:40]!r} is not on the list")  # fmt: skip
    return code


def _codes(entry: RegisterField, raw: Any) -> Any:
    parts = raw if isinstance(raw, (list, tuple)) else _SEPARATORS.split(clean_text(raw))
    if len(parts) > MOST_CODES:
        raise _Wrong("word", f"选项超过 {MOST_CODES} 个", f"more than {MOST_CODES} choices")
    found = dict.fromkeys(_code(entry, part) for part in parts if str(part).strip())
    return list(found) or ""


_READERS: dict[str, Callable[[RegisterField, Any], Any]] = {
    "integer": _number,
    "number": _number,
    "date": _date,
    "boolean": _boolean,
    "code": _code,
    "codes": _codes,
    "email": _matching(_EMAIL, "电子邮箱", "e-mail address"),
    "url": _matching(_URL, "网址（以 http:// 或 https:// 开头）", "web address"),
}


def read_entry(
    definition: RegisterDefinition, given: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Problem]]:
    """(values to keep, problems) of an entry's cells by field name; unknown names are a problem."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for entry in definition.fields:
        try:
            value = read_value(entry, given.get(entry.name))
        except _Wrong as wrong:
            problems.append(_problem(entry, wrong.code, wrong.zh, wrong.en))
            continue
        if value in ("", None):
            if entry.required and not entry.hidden:
                problems.append(_problem(entry, "missing", "必填，还没有填", "is required"))
            continue
        values[entry.name] = value
    for name in given:
        if name not in definition.by_field:
            zh, en = f"没有字段“{name}”", f"there is no field {name!r}"
            problems.append(Problem(str(name)[:60], "unknown", zh, en))
    return values, problems


def _problem(entry: RegisterField, code: str, zh: str, en: str) -> Problem:
    return Problem(entry.name, code, f"{entry.label_zh}：{zh}", f"{entry.label_en}: {en}")


def migrate_values(definition: RegisterDefinition, values: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of an older version as the definition has it now: renamed fields follow.

    What the definition no longer knows is kept, so that nothing entered is lost.
    """
    moved = dict(values)
    for old, new in definition.renamed.items():
        if old in moved and new not in moved:
            moved[new] = moved.pop(old)
    return moved


def shown_value(entry: RegisterField, value: Any, language: str = "zh") -> str:
    """A kept value as people read it."""
    if value in ("", None, []):
        return ""
    english = language.startswith("en")
    if isinstance(value, bool):
        return ("Yes" if value else "No") if english else ("是" if value else "否")
    if entry.has_words:
        table = {w.code: (w.en if english else w.zh) for w in words_of(entry)}
        codes = value if isinstance(value, list) else [value]
        return (", " if english else "、").join(table.get(str(c), str(c)) for c in codes)
    return str(value)


def written_value(entry: RegisterField, value: Any) -> Any:
    """A kept value as a cell of a file that can be read in again."""
    return value if entry.is_number and value not in ("", None) else shown_value(entry, value)


def earliest(value: Any) -> date | None:
    """The first day a kept date may mean."""
    found = dated(str(value)) if value else None
    return found.earliest if found else None


def identity_of(definition: RegisterDefinition, values: Mapping[str, Any]) -> str:
    """What makes an entry the same entry: its key fields, folded."""
    return "\x1f".join(fold(str(values.get(name, "")).strip()) for name in definition.key)[:300]


def search_text(definition: RegisterDefinition, values: Mapping[str, Any]) -> str:
    """Everything a search of the register looks at, folded."""
    parts = []
    for entry in definition.fields:
        value = values.get(entry.name)
        if value not in ("", None, []) and not isinstance(value, bool):
            parts.append(shown_value(entry, value))
    return fold(" ".join(parts))[:8_000]
