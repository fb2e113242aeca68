"""The reader's question 检索式: read into a small tree that engines compile.

档案 开放      both (AND, 与, 并且)     题名:档案   title:档案   a field
"档案开放"     the very words           档号:Z109-WS·2011*      wildcard of a code
开放 OR 公开   either (或, 或者, |)     1950..1960  年度:1950..1960   years
-密码  NOT 密码  非 密码   without      日期:2019-03..2020  日期:光绪三十年   dates
(甲 或 乙) 丙   grouped                 OR binds tighter than AND

What does not fit the grammar is taken as literal text; only size is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lantai.core.search.analysis import code_key, compact
from lantai.core.search.expansion import code_otherwise, days_meant, other_words
from lantai.core.search.port import QueryRefused
from lantai.core.text import is_cjk

MAX_LENGTH = 1000  # characters
MAX_CLAUSES = 64
MAX_WILDCARDS, MAX_PATTERN = 4, 60  # signs and characters of one wildcard; more is literal

FIELDS = {
    **dict.fromkeys(("题名", "标题", "title"), "title"),
    **dict.fromkeys(("责任者", "作者", "creator", "author"), "creator"),
    **dict.fromkeys(("文号", "文件编号", "doc_no"), "doc_no"),
    **dict.fromkeys(("档号", "reference_code", "code"), "reference_code"),
    **dict.fromkeys(("全文", "fulltext"), "fulltext"),
    **dict.fromkeys(("著录", "正文", "text"), "text"),
    **dict.fromkeys(("全宗", "全宗号", "fonds"), "fonds"),
    **dict.fromkeys(("门类", "record_class"), "record_class"),
    **dict.fromkeys(("年度", "年", "year"), "year"),
    **dict.fromkeys(("日期", "时间", "形成日期", "成文日期", "date"), "date"),
    **dict.fromkeys(("人名", "姓名", "person", "persons"), "person"),
}
KEYWORD_FIELDS = ("fonds", "record_class")
CODE_FIELDS = ("reference_code", "doc_no")
_OR = {"or", "或", "或者", "|", "||"}
_AND = {"and", "与", "且", "并且", "而且", "以及", "&&", "&"}
_NOT = {"not", "非", "不含", "不包括", "排除"}
MAX_DEPTH = 8  # of brackets
_DASHES = "-－—–―"
_CLOSING = {"(": ")", "（": "）"}
_QUOTES = {'"': '"', "“": "”", "”": "”", "＂": "＂", "「": "」", "『": "』"}
_FIELD = re.compile(r"([A-Za-z_]+|[\u4e00-\u9fff]{1,4})[:：](?=\S)")
_YEAR = re.compile(r"\d{4}年?", re.ASCII)
_YEARS = re.compile(r"(\d{4})?(\.\.|…)(\d{4})?")


@dataclass(frozen=True, slots=True)
class Term:
    """Text to be found as a substring, compact; ``field`` "" means anywhere."""

    text: str
    field: str = ""
    phrase: bool = False


@dataclass(frozen=True, slots=True)
class Wildcard:
    """A code with * (any) and ? (one) that must match the whole field."""

    pattern: str
    field: str = "reference_code"


@dataclass(frozen=True, slots=True)
class Years:
    """A range of years, both ends included; None is open."""

    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Dates:
    """A range of days, YYYYMMDD with 00 for what is not known, both ends included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Alike:
    """A word, and below it what says the same: other names, or the days it means."""

    term: Term
    others: tuple[Term | Dates, ...]


@dataclass(frozen=True, slots=True)
class Everything:
    """All records."""


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of the parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Records that do not answer the part."""

    part: Node


Node = Term | Alike | Wildcard | Years | Dates | Everything | And | Or | Not


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """The tree, the whole question as plain text for ranking ("" when it is not plain)."""

    root: Node
    plain: str = ""
    notes: tuple[tuple[str, str], ...] = ()

    def terms(self) -> list[Term]:
        """The terms that may match (not those excluded)."""
        return list(_positive(self.root))

    @property
    def words(self) -> tuple[Term, ...]:
        """The terms of a plain question; empty when it uses any operator or field."""
        if not self.plain:
            return ()
        parts = self.root.parts if isinstance(self.root, And) else (self.root,)
        return tuple(asked for part in parts if (asked := _asked(part)))


@dataclass(frozen=True, slots=True)
class _Word:
    kind: str  # operand | or | and | not
    node: Node | None = None
    negated: bool = False
    source: str = ""


def parse_query(text: str) -> ParsedQuery:
    """Read a question. Never fails on grammar; `QueryRefused` on size."""
    if len(text) > MAX_LENGTH:
        raise QueryRefused(
            f"检索式过长（{len(text)} 字，最多 {MAX_LENGTH} 字），请缩短后重试。",
            f"The query has {len(text)} characters; at most {MAX_LENGTH} are taken. Shorten it.",
        )
    notes: list[tuple[str, str]] = []
    root = _read(text, notes, 0)
    if _size(root) > MAX_CLAUSES:
        raise QueryRefused(
            f"检索词过多（最多 {MAX_CLAUSES} 个），请减少后重试。",
            f"The query has too many terms; at most {MAX_CLAUSES} are taken.",
        )
    parts = root.parts if isinstance(root, And) else (root,)
    asked = [_asked(part) for part in parts]
    plain = ""
    if all(term and not term.field for term in asked):
        plain = compact(" ".join(term.text for term in asked if term))
    return ParsedQuery(root, plain, tuple(notes))


def _read(text: str, notes: list[tuple[str, str]], depth: int) -> Node:
    return _tree(_operators_in_place(_words(text, notes, depth)))


def _asked(node: Node) -> Term | None:
    """The word as it was asked, of a word widened or not."""
    if isinstance(node, Alike):
        return node.term
    return node if isinstance(node, Term) else None


def _size(node: Node) -> int:
    if isinstance(node, And | Or):
        return sum(_size(part) for part in node.parts)
    return _size(node.part) if isinstance(node, Not) else 1


def wildcard_regex(pattern: str) -> str:
    """A wildcard as a regular expression for the whole of a folded code."""
    return "".join({"*": ".*", "?": "."}.get(c) or re.escape(c) for c in pattern)


def _words(text: str, notes: list[tuple[str, str]], depth: int = 0) -> list[_Word]:
    words: list[_Word] = []
    place, end = 0, len(text)
    while place < end:
        if text[place].isspace():
            place += 1
            continue
        negated = False
        if _excludes(text, place):
            negated, place = True, place + 1
        if group := _group(text, place, depth):
            words.append(_Word("operand", _read(group, notes, depth + 1), negated))
            place += len(group) + 2
            continue
        field, place = _field(text, place)
        body, place, phrase = _body(text, place, notes)
        if not field and not phrase and not negated and body.lower() in _OR | _AND | _NOT:
            kind = next(
                k for k, s in (("or", _OR), ("and", _AND), ("not", _NOT)) if body.lower() in s
            )
            words.append(_Word(kind, source=body))
        elif node := _operand(body, field, phrase, notes):
            words.append(_Word("operand", node, negated))
    return words


def _excludes(text: str, place: int) -> bool:
    """A dash before a word; two dashes are the title's own, and lead to its other half."""
    after = text[place + 1 : place + 2]
    return text[place] in "-－" and bool(after) and not after.isspace() and after not in _DASHES


def _group(text: str, place: int, depth: int) -> str:
    """What stands in brackets of their own and uses an operator or a blank; "" is literal text."""
    closing = _CLOSING.get(text[place]) if place < len(text) else None
    if closing is None or depth >= MAX_DEPTH:
        return ""
    opened = 0
    for end in range(place, len(text)):
        opened += (text[end] == text[place]) - (text[end] == closing)
        if not opened:
            inside = text[place + 1 : end]
            after = text[end + 1 : end + 2]
            return inside if len(inside.split()) > 1 and (not after or after.isspace()) else ""
    return ""


def _field(text: str, place: int) -> tuple[str, int]:
    found = _FIELD.match(text, place)
    if found and found[1].lower() in FIELDS:
        return FIELDS[found[1].lower()], found.end()
    return "", place


def _body(text: str, place: int, notes: list[tuple[str, str]]) -> tuple[str, int, bool]:
    """The operand at ``place``: quoted, or up to the next blank."""
    closing = _QUOTES.get(text[place]) if place < len(text) else None
    if closing:
        end = text.find(closing, place + 1)
        if end > 0:
            return text[place + 1 : end], end + 1, True
        notes.append(
            (
                "引号不成对，已按普通文字检索。",
                "A quotation mark is not closed; read as plain text.",
            )
        )
        place += 1
    found = re.compile(r"\S*").match(text, place)
    assert found
    return found[0], found.end(), False


def _operand(body: str, field: str, phrase: bool, notes: list[tuple[str, str]]) -> Node | None:
    if not phrase and field in ("", "date", "year") and (days := _days(body, field)):
        return days
    if field == "date":
        field = ""
    if field == "person":
        return Or((Term(compact(body), "creator"), Term(compact(body), "text")))
    years = _YEARS.fullmatch(body)
    if not phrase and field in ("", "year") and years and (years[1] or years[3]):
        return Years(int(years[1]) if years[1] else None, int(years[3]) if years[3] else None)
    if field == "year":
        digits = compact(body).removesuffix("年")
        if re.fullmatch(r"\d{4}", digits, re.ASCII):
            return Years(int(digits), int(digits))
        field = ""
    if not phrase and (node := _wildcard(body, field)):
        return node
    text = compact(body)
    if not text:
        return None
    return _widened(Term(text, field, phrase), notes)


def _days(body: str, field: str) -> Dates | None:
    """A range of dates ``2019-03..2020``, or one date of the field; None for mere years."""
    if _YEARS.fullmatch(body):
        return None
    first, mark, last = body.replace("…", "..").partition("..")
    if mark:
        low = days_meant(first, always=True) if first else (10000, 0)
        high = days_meant(last, always=True) if last else (0, 99999999)
        return Dates(low[0], high[1]) if low and high else None
    found = days_meant(body, always=True) if field and not _YEAR.fullmatch(compact(body)) else None
    return Dates(*found) if found else None


def _widened(term: Term, notes: list[tuple[str, str]]) -> Node:
    if term.phrase or term.field not in ("", "title", "creator", "text", "reference_code"):
        return term
    words = other_words(term.text) if term.field != "reference_code" else []
    if term.field in ("", "reference_code") and (code := code_otherwise(term.text)):
        words.append(code)
    others: list[Term | Dates] = [Term(word, term.field) for word in words]
    if others:
        named = "、".join(other.text for other in others if isinstance(other, Term))
        notes.append((f"也按“{named}”检索（加引号则不）。", f"Also searched for: {named}."))
    if not term.field and (days := days_meant(term.text)):
        others.append(Dates(*days))
        notes.append(("也按所指日期检索（加引号则不）。", "Also searched by the date meant."))
    return Alike(term, tuple(others)) if others else term


def _wildcard(body: str, field: str) -> Node | None:
    key = code_key(body)
    if key == "*":
        return Everything()
    fits = len(key) <= MAX_PATTERN and key.count("*") + key.count("?") <= MAX_WILDCARDS
    if field in CODE_FIELDS and fits and ("*" in key or "?" in body):
        other = code_otherwise(key)
        return Or((Wildcard(key, field), Wildcard(other, field))) if other else Wildcard(key, field)
    if field or "*" not in key or not fits:
        return None
    pieces = tuple(Term(piece) for piece in key.split("*") if piece)
    if not pieces:
        return Everything()
    if len(pieces) == 1 and any(map(is_cjk, key)):
        return pieces[0]  # a title's own asterisk, or a word begun: found as any other
    literal = And(pieces) if len(pieces) > 1 else pieces[0]
    other = code_otherwise(key)
    return Or((Wildcard(key), *((Wildcard(other),) if other else ()), literal))


def _operators_in_place(words: list[_Word]) -> list[_Word]:
    """Operators with nothing to work on become literal words; NOT is folded into its operand."""
    out: list[_Word] = []
    negate = False
    for index, word in enumerate(words):
        following = words[index + 1] if index + 1 < len(words) else None
        if word.kind == "operand":
            out.append(_Word("operand", word.node, word.negated != negate))
            negate = False
        elif word.kind == "not" and following and following.kind == "operand":
            negate = True
        elif (
            word.kind in ("and", "or")
            and out
            and out[-1].kind == "operand"
            and following
            and following.kind != word.kind
        ):
            out.append(word)
        elif text := compact(word.source):
            out.append(_Word("operand", Term(text)))
    return [word for word in out if word.kind != "and"]


def _tree(words: list[_Word]) -> Node:
    groups: list[list[Node]] = []
    joined = False
    for word in words:
        if word.kind == "or":
            joined = True
            continue
        assert word.node is not None
        node: Node = Not(word.node) if word.negated else word.node
        if joined and groups:
            groups[-1].append(node)
        else:
            groups.append([node])
        joined = False
    parts: list[Node] = [group[0] if len(group) == 1 else Or(tuple(group)) for group in groups]
    unique = tuple(dict.fromkeys(parts))
    if not unique:
        return Everything()
    return unique[0] if len(unique) == 1 else And(unique)


def _positive(node: Node) -> list[Term]:
    if isinstance(node, Term):
        return [node]
    if isinstance(node, Alike):
        return [node.term, *(other for other in node.others if isinstance(other, Term))]
    if isinstance(node, And | Or):
        return [term for part in node.parts for term in _positive(part)]
    return []
