"""Examining 测试: a paper drawn from a question bank, and what the answers to it are worth.

Questions are the lines of a register (question, kind, options, answer, topic). A paper is drawn by
a seed, so that it can be drawn again and compared; right answers never leave the server.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

KINDS = ("single", "multiple", "judge")  # a short answer is judged by people, not here
LETTERS = "ABCDEFGHIJ"
_LEAD = re.compile(r"^[A-Ja-j][.、．:：)）\s]\s*")
_RIGHT = {"对", "正确", "是", "√", "t", "true", "yes", "right"}
_WRONG = {"错", "错误", "否", "×", "f", "false", "no", "wrong"}


@dataclass(frozen=True)
class Question:
    """One question that can be scored: ``right`` are the letters of its right choices."""

    id: str
    text: str
    kind: str
    choices: tuple[str, ...]
    right: tuple[str, ...]
    topic: str = ""


@dataclass(frozen=True)
class Marked:
    """What an answer sheet is worth: out of 100, and how many right of how many by topic."""

    score: float
    right: int
    asked: int
    topics: Mapping[str, tuple[int, int]]
    wrong: tuple[str, ...]  # ids of questions answered wrongly or not at all


def question_from(key: str, values: Mapping[str, Any]) -> Question | None:
    """The question a line of the bank holds; None when it cannot be scored by itself."""
    kind = str(values.get("kind", ""))
    if kind not in KINDS:
        return None
    text = str(values.get("question", "")).strip()
    answer = str(values.get("answer", "")).strip()
    if kind == "judge":
        word = answer.lower()
        right: tuple[str, ...] = ("A",) if word in _RIGHT else ("B",) if word in _WRONG else ()
        choices: tuple[str, ...] = ("对", "错")
    else:
        lines = [line.strip() for line in str(values.get("options", "")).splitlines()]
        choices = tuple(_LEAD.sub("", line) for line in lines if line)[: len(LETTERS)]
        right = _letters(answer, choices)
    if not text or not right or len(choices) < 2 or (kind == "single" and len(right) != 1):
        return None
    return Question(key, text, kind, choices, right, str(values.get("topic", "")))


def _letters(answer: str, choices: Sequence[str]) -> tuple[str, ...]:
    plain = re.sub(r"[\s,，、;；]", "", answer).upper()
    if plain and all(c in LETTERS[: len(choices)] for c in plain):
        return tuple(sorted(set(plain)))
    found = [LETTERS[n] for n, choice in enumerate(choices) if choice == answer]
    return tuple(found)


def draw_paper(
    bank: Iterable[Question], wanted: Mapping[str, int], seed: str
) -> tuple[Question, ...]:
    """So many of each kind, chosen and ordered by the seed; `ValueError` when there are too few."""
    paper: list[Question] = []
    ordered = sorted(bank, key=lambda q: _rank(seed, q.id))
    for kind in KINDS:
        number = int(wanted.get(kind, 0))
        found = [q for q in ordered if q.kind == kind][:number]
        if len(found) < number:
            raise ValueError(f"{kind}: {len(found)} of {number}")
        paper += found
    return tuple(paper)


def _rank(seed: str, key: str) -> bytes:
    return hmac.new(seed.encode(), key.encode(), hashlib.sha256).digest()


def marked(paper: Sequence[Question], answers: Mapping[str, Sequence[str]]) -> Marked:
    """A question counts when exactly its right choices were made, nothing otherwise."""
    topics: dict[str, list[int]] = {}
    wrong = []
    for question in paper:
        tally = topics.setdefault(question.topic, [0, 0])
        tally[1] += 1
        given = tuple(sorted({str(a).upper() for a in answers.get(question.id, ())}))
        if given == question.right:
            tally[0] += 1
        else:
            wrong.append(question.id)
    right = len(paper) - len(wrong)
    score = round(100 * right / len(paper), 1) if paper else 0.0
    return Marked(score, right, len(paper), {k: (a, b) for k, (a, b) in topics.items()},
                  tuple(wrong))  # fmt: skip
