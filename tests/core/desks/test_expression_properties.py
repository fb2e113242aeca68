"""The expression language against a reference evaluator, and against hostile texts."""

from __future__ import annotations

import time
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantai.core.desks.expressions import ExpressionError, compile_expression, evaluate

FACTS = {"a": 3, "b": -2.5, "c": 0, "t": "卷", "e": "", "n": None, "l": [1, 2, 3.5]}


class Wrong(Exception):
    """The reference evaluator cannot work it out."""


def leaf():
    return st.one_of(
        st.integers(-50, 50).map(lambda v: ("num", v)),
        st.sampled_from([0.5, 1.25, 7.75]).map(lambda v: ("num", v)),
        st.sampled_from(["a", "b", "c"]).map(lambda v: ("fact", v)),
    )


def grow(inner):
    return st.one_of(
        st.tuples(st.sampled_from("+-*/"), inner, inner),
        st.tuples(st.just("neg"), inner),
        st.tuples(st.just("if"), st.sampled_from(["<", ">=", "=="]), inner, inner, inner, inner),
        st.tuples(st.sampled_from(["sum", "min", "max", "avg"]), inner, inner),
        st.tuples(st.just("round"), inner, st.integers(0, 3)),
        st.tuples(st.just("and"), inner, inner),
    )


def write(tree: tuple[Any, ...]) -> str:
    """The tree as an author of a definition would write it."""
    match tree:
        case ("num", value):
            return repr(value) if value >= 0 else f"({value!r})"
        case ("fact", name):
            return name
        case ("neg", x):
            return f"-({write(x)})"
        case ("if", sign, x, y, yes, no):
            return f"if({write(x)} {sign} {write(y)}, {write(yes)}, {write(no)})"
        case ("round", x, digits):
            return f"round({write(x)}, {digits})"
        case ("and", x, y):
            return f"({write(x)} > 0 and {write(y)} > 0)"
        case (("sum" | "min" | "max" | "avg") as name, x, y):
            return f"{name}({write(x)}, {write(y)})"
        case (sign, x, y):
            return f"({write(x)}) {sign} ({write(y)})"
    raise AssertionError(tree)


def reference(tree: tuple[Any, ...]) -> Any:  # noqa: C901
    """Worked out by walking the tree, with no text between."""
    match tree:
        case ("num", value):
            return value
        case ("fact", name):
            return FACTS[name]
        case ("if", sign, x, y, yes, no):
            left, right = reference(x), reference(y)
            holds = {"<": left < right, ">=": left >= right, "==": left == right}[sign]
            return reference(yes if holds else no)
        case ("and", x, y):
            return reference(x) > 0 and reference(y) > 0
        case ("round", x, digits):
            value = number(reference(x))
            made = Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
            return float(made) if digits else int(made)
        case ("neg", x):
            return -reference(x)
        case ("/", x, y):
            above, below = reference(x), reference(y)
            if not below:
                raise Wrong
            return above / below
        case (name, x, y):
            left, right = reference(x), reference(y)
            if name in ("sum", "avg"):
                number(left), number(right)
            if name == "*" and (isinstance(left, str) or isinstance(right, str)):
                raise Wrong
            return {
                "+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right,
                "sum": lambda: left + right, "avg": lambda: (left + right) / 2,
                "min": lambda: min(left, right), "max": lambda: max(left, right),
            }[name]()  # fmt: skip
    raise AssertionError(tree)


def number(value: Any) -> Any:
    if isinstance(value, bool):
        raise Wrong
    return value


@settings(max_examples=300, deadline=None)
@given(st.recursive(leaf(), grow, max_leaves=8))
def test_a_formula_gives_what_the_reference_gives(tree):
    source = write(tree)
    try:
        wanted = reference(tree)
    except Wrong:
        with pytest.raises(ExpressionError):
            evaluate(source, FACTS)
        return
    try:
        got = evaluate(source, FACTS)
    except ExpressionError:
        assert len(source) > 900 or abs(wanted) > 10**12 or "/" in source or "*" in source
        return
    assert got == pytest.approx(wanted)


@settings(max_examples=200, deadline=None)
@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-300, 300))
def test_dates_go_there_and_back(day, number):
    facts = {"d": day.isoformat(), "k": number}
    assert evaluate("days(d, add_days(d, k))", facts) == number
    assert evaluate("working_days(d, add_working_days(d, abs(k)))", facts) >= 0


@settings(max_examples=200, deadline=None)
@given(st.text("ab*?", max_size=12), st.text("ab", max_size=12))
def test_a_pattern_fits_as_the_slow_way_says(pattern, text):
    def slow(p: str, t: str) -> bool:
        if not p:
            return not t
        if p[0] == "*":
            return slow(p[1:], t) or (bool(t) and slow(p, t[1:]))
        return bool(t) and p[0] in ("?", t[0]) and slow(p[1:], t[1:])

    assert evaluate("like(t, p)", {"t": text, "p": pattern}) is slow(pattern, text)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("if(c > 0, 1 / c, 0)", 0),
        ("coalesce(nowhere, n, e, 7)", 7),
        ("sum(l) + count(n, e, a)", 7.5),
        ("round(2.5) + round(0.125, 2)", 3.13),
        ("share(1, 0)", None),
        ("'if(' if a else 'x'", "if("),
        ("avg()", None),
        ("year('2026-11-22') * 100 + month('2026-11-22')", 202611),
    ],
)
def test_functions_do_what_people_expect(source, value):
    assert evaluate(source, FACTS) == value


@pytest.mark.parametrize(
    "source",
    [
        "round(1, -1000000000000)", "round(1, 99999999)", "9 * 999999999999999 * 9999",
        "10 ** 10 ** 10", "((((" * 200, "-" * 900 + "1", "not " * 240 + "a", "1 / 0", "1 % c",
        "working_days('0001-01-01', '9999-12-31')", "add_working_days('2026-01-01', 999999999)",
        "add_days('2026-01-01', 999999999999)", "t * 99999999", "'%99999999d' % 1",
        "like('a' + t, '*a*a*a*a*a*a*a*a*a*a*a*b' + " + " + ".join(["'" + "*a" * 60 + "'"] * 3) + ")",
        "l + l" + " + l" * 200, "matches(t, '(a+)+$')", "sum(" + "l," * 400 + "1)", "l * 99999999",
        "a（1）", "days('not a date', t)", "min([])", "[[[[[[[[[" * 50, "1e308 * 10", "date(t)",
    ],
)  # fmt: skip
def test_a_hostile_text_ends_in_a_clear_error_at_once(source):
    begun = time.process_time()
    with pytest.raises(ExpressionError) as refused:
        evaluate(source, FACTS)
    assert time.process_time() - begun < 0.5
    assert refused.value.message_zh and refused.value.message_en


def test_an_error_points_at_its_place():
    with pytest.raises(ExpressionError) as refused:
        compile_expression("a + b，1")
    assert "全角" in refused.value.message_zh and refused.value.column == 6
    with pytest.raises(ExpressionError) as unknown:
        evaluate("a + nothing", FACTS)
    assert unknown.value.column == 5 and "nothing" in unknown.value.message_zh
