"""Text analysis for search 检索文本处理: what the index holds and what the query asks, alike.

Every text is folded (`core.text.fold`), a few signs that mean the same are made one, and
white space does not count: text read from pages breaks lines in the middle of words. All
steps but the last keep one character for one, so places found lead back to the original.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from lantai.core.search.charts import Chart, written
from lantai.core.search.port import SearchDocument
from lantai.core.text import fold

BREAK = "\ue000"  # stands at both ends of a text and between its elements

_SIGNS = str.maketrans(
    "“”„‟〝〞＂‘’‚‛′—–‐‑‒―−·•・‧∙⋅․〔〕【】［］[]〖〗「」『』",
    '"""""""\'\'\'\'\'-------·······()()()()()""""',
)
_UNSAFE = re.compile("[\\ud800-\\udfff\\x00-\\x08\\x0e-\\x1b\\x7f\ue000]")
BLANK = "[\\s\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]"  # white space and zero width
_SPACE = re.compile(BLANK + "+")
_PUNCTUATION = re.compile(r"[\W_]+")
_CHINESE_NUMBER = re.compile("[〇零一二三四五六七八九十百千]+(?=号)")
_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_DOC_NO = re.compile(r"\d号|\(\d{4}\)\d|\d{4}\)?第?\d+号?$")
# of document numbers, compact: each sign is a word, digits in a run are one
_NO_WORD = re.compile(r"(?:[^\w\n]|[_第])+")
_BETWEEN_WORDS = re.compile(r"(?<=[^\W\d])(?=\w)|(?<=\d)(?=[^\W\d])")
_LEADING_ZEROS = re.compile(r"(?<!\w)0+(?=\d)")
_DIGITS_RUN = re.compile(r"\d+")
_OTHER_DIGITS = re.compile(r"[^\D0-9]")
_LENGTHS = [chr(0xE100 + length) for length in range(201)]
LENGTH_SIGNS = f"{_LENGTHS[0]}-{_LENGTHS[-1]}"  # in a regular expression
DAY_SHIFT = 36  # a key by date: the day, and below it 36 bits of the id
_TIE, _TIE_STEP = 1 << 60, (1 << 60) // 800 >> 16
_DAY = re.compile(r"\s*(\d{4})-?(\d\d)?-?(\d\d)?")
_NAME_BREAK = re.compile(r"[;；,，、/|\n\t]+")


def _normal_sign(sign: str) -> str:
    return fold(_UNSAFE.sub(" ", sign)).translate(_SIGNS)


def _compact_sign(sign: str) -> str:
    return _SPACE.sub("", _normal_sign(sign))


_NORMAL, COMPACT = Chart(_normal_sign), Chart(_compact_sign)


def normal(text: str) -> str:
    """Folded text of the same length, with quotation marks, dashes, dots and brackets made one."""
    return _NORMAL.over(text)


def compact(text: str) -> str:
    """Normal text without white space: what is indexed and what is looked for."""
    return COMPACT.over(text)


def title_key(text: str) -> str:
    """Letters, digits and ideographs of a text only: 《档案法》 and 档案法 are one."""
    return key_of(compact(text))


def key_of(plain: str) -> str:
    """The same of a text that is compact already."""
    return plain if plain.isalnum() else _PUNCTUATION.sub("", plain)


def code_key(text: str) -> str:
    """A reference code 档号 or document number as one comparable word."""
    return compact(text)


def doc_no_tokens(text: str) -> list[str]:
    """A document number 文号 as signs and whole numbers, the same in all its spellings.

    〔2012〕7号, [2012]7号 and （2012）第7号 all give 2012 7 号; 第八号 gives 8 号.
    """
    return number_tokens(compact(text))


def number_tokens(plain: str) -> list[str]:
    """The same of a number that is compact already."""
    return numbers_in_words([plain])[0].split()


def numbers_in_words(plain: Sequence[str]) -> list[str]:
    """The same of many, each as its words parted by blanks: all of a column at once."""
    joined = "\n".join(plain)
    if len(joined) < len(plain):
        return [""] * len(plain)
    joined = _CHINESE_NUMBER.sub(lambda found: str(_number(found[0])), joined)
    parted = _NO_WORD.sub(" ", joined)
    parted = _BETWEEN_WORDS.sub(" ", parted)
    return [words.strip() for words in _LEADING_ZEROS.sub("", parted).split("\n")]


def looks_like_doc_no(text: str) -> bool:
    """Whether a question can be a document number."""
    plain = _CHINESE_NUMBER.sub("1", compact(text))
    return len(plain) <= 60 and bool(_DOC_NO.search(plain))


def names(text: str) -> list[str]:
    """The separate names of a creator field, as comparable words, and the whole."""
    parts = [title_key(part) for part in _NAME_BREAK.split(text)]
    return list(dict.fromkeys(part for part in [*parts, title_key(text)] if part))


def grams(text: str) -> str:
    """Overlapping bigrams 二元组 of a compact text, parted by blanks, in order."""
    return " ".join(map("".join, pairwise(text)))


def bounded(*elements: str) -> str:
    """Compact elements with a break at both ends and between them."""
    parts = [part for part in elements if part]
    return BREAK + BREAK.join(parts) + BREAK if parts else ""


def body(document: SearchDocument) -> str:
    """The description but the title, bounded: text line by line, then codes and creator."""
    lines: Iterator[str] = (compact(line) for line in document.text.splitlines())
    extra = (document.reference_code, document.doc_no, document.creator)
    return bounded(*lines, *(compact(part) for part in extra))


def id_number(identifier: str) -> int:
    """36 bits that stand for an id in sort keys."""
    return int.from_bytes(blake2b(identifier.encode(), digest_size=8).digest(), "big") >> 28


def id_numbers(identifiers: Sequence[str]) -> npt.NDArray[np.uint64]:
    """`id_number` of many."""
    whole = b"".join([blake2b(one.encode(), digest_size=8).digest() for one in identifiers])
    return np.frombuffer(whole, ">u8").astype(np.uint64) >> np.uint64(28)


def date_sort_key(document: SearchDocument) -> int:
    """Date (YYYYMMDD, 0 unknown) and id in one unsigned number, different for each record."""
    return dated_key(document.date, document.year, id_number(document.id))


def dated_key(date: str, year: int, number: int) -> int:
    """The same with the id's number at hand."""
    return _day_of(date, year) << DAY_SHIFT | number


def dated_keys(
    dates: Sequence[str], years: Sequence[int], numbers: npt.NDArray[np.uint64]
) -> list[int]:
    """`dated_key` of many."""
    days = np.fromiter(map(_day_of, dates, years), np.uint64, len(dates))
    found: list[int] = (days << np.uint64(DAY_SHIFT) | numbers).tolist()
    return found


@lru_cache(maxsize=65_536)  # a catalogue has few days and many entries
def _day_of(date: str, year: int) -> int:
    found = _DAY.match(date)
    if found:
        return int(found[1]) * 10000 + int(found[2] or 0) * 100 + int(found[3] or 0)
    return max(year, 0) % 10000 * 10000


def tie_key(number: int) -> int:
    """A weight by which records of equal rank keep one order, whatever built the index.

    Engines multiply a score by its logarithm, which differs by 0.003 % at most.
    """
    return _TIE + (number >> 20) * _TIE_STEP


def tie_keys(numbers: npt.NDArray[np.uint64]) -> list[int]:
    """`tie_key` of many."""
    steps = (numbers >> np.uint64(20)) * np.uint64(_TIE_STEP)
    found: list[int] = (steps + np.uint64(_TIE)).tolist()
    return found


def code_sort_key(document: SearchDocument) -> str:
    """Reference code in natural order (2 before 10), then the id; no code comes last."""
    return f"{natural_key(code_key(document.reference_code)) or BREAK}\x01{document.id}"


def natural_key(code: str) -> str:
    """A code that is compact already, each number led by a sign for its length: 2 before 10."""
    return _DIGITS_RUN.sub(_measured, code[:200])


def _measured(found: re.Match[str]) -> str:
    return _LENGTHS[len(found[0])] + found[0]


def natural_keys(codes: Sequence[str]) -> list[str]:
    """`natural_key` of many, as arrays."""
    joined = "\n".join([code[:200] for code in codes])
    if _OTHER_DIGITS.search(joined):
        return list(map(natural_key, codes))
    signs = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    digits = np.concatenate(([False], (signs >= ord("0")) & (signs <= ord("9")), [False]))
    turns = np.flatnonzero(digits[1:] != digits[:-1])  # where a number begins, and where it ends
    begins, ends = turns[::2], turns[1::2]
    led = np.insert(signs, begins, ord(_LENGTHS[0]) + (ends - begins))
    return written(led.astype(np.uint32, copy=False)).split("\n")


def folding_fingerprint() -> str:
    """Changes when the folding changes, so that an index made by another is not trusted."""
    sample = "".join(map(chr, (*range(0x4E00, 0xA000), *range(0xFF01, 0xFF5F))))
    return blake2b(normal(sample).encode(), digest_size=6).hexdigest()


def distinct(characters: Iterable[str]) -> str:
    """Each character once, parted by blanks: the index of single characters."""
    return " ".join(set(characters) - {BREAK})


def _number(text: str) -> int:
    if not any(c in _UNITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = digit = 0
    for sign in text:
        if sign in _UNITS:
            total += (digit or 1) * _UNITS[sign]
            digit = 0
        else:
            digit = _DIGITS[sign]
    return total + digit
