"""Returns: mistakes with their lines, checks, totals against plain addition, seals."""

from __future__ import annotations

import base64
import random
import zlib

import numpy as np
import pytest

from lantai.core.desks.case_definition import DefinitionError
from lantai.core.desks.offline import OfflineRefused, OfflineTicket, build_form, read_answer, seal
from lantai.core.desks.return_checking import check_form, read_cells, work_out
from lantai.core.desks.return_definition import Goal, half_up
from lantai.core.desks.return_outlook import outlook
from lantai.core.desks.return_reading import read_return
from lantai.core.desks.return_totals import (
    change,
    nothing,
    pack,
    read_row,
    read_rows,
    roll_up,
    shown_total,
    unpack,
    write_row,
    write_rows,
)

GOOD = """\
id = "wells"
label_zh = "古井调查"
label_en = "Old wells"
respondents = ["unit"]
anomaly_ratio = 0.5
anomaly_floor = 2
[[table]]
id = "main"
label_zh = "数量"
label_en = "Numbers"
rows = [["a", "甲类", "A"], ["b", "乙类", "B"]]
columns = [["n", "数", "Number", "口"], ["m", "深", "Depth", "米"]]
type = "number"
[[indicator]]
table = "main"
code = "wells"
label_zh = "合计"
label_en = "Wells"
formula = "a_n + b_n"
[[indicator]]
table = "main"
code = "deepest"
label_zh = "最深"
label_en = "Deepest"
type = "number"
rollup = "max"
[[indicator]]
table = "main"
code = "mark"
label_zh = "平均分"
label_en = "Mark"
type = "number"
rollup = "mean"
[[check]]
id = "depth"
rule = "deepest <= max(a_m, b_m)"
message_zh = "最深的比各类都深"
message_en = "deeper than any"
[[check]]
id = "less"
rule = "wells >= last_wells"
message_zh = "比上期少"
message_en = "fewer than before"
severity = "warning"
"""


@pytest.mark.parametrize(
    ("was", "becomes", "line", "words"),
    [
        ('formula = "a_n + b_n"', 'formula = "a_n + c_n"', 19, "没有指标 c_n"),
        ('formula = "a_n + b_n"', 'formula = "a_n +"', 19, "表达式有误"),
        ('rule = "deepest', 'rule = "open(deepest', 36, "审核 depth"),
        ('rollup = "max"', 'rollup = "most"', 26, "汇总方式不对"),
        ('table = "main"\ncode = "mark"', 'table = "mian"\ncode = "mark"', 28, "表“mian”不存在"),
        ('severity = "warning"', 'severity = "hint"', 44, "severity"),
        ('respondents = ["unit"]', 'respondents = ["town"]', 4, "没有机构类型 town"),
    ],
)
def test_a_mistake_is_explained_at_its_line(was: str, becomes: str, line: int, words: str):
    with pytest.raises(DefinitionError) as raised:
        read_return(GOOD.replace(was, becomes, 1), "wells.toml")
    found = [(m.line, m.message_zh) for m in raised.value.mistakes]
    assert any(at == line and words in text for at, text in found), found


def test_a_form_is_worked_out_checked_and_compared():
    definition = read_return(GOOD, "wells.toml")
    given = {"a_n": "1,200", "b_n": 3, "a_m": 5.5, "deepest": 9, "wells": 5, "x": 1}
    read, findings = read_cells(definition, given)
    assert [f.code for f in findings] == ["unknown"]
    values = work_out(definition, read)
    assert values["wells"] == 1203
    found = {f.code: f.severity for f in check_form(definition, values, {"wells": 2000, "b_n": 2})}
    assert found == {"depth": "error", "less": "warning"}
    assert not check_form(definition, {}, None)
    leap = check_form(definition, {**values, "deepest": 5}, {"a_n": 10})
    assert [f.code for f in leap] == ["change:a_n"]
    assert [half_up(2.5), half_up(-2.5), half_up(1.005, 2)] == [3, -3, 1.01]


def test_totals_are_what_plain_addition_gives_and_a_change_keeps_them_so():
    definition = read_return(GOOD, "wells.toml")
    dice = random.Random(7)
    parents: dict[int, int | None] = {1: None, 2: 1, 3: 1}
    parents |= {n: dice.choice([2, 3]) for n in range(4, 12)}
    bodies = {n: dice.choice(range(4, 12)) for n in range(100, 160)}
    parents |= bodies
    forms = {
        n: {"a_n": dice.randrange(100), "deepest": dice.random(), "mark": dice.randrange(10)}
        for n in bodies
    }
    packed = {n: pack(definition, values) for n, values in forms.items()}
    assert unpack(definition, packed[100]) == forms[100]
    totals = roll_up(definition, list(packed.items()), parents)

    def inside(node: int) -> list[dict[str, float]]:
        found = []
        for body, values in forms.items():
            here: int | None = body
            while here is not None and here != node:
                here = parents[here]
            if here == node:
                found.append(values)
        return found

    for node in (1, 2, 5, 100):
        mine = inside(node)
        shown = shown_total(definition, totals[node])
        assert shown.get("a_n", 0) == sum(v["a_n"] for v in mine)
        assert shown.get("deepest", 0) == pytest.approx(
            max((v["deepest"] for v in mine), default=0), abs=1e-4
        )
        mean = sum(v["mark"] for v in mine) / len(mine)
        assert shown["mark"] == pytest.approx(mean, abs=1e-4)
        assert totals[node].forms == len(mine)
    size = len(definition.numbers)
    row = read_row(packed[100], size)
    there_and_back = change(change(nothing(definition), None, row), row, None)
    assert np.array_equal(there_and_back.figures, nothing(definition).figures)
    assert there_and_back.forms == 0


def test_figures_are_read_as_they_were_written_whole_broken_empty_and_of_the_first_forms():
    nan = np.nan
    rows = np.array([
        [0, 1, -7, 2**31 - 1, nan], [nan] * 5, [0.5, 1e15, -2.25, nan, 3], [2**31, 1, 2, 3, 4],
        [-(2**31), 0, 0, 0, 0],
    ])  # fmt: skip
    texts = write_rows(rows)
    assert [text[0] for text in texts] == ["#", "#", "~", "~", "~"]
    assert np.array_equal(read_rows(texts, 5), rows, equal_nan=True)
    for row, text in zip(rows, texts, strict=True):
        assert write_row(row) == text and np.array_equal(read_row(text, 5), row, equal_nan=True)
    first = base64.b64encode(zlib.compress(rows[2].astype("<f8").tobytes(), 1)).decode()
    assert np.array_equal(read_row(first, 5), rows[2], equal_nan=True)
    assert np.array_equal(read_rows(["", texts[0]], 6)[:, 5], [nan, nan], equal_nan=True)


def test_the_offline_form_is_one_file_and_its_seal_covers_every_value():
    definition = read_return(GOOD, "wells.toml")
    ticket = OfflineTicket("R-1", "MZ", "</script>局", "古井", "2025", "", "ab" * 32)
    page = build_form(definition, ticket, {"a_n": 1})
    assert page.count("</script>") == 2 and "@DATA@" not in page
    document = {
        "round": "R-1",
        "body": "MZ",
        "definition": "wells",
        "cells": {"a_n": "1", "b_n": "2"},
    }
    sealed = seal(document, ticket.key)
    for key, other in (
        ("round", "R-2"),
        ("cells", {"a_n": "1"}),
        ("note", "x"),
        ("filled_by", "y"),
    ):
        assert seal({**document, key: other}, ticket.key) != sealed
    assert seal(document, "cd" * 32) != sealed
    for text, code in (
        (b"x", "not-json"),
        (b"[]", "not-a-return"),
        (b"0" * 6_000_000, "too-large"),
        (b'{"kind": "lantai-return", "format": 1, "round": "R", "cells": {}}', "shape"),
    ):
        with pytest.raises(OfflineRefused) as raised:
            read_answer(text)
        assert raised.value.code == code


def test_a_goal_is_reached_at_the_pace_of_the_last_years_or_never():
    goal = Goal("g", "n", "翻两番", "fourfold", times=4, years=10)
    points = [(2020 + n, 100.0 + 20 * n) for n in range(6)]
    seen = outlook(goal, points, {})
    assert seen is not None and (seen.target, seen.due, seen.pace) == (400, 2030, 20)
    assert seen.reached == 2035 and seen.years[-1] == 2035
    assert seen.needed[5] == 250 and seen.needed[10] == seen.needed[-1] == 400
    assert seen.expected[:5] == (None,) * 5 and seen.expected[-1] == 400
    assert outlook(goal, [(2020, 100), (2021, 90)], {}).reached is None
    assert outlook(goal, [(2020, 100), (2021, 101)], {}).reached is None  # beyond thirty years
    assert outlook(goal, [(2020, 100), (2021, 450), (2022, 460)], {}).reached == 2021
    own = Goal("o", "n", "自报", "own", by="target")
    assert outlook(own, points, {"target": 220}).reached == 2026
    assert outlook(own, points, {}) is None and outlook(goal, points[:1], {}) is None


def test_a_goal_of_no_indicator_is_a_mistake_with_its_line():
    text = (
        GOOD
        + '[[goal]]\nid = "g"\nindicator = "nothing"\nlabel_zh = "甲"\nlabel_en = "A"\ntimes = 2\n'
    )
    with pytest.raises(DefinitionError) as found:
        read_return(text, "wells.toml")
    assert [m.line for m in found.value.mistakes] == [text[: text.index("nothing")].count("\n") + 1]
