"""A paper is drawn as the seed says, and an answer sheet is worth what its answers are."""

from __future__ import annotations

import pytest

from lantai.core.examining import Question, draw_paper, marked, question_from

BANK = [
    question_from(str(n), {
        "question": f"第{n}题", "kind": ("single", "multiple", "judge")[n % 3],
        "options": "A. 甲\nB、乙\nC 丙", "answer": ("B", "A、C", "对")[n % 3], "topic": "law",
    })
    for n in range(30)
]  # fmt: skip


def test_questions_are_read_as_people_write_them():
    assert [q.right for q in BANK[:3]] == [("B",), ("A", "C"), ("A",)]
    assert BANK[0].choices == ("甲", "乙", "丙") and BANK[2].choices == ("对", "错")
    by_words = {"question": "问", "kind": "single", "options": "甲\n乙", "answer": "乙"}
    assert question_from("1", by_words).right == ("B",)
    for spoiled in (
        {**by_words, "answer": "丁"}, {**by_words, "kind": "short"}, {**by_words, "options": "甲"},
        {**by_words, "answer": "AB"}, {**by_words, "question": " "},
    ):  # fmt: skip
        assert question_from("1", spoiled) is None


def test_the_same_seed_draws_the_same_paper_and_another_seed_another():
    wanted = {"single": 5, "multiple": 3, "judge": 2}
    paper = draw_paper(BANK, wanted, "s1")
    assert paper == draw_paper(reversed(BANK), wanted, "s1") != draw_paper(BANK, wanted, "s2")
    assert [q.kind for q in paper] == ["single"] * 5 + ["multiple"] * 3 + ["judge"] * 2
    assert len({q.id for q in paper}) == 10
    with pytest.raises(ValueError, match="judge: 10 of 11"):
        draw_paper(BANK, {"judge": 11}, "s1")


def test_only_exactly_the_right_choices_count():
    paper = [Question("1", "", "multiple", ("甲", "乙", "丙"), ("A", "C"), "law"),
             Question("2", "", "single", ("甲", "乙"), ("B",), "filing"),
             Question("3", "", "judge", ("对", "错"), ("A",), "law")]  # fmt: skip
    result = marked(paper, {"1": ["c", "A"], "2": ["A"], "9": ["A"]})
    assert (result.right, result.asked, result.score) == (1, 3, 33.3)
    assert result.topics == {"law": (1, 2), "filing": (0, 1)} and result.wrong == ("2", "3")
    assert marked(paper, {"1": ["A"]}).right == marked(paper, {"1": ["A", "B", "C"]}).right == 0
    assert marked([], {}).score == 0
