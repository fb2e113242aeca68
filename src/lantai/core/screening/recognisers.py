"""Recognisers 识别器: identity numbers, phones, bank cards, people beside telling words.

Each takes the folded text (same length as the text itself) and yields (start, end, confidence).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date

Span = tuple[int, int, float]
_ID18 = re.compile(r"(?<![0-9a-z])[1-8]\d{5}(?:18|19|20)\d{2}[01]\d[0-3]\d{4}[0-9x](?![0-9a-z])")
_ID15 = re.compile(r"(?<![0-9a-z.])[1-8]\d{5}\d{2}[01]\d[0-3]\d{4}(?![0-9a-z.])")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_LANDLINE = re.compile(r"(?:电话|传真|tel)[:：. ]{0,3}(\(?0\d{2,3}\)?[- ]?\d{7,8})(?!\d)")
_CARD = re.compile(
    r"(?<!\d)(?:4\d{3}|(?:62|60|5[1-5]|3[57])\d{2})(?:[ -]?\d{4}){2}[ -]?\d{3,7}(?!\d)"
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
_CHECKS = "10x98765432"
_PROVINCES = frozenset(
    int(code)
    for code in [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    ]
)
# The commonest surnames; two-character ones first. 赵钱孙李 and the census lists.
_DOUBLE = "欧阳|太史|端木|上官|司马|东方|独孤|南宫|万俟|闻人|夏侯|诸葛|尉迟|公羊|赫连|澹台|皇甫|宗政|濮阳|公冶|令狐|慕容|司徒|司空"
_SINGLE = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
    "钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛"
    "温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋甘单包柏宁柯阮桂闵解强柴华车冉房边"
)
_NAME = rf"(?:{_DOUBLE}|[{_SINGLE}])[\u4e00-\u9fa5]{{1,2}}"
_LABELLED = re.compile(
    r"(?:姓名|当事人|患者|病人|被告人?|原告|受害人|被害人|申请人|户主|学生|考生|被处分人|受处分人|"
    r"嫌疑人|犯人|罪犯|收养人|被收养人|监护人)[:： 　]{1,3}(" + _NAME + ")"
)
_FOLLOWED = re.compile(
    "(" + _NAME + r")(?:同志)?[,，、 ]{0,2}(?=[男女][,，、 ]|性别|身份证|现年|年\d|因犯)"
)
BESIDE = 24
"""Characters between a name and a telling word that still make them belong together."""


def id_numbers(text: str, words: Sequence[str] = ()) -> Iterator[Span]:
    """Citizen identity numbers 公民身份号码 (GB 11643-1999): 18 with check digit, 15 by date."""
    for match in _ID18.finditer(text):
        value = match.group()
        if _is_place(value) and _is_date(value[6:14]):
            good = _CHECKS[sum(int(c) * w for c, w in zip(value, _WEIGHTS, strict=False)) % 11]
            yield match.start(), match.end(), 0.99 if good == value[17] else 0.5
    for match in _ID15.finditer(text):
        value = match.group()
        if _is_place(value) and _is_date("19" + value[6:12]):
            yield match.start(), match.end(), 0.6


def phones(text: str, words: Sequence[str] = ()) -> Iterator[Span]:
    """Mobile numbers, and fixed ones after 电话."""
    for match in _MOBILE.finditer(text):
        yield match.start(), match.end(), 0.85
    for match in _LANDLINE.finditer(text):
        yield match.start(1), match.end(1), 0.7


def bank_cards(text: str, words: Sequence[str] = ()) -> Iterator[Span]:
    """Bank card numbers of 15 to 19 digits that satisfy Luhn (ISO/IEC 7812-1)."""
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if 15 <= len(digits) <= 19 and _luhn(digits) and len(set(digits)) > 2:
            yield match.start(), match.end(), 0.9


def persons_beside_words(text: str, words: Sequence[str]) -> Iterator[Span]:
    """Names of people that stand near one of the words (身份证, 病历, 处分 …)."""
    marks = [m.start() for w in words for m in re.finditer(re.escape(w), text)]
    if not marks:
        return
    seen: set[int] = set()
    for pattern, sure in ((_LABELLED, 0.85), (_FOLLOWED, 0.7)):
        for match in pattern.finditer(text):
            start, end = match.span(1)
            near = any(start - BESIDE <= at <= end + BESIDE for at in marks)
            if near and start not in seen:
                seen.add(start)
                yield start, end, sure


def secrecy_marks(text: str, words: Sequence[str] = ()) -> Iterator[Span]:
    """Marks of state secrets 密级标志: 绝密★30年, 机密, 秘密★10年 at the head of a line."""
    for match in re.finditer(
        r"(?:^|\n)[ 　]*((?:绝密|机密|秘密)[ 　]*(?:[★☆*][ 　]*(?:\d{1,2}[ 　]*年|长期|启用前)?)?)"
        r"(?=[ 　]*(?:\n|$))|((?:绝密|机密|秘密)[ 　]*[★☆])",
        text,
    ):
        group = 1 if match.group(1) else 2
        yield match.start(group), match.end(group), 0.95


RECOGNISER: dict[str, Callable[[str, Sequence[str]], Iterator[Span]]] = {
    "id_number": id_numbers,
    "phone": phones,
    "bank_card": bank_cards,
    "person_beside_word": persons_beside_words,
    "secrecy_mark": secrecy_marks,
}


def _is_place(value: str) -> bool:
    return int(value[:2]) in _PROVINCES


def _is_date(digits: str) -> bool:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return 1850 <= day.year <= 2100


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
