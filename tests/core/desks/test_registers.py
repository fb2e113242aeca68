"""Register definitions: mistakes with their lines; values that survive hostile cells; adaptations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantai.core.desks.case_definition import DefinitionError
from lantai.core.desks.overlaying import adapt, differences
from lantai.core.desks.register_reading import read_register
from lantai.core.desks.register_values import (
    clean_text,
    migrate_values,
    read_entry,
    shown_value,
    written_value,
)

GOOD = """\
id = "wells"
label_zh = "古井名录"
label_en = "Old wells"
key = ["name"]
[[see]]
roles = ["archivist"]
[[write]]
roles = ["archivist"]
[[field]]
name = "name"
label_zh = "井名"
label_en = "Well"
required = true
[[field]]
name = "depth"
label_zh = "井深"
label_en = "Depth"
type = "number"
minimum = 0
maximum = 100
[[field]]
name = "dug"
label_zh = "开凿年代"
label_en = "Dug"
type = "date"
[[field]]
name = "state"
label_zh = "现状"
label_en = "State"
type = "codes"
words = [["used", "在用", "In use"], ["dry", "枯竭", "Dry"]]
"""


def mistakes(text: str) -> list[tuple[int, str]]:
    with pytest.raises(DefinitionError) as raised:
        read_register(text, "wells.toml")
    return [(m.line, m.message_zh) for m in raised.value.mistakes]


@pytest.mark.parametrize(
    ("was", "becomes", "line", "words"),
    [
        ('type = "number"', 'type = "numbr"', 18, "类型 numbr 不对"),
        ('key = ["name"]', 'key = ["nam"]', 4, "没有字段“nam”"),
        ("required = true", "requird = true", 13, "不认识的键 requird"),
        ("maximum = 100", "maximum = -1", 19, "下限大于上限"),
        ('name = "dug"', 'name = "depth"', 22, "depth 重复"),
        ('words = [["used"', 'words = [["dry"', 31, "选项代码重复"),
        ('roles = ["archivist"]\n[[field]]', "roles = []\n[[field]]", 8, "[[write]] 没有写明角色"),
        ('label_en = "Dug"', "label_en = Dug", 24, "TOML 写法有误"),
        ("required = true\n", "", 9, "关键字段 name 应为必填"),
    ],
)
def test_a_mistake_is_explained_at_its_line(was: str, becomes: str, line: int, words: str):
    found = mistakes(GOOD.replace(was, becomes, 1))
    assert any(at == line and words in text for at, text in found), found


def test_values_are_read_as_people_write_them():
    definition = read_register(GOOD, "wells.toml")
    given_values = {"name": "Ａ井", "depth": "1，200", "dug": "光绪三十年", "state": "In use、枯竭"}
    values, problems = read_entry(definition, given_values)
    assert [p.code for p in problems] == ["limit"]
    assert values == {"name": "Ａ井", "dug": "1904", "state": ["used", "dry"]}
    assert shown_value(definition.by_field["state"], values["state"]) == "在用、枯竭"
    _values, problems = read_entry(definition, {"depth": "x", "deep": "1"})
    assert [p.code for p in problems] == ["missing", "number", "unknown"]


@given(st.text(max_size=80))
def test_any_cell_is_text_or_a_problem_and_what_is_written_is_read_again(text: str):
    definition = read_register(GOOD, "wells.toml")
    values, problems = read_entry(definition, dict.fromkeys(definition.by_field, text))
    assert len(values) + len(problems) >= 1
    again, _ = read_entry(
        definition, {k: written_value(definition.by_field[k], v) for k, v in values.items()}
    )
    assert again == values
    assert not any(ord(c) < 32 and c not in "\n\t" for c in clean_text(text))


def test_an_adaptation_lies_over_the_file_and_old_entries_follow():
    definition = read_register(GOOD, "wells.toml")
    changes = {
        "top": {"renamed": {"depth": "metres"}},
        "rows": {"field": {"name": {"label_zh": "名称"}, "gone": {"label_zh": "无"}}},
        "added": {
            "field": [{"name": "metres", "label_zh": "深", "label_en": "m", "type": "number"}]
        },
    }
    data = adapt(definition.data, changes)
    adapted = read_register("", "wells.toml", data)
    assert adapted.by_field["name"].label_zh == "名称"
    assert migrate_values(adapted, {"depth": 3, "name": "甲"}) == {"metres": 3, "name": "甲"}
    places = [d.place for d in differences(definition.data, data)]
    assert "field name · label_zh" in places and "field metres" in places
    assert definition.by_field["name"].label_zh == "井名"
