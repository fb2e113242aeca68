"""The kinds of question of the mixed set 题型: how each is cut from a record, and what answers it."""

from __future__ import annotations

import random
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import opencc
from pypinyin import lazy_pinyin

from benchmarks.search.mixed_shelves import MOST, SIGNS, SIMPLE, Shelves, key, plain
from lantai.core.search.port import SearchDocument

_ERAS = {"乾隆": (1736, 1795), "嘉庆": (1796, 1820), "道光": (1821, 1850), "咸丰": (1851, 1861),
         "同治": (1862, 1874), "光绪": (1875, 1908), "宣统": (1909, 1911), "民国": (1912, 1949)}  # fmt: skip
_DIGITS = "〇一二三四五六七八九"
_WORDS = Path(__file__).resolve().parents[2] / "src/lantai/core/search/words"
_TRADITIONAL = opencc.OpenCC("s2t")
_TAIWAN, _HONGKONG = opencc.OpenCC("s2tw"), opencc.OpenCC("s2hk")
_HOMOPHONES = defaultdict(list)
for _sign in "国果过建健见华花化明名铭志智至文雯闻德得福富付荣容蓉生声升祥详翔贵桂柜玉育誉秀绣英瑛颖兰岚蓝芳方桂珍真振凤奉梅美枚素肃淑书舒琴勤秦云芸匀霞侠下春纯红宏洪丽莉力娟绢敏民闽静敬净军君均勇永涌强蔷伟维为杰洁节涛韬超朝鹏朋飞菲非永咏康抗宁凝":
    _HOMOPHONES[lazy_pinyin(_sign)[0]].append(_sign)
Made = tuple[str, frozenset[str], frozenset[str]] | None  # text, what answers, what may be first


def piece(text: str, rng: random.Random, least: int, most: int) -> str:
    """A run of Chinese signs or letters cut from a text; "" when it has none so long."""
    runs = [run for run in SIGNS.split(text) if len(run) >= least]
    if not runs:
        return ""
    run, length = rng.choice(runs), rng.randint(least, most)
    start = rng.randrange(max(1, len(run) - length + 1))
    return run[start : start + length]


def _few(text: str, wanted: Iterable[str], first: Iterable[str] = ()) -> Made:
    answers = frozenset(wanted)
    if not text or not 0 < len(answers) <= MOST:
        return None
    return text, answers, frozenset(first) or answers


def title_whole(s: Shelves, rng: random.Random) -> Made:
    one = s.a_record(rng)
    return _few(one.title, s.titled(one.title), s.same(one))


def title_piece(s: Shelves, rng: random.Random) -> Made:
    text = piece(s.a_record(rng).title, rng, 4, 9)
    return _few(text, s.holding(text), s.titled(text))


def text_piece(s: Shelves, rng: random.Random) -> Made:
    one = s.a_record(rng)
    text = piece(one.fulltext or one.text, rng, 5, 14)
    return _few(text, s.holding(text))


def single_sign(s: Shelves, rng: random.Random) -> Made:
    text = rng.choice(s.rare_signs)
    return _few(text, s.holding(text), s.titled(text))


def _spoiled(text: str, rng: random.Random, how: str) -> str:
    place = rng.randrange(len(text))
    other = chr(
        rng.choice([ord(c) for c in "的是在人国中大上个民生工地方年和发业学动" if c != text[place]])
    )
    if how == "missing":
        return text[:place] + text[place + 1 :]
    if how == "extra":
        return text[:place] + other + text[place:]
    if how == "swapped":
        place = min(place, len(text) - 2)
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    return text[:place] + other + text[place + 1 :]


def _typing(how: str, cut: Callable[[SearchDocument, random.Random], str]) -> Callable[..., Made]:
    def made(s: Shelves, rng: random.Random) -> Made:
        text = cut(s.a_record(rng), rng)
        if len(text) < 5 or not (wanted := s.holding(text)):
            return None
        spoiled = _spoiled(text, rng, how)
        if key(spoiled) == key(text) or s.holding(spoiled):
            return None
        return _few(spoiled, wanted)

    return made


def _whole(one: SearchDocument, _rng: random.Random) -> str:
    return one.title


def _of_title(one: SearchDocument, rng: random.Random) -> str:
    return piece(one.title, rng, 6, 10)


def _of_text(one: SearchDocument, rng: random.Random) -> str:
    return piece(one.fulltext or one.text, rng, 7, 14)


def name_wrong(s: Shelves, rng: random.Random) -> Made:
    name = rng.choice(sorted(s.people))
    spoiled = name[0] + _spoiled(name[1:], rng, "wrong")
    near = {n for n in s.people if n[0] == name[0] and sum(map(str.__ne__, n, spoiled)) == 1}
    first = {k for n in near for k in s.people[n]}  # any of them may have been meant
    return None if s.holding(spoiled) else _few(spoiled, s.holding(name), first)


def name_homophone(s: Shelves, rng: random.Random) -> Made:
    name = rng.choice(sorted(s.people))
    place = rng.choice((1, 2))
    others = [c for c in _HOMOPHONES[lazy_pinyin(name[place])[0]] if c != name[place]]
    if not others:
        return None
    spoiled = name[:place] + rng.choice(others) + name[place + 1 :]
    sound = lazy_pinyin(spoiled)
    first = {k for n, keys in s.people.items() if lazy_pinyin(n) == sound for k in keys}
    return None if s.holding(spoiled) else _few(spoiled, s.holding(name), first)


def other_script(s: Shelves, rng: random.Random) -> Made:
    one = s.a_record(rng)
    change = rng.choice((_TRADITIONAL, _TAIWAN, _HONGKONG, SIMPLE))
    text = change.convert(one.title)
    return None if text == one.title else _few(text, s.titled(one.title), s.same(one))


def full_width(s: Shelves, rng: random.Random) -> Made:
    one = s.a_record(rng)
    text = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in one.title)
    return None if text == one.title else _few(text, s.titled(one.title), s.same(one))


def blanks_and_signs(s: Shelves, rng: random.Random) -> Made:
    one = s.a_record(rng)
    text, place = one.title, rng.randrange(1, len(one.title))
    text = text[:place] + rng.choice("，、·　《》“”（）—:；") + text[place:]
    return _few(
        rng.choice(("《{}》", "“{}”", "{}。", "{}")).format(text), s.titled(one.title), s.same(one)
    )


def code_whole(s: Shelves, rng: random.Random) -> Made:
    one = s.a_record(rng)
    sign = rng.choice("··•.．")
    code = one.reference_code.replace("·", sign)
    return _few(rng.choice((code, code.lower(), f"档号:{code}")), {one.id})


def code_wildcard(s: Shelves, rng: random.Random) -> Made:
    one = s.a_record(rng)
    head, tail = one.reference_code[:-5], one.reference_code[-5:]
    shape = rng.choice(
        (f"{head}{tail[:3]}*", f"{one.reference_code[:4]}*{tail}", f"{head}{tail[:4]}?")
    )
    rule = re.compile(re.escape(shape).replace(r"\*", ".*").replace(r"\?", "."))
    return _few(f"档号:{shape}", {d.id for d in s.documents if rule.fullmatch(d.reference_code)})


def code_part(s: Shelves, rng: random.Random) -> Made:
    one = s.a_record(rng)
    part = one.reference_code[rng.choice((5, 8, 13)) :]
    return _few(part, {d.id for d in s.documents if part in d.reference_code})


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    return (("" if tens == 1 else _DIGITS[tens]) + "十" if tens else "") + (
        _DIGITS[ones] if ones else ""
    )


def day_spelt(s: Shelves, rng: random.Random) -> Made:
    one = s.a_record(rng)
    y, m, d = one.date[:4], int(one.date[4:6]), int(one.date[6:])
    spelt = rng.choice(
        (f"{y}年{m}月{d}日", f"{y}-{m:02}-{d:02}", f"{y}.{m}.{d}", f"{y}/{m}/{d}", one.date,
         f"{''.join(_DIGITS[int(c)] for c in y)}年{_chinese(m)}月{_chinese(d)}日")
    )  # fmt: skip
    return _few(
        rng.choice(("", "日期:")) + spelt, {x.id for x in s.documents if x.date == one.date}
    )


def _of_year(s: Shelves, one: SearchDocument, word: str) -> set[str]:
    """Records of the year that hold the word; none where the lunar year is not surely the same."""
    if not "03" <= one.date[4:6] <= "12":
        return set()
    near = [s.by_id[k] for k in s.holding(word) if abs(s.by_id[k].year - one.year) < 2]
    if any(d.date[4:6] in ("01", "02") for d in near):
        return set()
    return {d.id for d in near if d.year == one.year}


def era_year(s: Shelves, rng: random.Random) -> Made:
    one = s.a_record(rng)
    era = next((e for e, (a, b) in _ERAS.items() if a <= one.year <= b), "")
    word = piece(one.title, rng, 2, 3)
    if not era or not word:
        return None
    number = one.year - _ERAS[era][0] + 1
    told = rng.choice((_chinese(number) if number > 1 else "元", str(number)))
    answers = _of_year(s, one, word)
    pair = [f"{era}{told}年", word]
    rng.shuffle(pair)
    return _few(" ".join(pair), answers)


def cycle_year(s: Shelves, rng: random.Random) -> Made:
    one = s.a_record(rng)
    era = next((e for e, (a, b) in _ERAS.items() if a <= one.year <= b and e != "民国"), "")
    word = piece(one.title, rng, 2, 3)
    if not era or not word:
        return None
    cycle = (
        "甲乙丙丁戊己庚辛壬癸"[(one.year - 4) % 10]
        + "子丑寅卯辰巳午未申酉戌亥"[(one.year - 4) % 12]
    )
    if sum((y - one.year) % 60 == 0 for y in range(_ERAS[era][0], _ERAS[era][1] + 1)) > 1:
        return None
    return _few(f"{era}{cycle}年 {word}", _of_year(s, one, word))


def years_between(s: Shelves, rng: random.Random) -> Made:
    one = s.a_record(rng)
    low, high = one.year - rng.randrange(4), one.year + rng.randrange(4)
    word = piece(one.title, rng, 2, 4)
    answers = {k for k in s.holding(word) if low <= s.by_id[k].year <= high}
    return _few(f"{rng.choice(('', '年度:'))}{low}..{high} {word}", answers) if word else None


def name_sound(s: Shelves, rng: random.Random) -> Made:
    name = rng.choice(sorted(s.people))
    sound = lazy_pinyin(name)
    spelt = rng.choice(
        ("".join(sound), " ".join(sound), f"{sound[0].title()} {''.join(sound[1:]).title()}")
    )
    return _few(spelt, {k for n, keys in s.people.items() if lazy_pinyin(n) == sound for k in keys})


def name_initials(s: Shelves, rng: random.Random) -> Made:
    def initials(name: str) -> str:
        return "".join(one[0] for one in lazy_pinyin(name))

    asked = initials(rng.choice(sorted(s.people)))
    if any(asked in text for text in s.texts.values()):
        return None
    return _few(asked, {k for n, keys in s.people.items() if initials(n) == asked for k in keys})


def other_name(s: Shelves, rng: random.Random) -> Made:
    names = rng.choice(_groups())
    known, asked = rng.sample(names, 2)
    if known in asked or asked in known:
        return None
    return _few(asked, s.holding(known), {k for name in names for k in s.holding(name)})


@cache
def _groups() -> list[list[str]]:
    groups: list[list[str]] = []
    for name in ("renamings", "synonyms"):
        groups += [
            g["names"] for g in tomllib.loads((_WORDS / f"{name}.toml").read_text("utf-8"))["group"]
        ]
    return groups


def field_title(s: Shelves, rng: random.Random) -> Made:
    text = piece(s.a_record(rng).title, rng, 3, 7)
    return _few(f"{rng.choice(('题名:', 'title:', '标题：'))}{text}", s.titled(text))


def field_creator(s: Shelves, rng: random.Random) -> Made:
    one = s.a_record(rng)
    name = one.creator.split("；")[0]
    word = piece(one.title, rng, 2, 3)
    if not name or not word:
        return None
    told = plain(name)
    answers = {k for k in s.holding(word) if told in s.creators[k]}
    return _few(f"责任者:{name} {word}", answers)


def words_and(s: Shelves, rng: random.Random) -> Made:
    one = s.a_record(rng)
    a, b = piece(one.title, rng, 2, 3), piece(one.fulltext or one.text, rng, 2, 4)
    join = rng.choice((" AND ", " 与 ", " 并且 ", " & "))
    return _few(f"{a}{join}{b}", s.holding(a, b)) if a and b else None


def words_or(s: Shelves, rng: random.Random) -> Made:
    a, b = (piece(s.a_record(rng).title, rng, 4, 6) for _ in range(2))
    join = rng.choice((" OR ", " 或 ", " | "))
    return _few(f"{a}{join}{b}", s.holding(a) | s.holding(b)) if a and b else None


def words_not(s: Shelves, rng: random.Random) -> Made:
    a, b = piece(s.a_record(rng).title, rng, 2, 4), piece(s.a_record(rng).title, rng, 2, 2)
    join = rng.choice((" NOT ", " -", " 不含 "))
    if not a or not b or not s.holding(a, b):
        return None
    return _few(f"{a}{join}{b}", s.holding(a) - s.holding(b))


def two_words(s: Shelves, rng: random.Random) -> Made:
    one = s.a_record(rng, 8)
    half = len(one.title) // 2
    pair = [piece(one.title[:half], rng, 2, 4), piece(one.title[half:], rng, 2, 4)]
    rng.shuffle(pair)
    return _few(" ".join(pair), s.holding(*pair), s.titled(*pair)) if all(pair) else None


def word_and_creator(s: Shelves, rng: random.Random) -> Made:
    one = s.a_record(rng, 2)
    pair = [one.creator.split("；")[0], one.title]
    if not pair[0] or pair[0] in ("不詳", "無名氏"):
        return None
    rng.shuffle(pair)
    return _few(" ".join(pair), s.holding(*pair), s.same(one))


def run_together(s: Shelves, rng: random.Random) -> Made:
    one = s.a_record(rng, 3)
    name = one.creator.split("；")[0]
    if not 2 <= len(name) <= 4 or name in ("不詳", "無名氏"):
        return None
    wanted = {k for k in s.holding(name) if s.titles[one.id] == s.titles[k]}
    return _few(name + rng.choice(("", "的")) + one.title, wanted)


def wrapped(s: Shelves, rng: random.Random) -> Made:
    one = s.a_record(rng)
    shape = rng.choice(
        ("关于{}的通知", "有关{}的文件", "关于{}", "查找{}", "我想查{}的档案", "{}相关材料",
         "请问{}在哪里", "{}的资料", "请帮我找{}")
    )  # fmt: skip
    return _few(shape.format(one.title), s.same(one))


def doc_no(s: Shelves, rng: random.Random) -> Made:
    one = s.a_record(rng)
    if not one.doc_no or not (
        told := re.search(r"第?([〇一二三四五六七八九十百\d]+)号", one.doc_no)
    ):
        return None
    same = {d.id for d in s.documents if d.doc_no == one.doc_no}
    text = rng.choice(
        (one.doc_no, one.doc_no.replace("第", ""), one.doc_no.replace("中华人民共和国", ""))
    )
    return _few(text if told else "", same)


KINDS: dict[str, Callable[[Shelves, random.Random], Made]] = {
    "title_whole": title_whole,
    "title_piece": title_piece,
    "text_piece": text_piece,
    "single_sign": single_sign,
    **{f"title_{how}": _typing(how, _whole) for how in ("wrong", "missing", "extra", "swapped")},
    "title_piece_wrong": _typing("wrong", _of_title),
    "text_piece_wrong": _typing("wrong", _of_text),
    **{
        make.__name__: make
        for make in (
            name_wrong, name_homophone, other_script, full_width, blanks_and_signs, code_whole, code_wildcard,
            code_part, day_spelt, era_year, cycle_year, years_between, name_sound, name_initials,
            other_name, field_title, field_creator, words_and, words_or, words_not, two_words,
            word_and_creator, run_together, wrapped, doc_no,
        )
    },
}  # fmt: skip
