"""Dates as archives write them 日期, to EDTF: parse_date("民国二十六年七月").edtf == "1937-07".

Imperial eras count lunar years: 光绪三十年 is written ``1904``, and its earliest and latest day
are those of the lunar year (16 February 1904 to 3 February 1905). A lunar month has no name in
EDTF and becomes an interval of days. Reconstructed dates ``[19450815]`` carry ``?`` (uncertain).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from functools import lru_cache

from lantai.core import chinese_calendar as lunar
from lantai.core.date_value import DateNotUnderstood, DateValue
from lantai.core.edtf import NotEdtf, edtf_bounds
from lantai.core.text import to_simplified

__all__ = ["DateNotUnderstood", "DateValue", "parse_date"]

LONGEST = 100
_N = "〇零一二三四五六七八九十廿卅卌百壹贰叁肆伍陆柒捌玖拾元正"
_X = r"[xX×✕□？?*]"
_YEAR4 = rf"(?:\d{{1,4}}|[〇零一二三四五六七八九]{{2,4}}|\d{{2,3}}{_X}{{1,2}})"
_MONTH = rf"(?:\d{{1,2}}|[{_N}]{{1,3}}|[冬腊]|{_X}{{1,2}})"
_PART = "上半年|下半年|第?[一二三四1234]季度|年?初|年?中|年?[末底]|[春夏秋冬](?:季|天)?"
_DAY = rf"(?:初?[{_N}]{{1,3}}|\d{{1,2}}|{_X}{{1,2}})"
_TAIL = (
    rf"(?:(?P<calendar>农历|夏历|阴历|旧历)?(?P<leap>闰)?(?P<month>{_MONTH})月份?"
    rf"(?:(?P<ten>上旬|中旬|下旬|[初中末底](?!\w))|(?P<day>{_DAY})[日号]?)?|(?P<part>{_PART}))?"
)
_COMMON = re.compile(rf"(?P<year>{_YEAR4})年?{_TAIL}")
_CYCLE = f"[{lunar.STEMS}][{lunar.BRANCHES}]"
_ERA = re.compile(rf"(?P<era>\D{{2,9}}?)(?P<year>[{_N}]{{1,5}}|\d{{1,3}}|{_CYCLE})年?{_TAIL}")
_NUMERIC = re.compile(r"(\d{4})[-./](\d{1,2})(?:[-./](\d{1,2}))?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_CENTURY = re.compile(
    rf"(?:(?P<century>\d{{1,2}}|[{_N}]{{1,3}}|上)世纪)?"
    rf"(?:(?P<decade>[{_N}\d]{{1,3}})年代)?"
    r"(?P<phase>初期?|中期|中叶|前期|后期|末期?|上半叶|下半叶)?"
)
_DECADE4 = re.compile(r"(\d{3})0年代(初期?|中期|前期|后期|末期?)?")
_TIME = re.compile(r"(?:[Tt]|上午|下午|凌晨|晚)?\d{1,2}[:时点].*$|[Tt]\d{6}.*$")
_SPLIT = re.compile(r"至|到|—+|–|~|～|/|―|-{2,}")
_UNKNOWN = frozenset(
    ["不详", "日期不详", "时间不详", "年代不详", "年月不详", "无日期", "未知", "n.d.", "s.d."]
)
_SEASONS = {"春": "21", "夏": "22", "秋": "23", "冬": "24"}
_LUNAR_SEASONS = {"春": 1, "夏": 4, "秋": 7, "冬": 10}


def parse_date(text: str) -> DateValue:
    """A Chinese, numeric or EDTF date text as EDTF; `DateNotUnderstood` says what is wrong."""
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST:
        raise DateNotUnderstood(str(text), "为空或过长", "empty or too long")
    return _remembered(text)


@lru_cache(maxsize=65_536)  # a catalogue has few days and many entries
def _remembered(text: str) -> DateValue:
    if len(text) == 8 and text.isascii() and text.isdigit() and "1000" <= text[:4] <= "2999":
        try:
            day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
            return DateValue(day.isoformat(), day, day, text)
        except ValueError:
            pass  # 00 for a month not known, and the like
    cleaned = re.sub(r"[\s,，。、]", "", to_simplified(unicodedata.normalize("NFKC", text)))
    cleaned = cleaned.replace("○", "〇").replace("◯", "〇").replace("○", "〇")
    try:
        value = _parse(cleaned)
    except (ValueError, OverflowError, IndexError, ArithmeticError) as problem:
        if isinstance(problem, DateNotUnderstood):
            raise DateNotUnderstood(text, str(problem)) from None
        raise DateNotUnderstood(text, "没有这一天", "no such day") from None
    if value is None:
        raise DateNotUnderstood(text)
    return DateValue(value.edtf, value.earliest, value.latest, text)


class _NoSuchYear(DateNotUnderstood):
    """A year beyond its era."""

    def __init__(self, why: str) -> None:
        ValueError.__init__(self, why)
        self.text = ""


def _parse(text: str) -> DateValue | None:
    if text in _UNKNOWN:
        return DateValue("XXXX", None, None)
    text, mark = _take_marks(text)
    value = _plain(text)
    return value.qualified(mark) if value and mark else value


def _take_marks(text: str) -> tuple[str, str]:
    """Take off brackets, 约, 左右, ? and give the EDTF mark they mean."""
    approximate = uncertain = False
    bracketed = re.fullmatch(r"[\[〔【(](.+)[\]〕】)]", text)
    if bracketed:
        text, uncertain = bracketed.group(1), True
    stripped = re.sub(r"^(?:大约|大概|约在|约|circa|ca?\.)", "", text)
    stripped = re.sub(r"(?:左右|前后|许)$", "", stripped)
    if stripped != text:
        text, approximate = stripped, True
    stripped = re.sub(r"^(?:疑为|疑似|疑|可能)", "", text)
    if re.search(r"[\d年月日][?]$", stripped) and not re.search(r"[X×?]{2}$", stripped):
        stripped = stripped[:-1]
    if stripped != text:
        text, uncertain = stripped, True
    return text, {(1, 1): "%", (1, 0): "~", (0, 1): "?", (0, 0): ""}[(approximate, uncertain)]


def _plain(text: str) -> DateValue | None:
    for read in (_edtf, _relative, _single, _interval):
        value = read(text)
        if value is not None:
            return value
    return None


def _of(edtf: str, earliest: date | None = None, latest: date | None = None) -> DateValue:
    if earliest is None and latest is None:
        earliest, latest = edtf_bounds(edtf)
    return DateValue(edtf, earliest, latest)


def _edtf(text: str) -> DateValue | None:
    if not re.search(r"[\dX]{4}", text) or not re.fullmatch(
        r"(?:-?[\dX]{4}(?:-[\dX]{2}){0,2}[?~%]?|\.\.|/)+", text
    ):
        return None
    try:
        return _of(text)
    except NotEdtf:
        return None


def _relative(text: str) -> DateValue | None:
    """以前, 以后, 至今 and open ends."""
    match = re.fullmatch(r"(.+?)(以前|之前|以后|之后|以来|起|至今|到今|[-—–~]+今?)", text)
    if match is None:
        return None
    inner = _single(match.group(1))
    if inner is None or "/.." in inner.edtf or "../" in inner.edtf:
        return None
    first, _, last = inner.edtf.partition("/")
    if "前" in match.group(2):
        return DateValue(f"../{last or first}", None, inner.latest)
    return DateValue(f"{first}/..", inner.earliest, None)


def _interval(text: str) -> DateValue | None:
    short = re.fullmatch(r"(\d{4})-(\d{2,4})年?", text)
    if short and (len(short[2]) == 4 or int(short[2]) > 12):
        end = short[1][: 4 - len(short[2])] + short[2]
        return _of(f"{short[1]}/{end}")
    pieces = [p for p in _SPLIT.split(text) if p]
    if len(pieces) != 2:
        halves = re.fullmatch(r"(.+?[\d年月日])-(.+)", text)
        if halves is None:
            return _around_dash(text)
        pieces = [halves[1], halves[2]]
    return _join(pieces[0], pieces[1])


def _around_dash(text: str) -> DateValue | None:
    middle = text.count("-") // 2
    places = [i for i, c in enumerate(text) if c == "-"]
    return _join(text[: places[middle]], text[places[middle] + 1 :]) if places else None


def _join(left_text: str, right_text: str) -> DateValue | None:
    left = _single(left_text)
    right = _single(right_text) if re.search(r"\d{4}|年", right_text) else None
    if right is None or not re.search(r"\d{4}", right_text):
        shared = (_joined(begin + right_text) for begin in _beginnings(left_text))
        right = next((value for value in shared if value is not None), right)
    if left is None and left_text.isdecimal():  # 1966-1976年, 民国26-27年
        left = _single(left_text + "年")
    if left is None and not left_text.endswith("年"):
        left = _single(left_text + "年")
    if left is None or right is None:
        return None
    if left.earliest and right.latest and left.earliest > right.latest:
        return None
    first, last = left.edtf.partition("/")[0], right.edtf.rpartition("/")[2]
    return DateValue(f"{first}/{last}", left.earliest, right.latest)


def _joined(text: str) -> DateValue | None:
    try:
        return _single(text)
    except ValueError:
        return None


def _beginnings(text: str) -> list[str]:
    """What the right side of 1984年3月至5月 may share with the left: its era, year, month."""
    ends = [m.end() for m in re.finditer("[年月]", text)]
    eras = [text[:size] for size in range(min(9, len(text)), 1, -1) if text[:size] in lunar.eras()]
    return eras[:1] + [text[:end] for end in reversed(ends)]


def _single(text: str) -> DateValue | None:
    text = _TIME.sub("", text) if len(text) > 8 else text
    for read in (_numeric, _century, _common, _era, _period):
        value = read(text)
        if value is not None:
            return value
    return None


def _numeric(text: str) -> DateValue | None:
    match = _NUMERIC.fullmatch(text) or (_COMPACT.fullmatch(text) if len(text) in (6, 8) else None)
    if match is None:
        return _of(text) if re.fullmatch(r"\d{4}", text) and text != "0000" else None
    year, month, day = match.group(1), int(match.group(2)), int(match.group(3) or 0)
    if "." not in text and month > 12 and len(text) == 7:
        return None  # 1950-60: an interval
    if not month:
        return _of(year) if not day else None
    return _of(f"{year}-{month:02}" + (f"-{day:02}" if day else ""))


def _century(text: str) -> DateValue | None:
    whole = _DECADE4.fullmatch(text)
    if whole:
        return _phase(int(whole[1]) * 10, 10, whole[2] or "", whole[1] + "X")
    match = _CENTURY.fullmatch(text)
    if match is None or not (match["century"] or match["decade"]):
        return None
    guessed = match["century"] is None
    word = match["century"]
    century = 20 if guessed or word == "上" else lunar.number(word)
    if not century or century > 30:
        return None
    base = (century - 1) * 100
    if match["decade"] is None:
        return _phase(base, 100, match["phase"] or "", f"{century - 1:02}XX")
    decade = lunar.number(match["decade"])
    if decade is None or decade % 10 or decade > 90:
        return None
    edtf = f"{(base + decade) // 10:03}X" + ("?" if guessed else "")
    return _phase(base + decade, 10, match["phase"] or "", edtf)


def _phase(first: int, years: int, phase: str, edtf: str) -> DateValue:
    """The whole, or its beginning, middle or end (approximate thirds or halves)."""
    if not phase:
        return _of(edtf)
    if "半叶" in phase:
        begin, size = (0, years // 2) if phase.startswith("上") else (years // 2, years // 2)
    else:
        third = years * 3 // 10
        begin = {"初": 0, "前": 0, "中": third, "后": years - third, "末": years - third}[phase[0]]
        size = years - 2 * third if phase[0] == "中" else third
    return _of(f"{first + begin:04}~/{first + begin + size - 1:04}~")


def _common(text: str) -> DateValue | None:
    before = text.startswith("公元前")
    text = re.sub(r"^(?:公元前|公元|西元|公历)", "", text)
    match = _COMMON.fullmatch(text)
    if match is None or ("年" not in text and not match["month"] and not match["part"]):
        chinese = re.fullmatch(r"[〇零一二三四五六七八九]{4}", text)
        if chinese is None:
            return None
        match = _COMMON.fullmatch(text + "年")
        if match is None:
            return None
    word = match["year"]
    unknown = re.fullmatch(rf"(\d{{2,3}}){_X}+", word)
    if unknown:
        return _of(unknown[1].ljust(4, "X"))
    year = lunar.number(word)
    if not year:
        return None
    if before:
        return _of(f"-{year - 1:04}")
    mark = ""
    if year < 100 and len(word) == 2:  # 53年: of the last century, and uncertain
        if year < 49:
            return None
        year, mark = year + 1900, "?"
    value = _with_tail(year, match, is_lunar=False)
    return value.qualified(mark) if value and mark else value


def _era(text: str) -> DateValue | None:
    reign = re.fullmatch(r"(\D{2,9}?)(?:(年间|时期|期间|朝)|(初年|初期|中期|末年|末期|晚期))", text)
    if reign and reign[1] in lunar.eras():
        era = lunar.eras()[reign[1]][0]
        years = era.last - era.first + 1
        edtf = f"{era.first:04}/{era.last:04}"
        return _phase(era.first, years, (reign[3] or "").replace("晚", "末"), edtf)
    for match in _era_matches(text):
        for era in lunar.eras()[match["era"]]:
            year = _era_year(era, match["year"])
            if year is not None:
                return _with_tail(year, match, is_lunar=era.lunar)
        era = lunar.eras()[match["era"]][0]
        raise _NoSuchYear(f"{era.name}（{era.first}—{era.last}）没有{match['year']}年")
    return None


def _era_matches(text: str) -> list[re.Match[str]]:
    """The reading with the longest era name that is known (一 to four characters, dynasty too)."""
    for size in range(min(9, len(text)), 1, -1):
        if text[:size] in lunar.eras():
            pattern = _ERA.pattern.replace(r"\D{2,9}?", re.escape(text[:size]))
            match = re.fullmatch(pattern, text)
            return [match] if match else []
    return []


def _era_year(era: lunar.Era, word: str) -> int | None:
    count = lunar.number(word)
    if count is None:
        return lunar.cycle_year(word, era.first, era.last)
    year = era.first + count - 1
    limit = 2100 if era.open else era.last
    return year if count >= 1 and year <= limit else None


def _with_tail(year: int, match: re.Match[str], is_lunar: bool) -> DateValue | None:
    month_word, day_word = match["month"], match["day"]
    if match["part"]:
        return _part(year, match["part"], is_lunar)
    if not month_word:
        return _of(f"{year:04}", *lunar.lunar_year(year)) if is_lunar else _of(f"{year:04}")
    if re.fullmatch(rf"{_X}+", month_word):
        return _of(f"{year:04}-XX" + ("-XX" if day_word else ""))
    month = {"冬": 11, "腊": 12}.get(month_word) or lunar.number(month_word)
    day = lunar.number((day_word or "").removeprefix("初")) if day_word else None
    day_unknown = bool(day_word) and re.fullmatch(rf"{_X}+", day_word or "") is not None
    if not month or (day_word and not day and not day_unknown):
        return None
    lunar_words = match["calendar"] or match["leap"] or month_word in ("正", "冬", "腊")
    if is_lunar or lunar_words or re.match("初|廿", day_word or ""):
        return _lunar(year, -month if match["leap"] else month, day, match["ten"])
    if match["ten"]:
        return _ten_days(year, month, match["ten"])
    tail = "-XX" if day_unknown else f"-{day:02}" if day else ""
    return _of(f"{year:04}-{month:02}{tail}")


def _lunar(year: int, month: int, day: int | None, ten: str | None) -> DateValue:
    if day:
        found = lunar.lunar_day(year, month, day)
        return _of(found.isoformat())
    first, last = lunar.lunar_month(year, month)
    if ten:
        begin = {"上": 0, "初": 0, "中": 10}.get(ten[0], 20)
        first, last = (
            first + timedelta(begin),
            last if begin == 20 else first + timedelta(begin + 9),
        )
    return _of(f"{first.isoformat()}/{last.isoformat()}")


def _ten_days(year: int, month: int, ten: str) -> DateValue:
    _, last = edtf_bounds(f"{year:04}-{month:02}")
    begin = {"上": 1, "初": 1, "中": 11}.get(ten[0], 21)
    end = last.day if begin == 21 and last else begin + 9
    return _of(f"{year:04}-{month:02}-{begin:02}/{year:04}-{month:02}-{end:02}")


def _part(year: int, part: str, is_lunar: bool) -> DateValue:
    if part[0] in _SEASONS:
        edtf = f"{year:04}-{_SEASONS[part[0]]}"
        if is_lunar:
            month = _LUNAR_SEASONS[part[0]]
            return _of(
                edtf, lunar.lunar_month(year, month)[0], lunar.lunar_month(year, month + 2)[1]
            )
        return _of(edtf)
    if "半年" in part:
        return _of(f"{year:04}-{40 if part[0] == '上' else 41}")
    if "季度" in part:
        quarter = lunar.number(part.removeprefix("第")[0]) or 1
        return _of(f"{year:04}-{32 + quarter}")
    first, last = {"初": (1, 3), "中": (5, 8)}.get(part[-1], (10, 12))
    return _of(f"{year:04}-{first:02}~/{year:04}-{last:02}~")


def _period(text: str) -> DateValue | None:
    named = lunar.periods()
    if text in named:
        return _of(named[text])
    return None
