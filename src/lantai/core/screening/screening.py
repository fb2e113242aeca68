"""Screening a text 预审: every hit with its place, and a suggestion that fails closed.

The suggestion is advice: a person decides. What the rules cannot judge (no text, too long a
text, nothing that speaks for opening) is suggested as controlled use, never as open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

import ahocorasick_rs

from lantai.core.screening.hit import Hit
from lantai.core.screening.recognisers import RECOGNISER
from lantai.core.screening.rule import Rule, rules
from lantai.core.text import fold

MOST_CHARACTERS = 2_000_000  # of one text; what is longer is not judged to be open
MOST_HITS = 500  # kept of one record: more say nothing new
ENOUGH_TEXT = 20  # characters of content below which nothing can be judged
LOW, HIGH = 20, 60  # bands of the risk score: low ≤ 20 < middle ≤ 60 < high
PER_RULE = 2  # how often one rule may add its weight


@dataclass(frozen=True)
class Passage:
    """A text to be screened: an element of the description, or a page of content."""

    path: str
    text: str
    page: int = 0

    @property
    def is_content(self) -> bool:
        """A page of the record's own content, not of its description."""
        return self.page > 0


@dataclass(frozen=True)
class Suggestion:
    """What the rules advise: a conclusion, how sure, and every hit.

    ``score`` 0–100 with ``band`` low, middle, high; ``confidence`` at most 0.5 where no rule
    spoke. Reasons name the rules.
    """

    conclusion: str
    ground: str
    score: int
    band: str
    confidence: float
    reason_zh: str
    reason_en: str
    hits: tuple[Hit, ...] = field(default=())

    @property
    def rule_codes(self) -> tuple[str, ...]:
        """The rules that spoke, gravest first."""
        found = sorted({(-h.weight, h.rule) for h in self.hits})
        return tuple(code for _, code in found)


def screen(passages: Iterable[Passage], *, has_unread_content: bool = False) -> Suggestion:
    """Screen all texts of one record.

    ``has_unread_content``: the record has files or pages whose text is not known, so that
    what is not seen cannot be judged (the title alone never opens a record).
    """
    hits: list[Hit] = []
    read = 0
    cut = has_unread_content
    for passage in passages:
        text = passage.text
        if len(text) > MOST_CHARACTERS:
            text, cut = text[:MOST_CHARACTERS], True
        read += len(text.strip()) if passage.is_content else 0
        if len(hits) < MOST_HITS:
            hits += find_hits(text, passage.path, passage.page)
    hits = _without_shadowed(hits)[:MOST_HITS]
    return _suggest(hits, readable=read >= ENOUGH_TEXT, cut=cut)


def find_hits(text: str, path: str, page: int = 0) -> list[Hit]:
    """Every hit of every rule in one text, in order of place."""
    folded = fold(text)
    found = [
        Hit(rule.id, rule.kind, path, page, start, end, text[start:end], confidence,
            rule.weight, rule.target, rule.label_zh, rule.label_en)
        for rule, start, end, confidence in _spans(folded, path)
    ]  # fmt: skip
    return sorted(found, key=lambda h: (h.start, h.end, h.rule))


def _spans(folded: str, path: str) -> Iterable[tuple[Rule, int, int, float]]:
    words, owners = _word_automaton()
    for index, start, end in words.find_matches_as_indexes(folded, overlapping=True):
        for rule in owners[index]:
            if not rule.titles_only or path == "title":
                yield rule, start, end, rule.confidence
    for rule in _enabled():
        if rule.recogniser != "words":
            told = tuple(fold(word) for word in rule.words)
            for start, end, confidence in RECOGNISER[rule.recogniser](folded, told):
                yield rule, start, end, confidence


@cache
def _word_automaton() -> tuple[ahocorasick_rs.AhoCorasick, list[list[Rule]]]:
    owners: dict[str, list[Rule]] = {}
    for rule in _enabled():
        if rule.recogniser == "words":
            for word in rule.words:
                owners.setdefault(fold(word), []).append(rule)
    return ahocorasick_rs.AhoCorasick(list(owners)), list(owners.values())


def _enabled() -> Sequence[Rule]:
    return [rule for rule in rules().all().values() if rule.enabled]


def forget_rules() -> None:
    """Read the rule files again (after an archives added its own)."""
    rules().forget()
    _word_automaton.cache_clear()


def _without_shadowed(hits: list[Hit]) -> list[Hit]:
    """Drop a phone or bank card that is a part of an identity number."""
    numbers = {(h.path, h.page, h.start, h.end) for h in hits if h.rule == "KZ-11"}
    return [
        h
        for h in hits
        if h.rule not in {"KZ-12", "KZ-13"}
        or not any(
            p == h.path and g == h.page and a < h.end and h.start < b for p, g, a, b in numbers
        )
    ]


def _suggest(hits: list[Hit], *, readable: bool, cut: bool) -> Suggestion:
    spoken = rules().all()
    against = [h for h in hits if h.target != "open"]
    in_favour = [h for h in hits if h.target == "open"]
    counts: dict[str, int] = {}
    for hit in hits:
        counts[hit.rule] = min(counts.get(hit.rule, 0) + 1, PER_RULE)
    raw = sum(spoken[code].weight * times for code, times in counts.items())
    score = max(0, min(100, raw))
    band = "low" if score <= LOW else "middle" if score <= HIGH else "high"
    sure = round(max((h.confidence for h in hits), default=0.5), 2)
    if against and (band != "low" or any(spoken[h.rule].ground == "G1" for h in against)):
        gravest = max(against, key=lambda h: (h.target == "delayed", h.weight, h.confidence))
        rule = spoken[gravest.rule]
        return Suggestion(rule.target, rule.ground if rule.target == "delayed" else "",
                          max(score, rule.weight), band, sure,
                          f"{rule.id}：{rule.reason_zh}", f"{rule.id}: {rule.reason_en}",
                          tuple(hits))  # fmt: skip
    if cut or not (readable or in_favour):
        return Suggestion("controlled", "", score, band, min(sure, 0.5),
                          "没有读到全文，无法判断，按控制使用建议；请打开原文审核。",
                          "The content could not be read whole: controlled use is suggested; "
                          "open the original.", tuple(hits))  # fmt: skip
    if against:
        codes = "、".join(sorted({h.rule for h in against}))
        return Suggestion("open", "", score, band, min(sure, 0.6),
                          f"仅有轻微命中（{codes}），可开放，请核对。",
                          f"Slight hits only ({codes}): may be opened, please check.",
                          tuple(hits))  # fmt: skip
    if in_favour:
        rule = spoken[max(in_favour, key=lambda h: h.confidence).rule]
        return Suggestion("open", "", score, band, sure, f"{rule.id}：{rule.reason_zh}",
                          f"{rule.id}: {rule.reason_en}", tuple(hits))  # fmt: skip
    return Suggestion("open", "", score, band, 0.5,
                      "全文未命中控制条款。", "No clause against opening was met.", ())  # fmt: skip
