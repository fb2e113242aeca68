"""Reference codes 档号: the grammar of DA/T 13-2022, read, built and compared by rule.

A rule is a template: ``{fonds}-WS·{year}·{retention}[·{organ}]-{item_no:4}``. Parts stand in
braces, with a width where digits are padded; square brackets hold what may be absent. Without
a rule a code is read by the general grammar, which also accepts the older DA/T 22-2015 style.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from lantai.core.terms import vocabulary

LONGEST = 200  # characters; real codes stay under 60
INTERPUNCT = "·"
# DA/T 13-2022: the thirteen 档案门类代码.
CLASS_CODES = frozenset(vocabulary("record_class").codes)
_NUMBERED = ("catalogue_no", "volume_no", "item_no", "page_no")
_PATTERNS = {
    "fonds": r"[A-Z]\d{3}",
    "record_class": r"[A-Z]{2}",
    "class2": r"[A-Z0-9]+",
    "class3": r"[A-Z0-9]+",
    "class4": r"[A-Z0-9]+",
    "project": r"[A-Z0-9]+",
    "year": r"\d{4}",
    "retention": r"(?:Y|D\d{1,3})",
    "organ": r"[A-Z0-9\u3400-\u9fff（）()]{1,30}",
}
_DOTS = str.maketrans(dict.fromkeys(".・•．‧∙⋅･。", INTERPUNCT) | dict.fromkeys("‐‑‒–—−－﹣", "-"))
_UNSAFE_IN_FILES = re.compile(r'[/\\:*?"<>|\x00-\x1f]')
_TEMPLATE = re.compile(r"\{(\w+)(?::(\d+))?\}|(\[)|(\])|([^{}\[\]]+)")


class ReferenceCodeError(ValueError):
    """The text is not a reference code (of the rule given); says why in Chinese and English."""

    def __init__(self, message_zh: str, message_en: str) -> None:
        super().__init__(f"{message_zh} / {message_en}")
        self.message_zh, self.message_en = message_zh, message_en


@lru_cache(maxsize=8_192)  # a code is looked at many times while its page is judged
def normalise_reference_code(text: str) -> str:
    """As it is stored: half width, one kind of hyphen, ``·`` U+00B7, no blanks, NFC."""
    dotted = text.strip().translate(_DOTS)
    return unicodedata.normalize("NFC", re.sub(r"\s+", "", unicodedata.normalize("NFKC", dotted)))


def code_file_name(text: str) -> str:
    """The code as a file or folder name (DA/T 92-2022): what file systems refuse becomes ``_``."""
    name = _UNSAFE_IN_FILES.sub("_", normalise_reference_code(text)).strip(". ")
    return name or "_"


@dataclass(frozen=True)
class ReferenceCodeRule:
    """How the codes of one class of one fonds are made 档号规则 (DA/T 13-2022)."""

    id: str
    template: str
    label_zh: str = ""
    label_en: str = ""
    record_class: str = ""
    patterns: Mapping[str, str] = field(default_factory=dict)  # part → regex, over the usual ones

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ReferenceCodeRule:
        """From a table row of a schedule or record type; `ReferenceCodeError` if it is off."""
        rule = cls(
            id=str(data.get("id") or data.get("record_class") or "rule"),
            template=str(data.get("template", "")),
            label_zh=str(data.get("label_zh", "")),
            label_en=str(data.get("label_en", "")),
            record_class=str(data.get("record_class", "")),
            patterns=dict(data.get("patterns", {})),
        )
        if not rule.part_names:
            raise ReferenceCodeError(
                f"档号规则 {rule.id} 没有组成部分：{rule.template!r}",
                f"reference code rule {rule.id} has no parts: {rule.template!r}",
            )
        try:
            _ = rule.regex
        except (re.error, RecursionError, OverflowError) as problem:
            raise ReferenceCodeError(
                f"档号规则 {rule.id} 写法有误：{problem}", f"rule {rule.id} is malformed: {problem}"
            ) from None
        return rule

    @cached_property
    def part_names(self) -> tuple[str, ...]:
        """The names of the parts in their order."""
        return tuple(m.group(1) for m in _TEMPLATE.finditer(self.template) if m.group(1))

    @cached_property
    def optional_parts(self) -> frozenset[str]:
        """The parts inside square brackets."""
        inside = "".join(re.findall(r"\[([^\]]*)\]", self.template))
        return frozenset(m.group(1) for m in _TEMPLATE.finditer(inside) if m.group(1))

    @cached_property
    def last_part(self) -> str:
        """The part that counts: 件号, 案卷号 or 页号."""
        demanded = [name for name in self.part_names if name not in self.optional_parts]
        return demanded[-1] if demanded else ""

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The whole code as a regular expression with a group a part."""
        out: list[str] = []
        for name, width, opening, closing, literal in _TEMPLATE.findall(self.template):
            if name:
                out.append(f"(?P<{name}>{self._part_pattern(name, int(width or 0))})")
            elif opening:
                out.append("(?:")
            elif closing:
                out.append(")?")
            else:
                out.append(re.escape(literal))
        return re.compile("".join(out))

    def _part_pattern(self, name: str, width: int) -> str:
        if name in self.patterns:
            return self.patterns[name]
        if width:
            return rf"\d{{{width}}}"
        return _PATTERNS.get(name, r"\d{1,8}")

    def width(self, name: str) -> int:
        """Digits the part is padded to, 0 when it is not padded."""
        return self._widths.get(name, 0)

    @cached_property
    def _widths(self) -> Mapping[str, int]:
        found = reversed(list(_TEMPLATE.finditer(self.template)))  # of two alike the first counts
        return {match.group(1): int(match.group(2) or 0) for match in found if match.group(1)}

    def format(self, parts: Mapping[str, Any]) -> str:
        """The code of these parts; `ReferenceCodeError` names what is missing or does not fit."""
        text = re.sub(
            r"\[([^\]]*)\]",
            lambda m: m.group(1) if self._has_all(m.group(1), parts) else "",
            self.template,
        )
        missing = [n for n in self._names_in(text) if not str(parts.get(n) or "").strip()]
        if missing:
            raise ReferenceCodeError(
                f"缺少档号组成部分：{'、'.join(PART_LABELS.get(n, (n, n))[0] for n in missing)}，请补上",
                f"reference code lacks: {', '.join(missing)}",
            )
        code = re.sub(
            r"\{(\w+)(?::(\d+))?\}",
            lambda m: str(parts[m.group(1)]).strip().zfill(int(m.group(2) or 0)),
            text,
        )
        ReferenceCode.parse(code, self)
        return code

    @staticmethod
    def _names_in(text: str) -> list[str]:
        return [m.group(1) for m in _TEMPLATE.finditer(text) if m.group(1)]

    def _has_all(self, text: str, parts: Mapping[str, Any]) -> bool:
        return all(str(parts.get(n) or "").strip() for n in self._names_in(text))


@dataclass(frozen=True)
class ReferenceCode:
    """One code 档号 with its parts by name (English names, see `PART_LABELS`)."""

    text: str
    parts: Mapping[str, str]
    rule_id: str = ""

    @classmethod
    def parse(cls, text: str, rule: ReferenceCodeRule | None = None) -> ReferenceCode:
        """Read a code by the rule, or by the general grammar, or `ReferenceCodeError`."""
        if len(text) > LONGEST:
            raise ReferenceCodeError(
                f"档号超过 {LONGEST} 个字符", f"longer than {LONGEST} characters"
            )
        code = normalise_reference_code(text)
        if rule is None:
            return cls(code, _parse_generally(code))
        match = rule.regex.fullmatch(code)
        if match is None:
            raise ReferenceCodeError(
                f"档号“{code}”不符合规则 {rule.id}（{rule.template}）",
                f"reference code {code!r} does not follow rule {rule.id} ({rule.template})",
            )
        parts = {k: v for k, v in match.groupdict().items() if v is not None}
        if rule.record_class:
            parts.setdefault("record_class", rule.record_class)
        return cls(code, parts, rule.id)

    @classmethod
    def build(cls, rule: ReferenceCodeRule, **parts: Any) -> ReferenceCode:
        """Make a code by rule: ``build(rule, fonds="A439", year=2015, …, item_no=5)``."""
        return cls.parse(rule.format(parts), rule)

    @property
    def scope(self) -> str:
        """The code without its last number: numbers run from 1 without gap inside a scope."""
        return self.text.rpartition("-")[0]

    @property
    def number(self) -> int:
        """The last number, by which the scope counts."""
        tail = self.text.rpartition("-")[2]
        return int(tail) if tail.isdecimal() else 0

    def differences(self, values: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """(part, in the code, in the metadata) where the two differ; absent values are skipped."""
        found = []
        for name, mine in self.parts.items():
            theirs = str(values.get(name) or "").strip()
            if theirs and not _same(name, mine, theirs):
                found.append((name, mine, theirs))
        return found


PART_LABELS: dict[str, tuple[str, str]] = {
    "fonds": ("全宗号", "fonds number"),
    "record_class": ("档案门类代码", "record class code"),
    "class2": ("二级类别号", "second-level class"),
    "class3": ("三级类别号", "third-level class"),
    "class4": ("四级类别号", "fourth-level class"),
    "project": ("项目号", "project number"),
    "catalogue_no": ("目录号", "catalogue number"),
    "year": ("年度", "year"),
    "retention": ("保管期限代码", "retention code"),
    "organ": ("机构或问题代码", "office or issue code"),
    "volume_no": ("案卷号", "volume number"),
    "item_no": ("件号", "item number"),
    "page_no": ("页号", "page number"),
}


def _same(name: str, mine: str, theirs: str) -> bool:
    if name in _NUMBERED and mine.isdecimal() and theirs.isdecimal():
        return int(mine) == int(theirs)
    return normalise_reference_code(theirs) == mine


def _parse_generally(code: str) -> dict[str, str]:
    segments = code.split("-")
    if len(segments) < 3 or not all(segments):
        raise ReferenceCodeError(
            f"档号“{code}”至少应有全宗号、类别号和件号三部分，用“-”连接",
            f"reference code {code!r} needs fonds, class and number joined by '-'",
        )
    fonds, middle, *tail = segments
    if not re.fullmatch(r"[A-Z0-9]{1,12}", fonds):
        raise ReferenceCodeError(
            f"全宗号“{fonds}”不合规", f"fonds number {fonds!r} is not well formed"
        )
    parts = {"fonds": fonds}
    pieces = middle.split(INTERPUNCT)
    if pieces[0] in CLASS_CODES:
        parts["record_class"] = pieces[0]
        _read_pieces(pieces[1:], parts)
        tail = _read_dashed(tail, parts)
        _read_numbers(tail, parts, code)
    elif middle.isdecimal():
        names = ("catalogue_no", "volume_no", "item_no", "page_no")
        _assign((middle, *tail), names, parts, code)
    else:
        raise ReferenceCodeError(
            f"类别号“{middle}”不以档案门类代码开头",
            f"class {middle!r} opens with no known class code",
        )
    return parts


def _read_pieces(pieces: list[str], parts: dict[str, str]) -> None:
    """The pieces of 类别号 after the class code, told apart by their shape and place."""
    levels = ["class2", "class3", "class4"]
    for place, piece in enumerate(pieces):
        if "retention" not in parts and re.fullmatch(_PATTERNS["retention"], piece):
            parts["retention"] = piece
        elif "year" not in parts and re.fullmatch(r"(1[6-9]|20|21)\d\d", piece):
            parts["year"] = piece
        elif ("year" in parts or "retention" in parts) and "organ" not in parts:
            parts["organ"] = _checked(piece, _PATTERNS["organ"])
        elif parts["record_class"] == "KJ" and place == len(pieces) - 1 and place > 0:
            parts["project"] = _checked(piece, _PATTERNS["project"])
        elif levels and "organ" not in parts:
            parts[levels.pop(0)] = _checked(piece, _PATTERNS["class2"])
        else:
            _checked(piece, r"(?!)")


def _checked(piece: str, pattern: str) -> str:
    if not re.fullmatch(pattern, piece):
        raise ReferenceCodeError(
            f"类别号中的“{piece}”不合规", f"{piece!r} in the class is not well formed"
        )
    return piece


def _read_dashed(tail: list[str], parts: dict[str, str]) -> list[str]:
    """Take 期限 and 机构 of the DA/T 22-2015 style, where a hyphen joins them."""
    if tail and "retention" not in parts and re.fullmatch(_PATTERNS["retention"], tail[0]):
        parts["retention"], tail = tail[0], tail[1:]
        if len(tail) > 1 and not tail[0].isdecimal():
            parts["organ"], tail = _checked(tail[0], _PATTERNS["organ"]), tail[1:]
    return tail


def _read_numbers(tail: list[str], parts: dict[str, str], code: str) -> None:
    technical = parts["record_class"] == "KJ"
    if len(tail) == 1 and not technical:
        names: tuple[str, ...] = ("item_no",)
    elif technical and len(tail) == 2:
        names = ("volume_no", "page_no")
    else:
        names = ("volume_no", "item_no", "page_no")
    _assign(tuple(tail), names, parts, code)


def _assign(
    numbers: tuple[str, ...], names: tuple[str, ...], parts: dict[str, str], code: str
) -> None:
    if not 0 < len(numbers) <= len(names) or not all(
        n.isascii() and n.isdecimal() and len(n) <= 8 for n in numbers
    ):
        raise ReferenceCodeError(
            f"档号“{code}”的末尾应是案卷号、件号等数字",
            f"reference code {code!r} must end in numbers",
        )
    parts.update(zip(names, numbers, strict=False))


@dataclass(frozen=True)
class SequenceReport:
    """What is wrong with the numbers of one scope; ``gaps`` are (first, last) missing."""

    count: int
    first: int
    last: int
    gaps: tuple[tuple[int, int], ...]
    duplicates: Mapping[int, int]  # number → how often

    @property
    def missing(self) -> int:
        """How many numbers are missing."""
        return sum(last - first + 1 for first, last in self.gaps)

    @property
    def continuous(self) -> bool:
        """Starts where it should, no gap, no duplicate."""
        return not self.gaps and not self.duplicates


def sequence_report(numbers: Iterable[int], start: int = 1) -> SequenceReport:
    """Gaps and duplicates of running numbers that should begin at ``start`` (never renumbered)."""
    counted = Counter(numbers)
    expected, gaps = start, []
    for number in sorted(counted):
        if number > expected:
            gaps.append((expected, number - 1))
        expected = max(expected, number + 1)
    return SequenceReport(
        count=sum(counted.values()),
        first=min(counted, default=0),
        last=max(counted, default=0),
        gaps=tuple(gaps),
        duplicates={n: c for n, c in sorted(counted.items()) if c > 1},
    )


def sequences(codes: Iterable[ReferenceCode]) -> dict[str, SequenceReport]:
    """The report of each scope among the codes, by scope."""
    by_scope: dict[str, list[int]] = {}
    for code in codes:
        by_scope.setdefault(code.scope, []).append(code.number)
    return {scope: sequence_report(numbers) for scope, numbers in sorted(by_scope.items())}
