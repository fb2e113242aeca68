"""Evaluations: every mistake of a definition with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from lantai.core.desks.case_definition import DefinitionError
from lantai.core.desks.evaluation_definition import read_evaluation

GOOD = """id = "wells"
label_zh = "古井档案评价"
label_en = "Wells assessed"
mode = "points"

[[indicator]]
id = "1"
label_zh = "制度"
label_en = "Rules"
maximum = 40

[[indicator]]
id = "2"
label_zh = "库房"
label_en = "Stacks"
maximum = 60
formula = "maximum * 0.5"

[[grade]]
id = "good"
label_zh = "好"
label_en = "Good"
when = "score >= 80"
"""


def test_a_sound_definition_is_read():
    made = read_evaluation(Path("wells.toml"), GOOD)
    assert [entry.maximum for entry in made.leaves] == [40, 60]


@pytest.mark.parametrize(
    ("was", "becomes", "line", "words"),
    [
        ('mode = "points"', 'mode = "stars"', 4, "mode 只能是"),
        ('id = "2"', 'id = "1"', 13, "重复"),
        ('id = "2"', 'id = "3.1"', 13, "上级 3"),
        ("maximum = 60", "maximum = 0", 16, "没有满分"),
        ("maximum * 0.5", "maximum * (", 17, "公式有误"),
        ("score >= 80", "mark >= 80", 23, "没有 mark"),
        ('label_en = "Stacks"\n', "", 12, "缺少中英文名称"),
        ("formula =", "formel =", 17, "formel"),
        ("maximum = 40", "maximum = ", 10, ""),
    ],
)
def test_a_mistake_is_explained_at_its_line(was: str, becomes: str, line: int, words: str):
    with pytest.raises(DefinitionError) as raised:
        read_evaluation(Path("wells.toml"), GOOD.replace(was, becomes, 1))
    found = [(m.line, m.message_zh) for m in raised.value.mistakes]
    assert any(at == line and words in text for at, text in found), found
