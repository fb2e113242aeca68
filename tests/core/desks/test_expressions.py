"""Guards say yes or no over facts, and nothing else."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantai.core.desks.expressions import ExpressionError, compile_expression, evaluate

FACTS = {"items": 3, "opened": 3, "reviewer": "甲", "first": "乙", "status": "open", "terms": ["a"]}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("opened >= items and reviewer != first", True),
        ("not (items > 2)", False),
        ("status in ['open', 'closed']", True),
        ("len(terms) + 1", 2),
        ("'yes' if items else 'no'", "yes"),
        ("contains(reviewer, '甲')", True),
        ("empty('') and not empty(terms)", True),
        ("any_of(status, 'open', 'x')", True),
        ("true and 1 < items <= 3", True),
        ("-items + 10 % 4", -1),
    ],
)
def test_what_a_guard_may_say(source, value):
    assert evaluate(source, FACTS) == value


@pytest.mark.parametrize(
    "source",
    ["", " ", "a.b", "().__class__", "__import__('os')", "open('x')", "items[0]", "lambda: 1",
     "[x for x in terms]", "f'{items}'", "items := 2", "9**9", "1 << 9", "items if",
     "len(*terms)", "len(x=1)", "__name__", "{'a': 1}", "1e400", "99999999999999999999", "b'x'", "...",
     "not " * 100 + "1", "1+" * 400 + "1", "x" * 2000, "\x00"],
)  # fmt: skip
def test_what_a_guard_may_not_say(source):
    with pytest.raises(ExpressionError) as refused:
        compile_expression(source)
    assert refused.value.message_zh and refused.value.message_en


@pytest.mark.parametrize("source", ["nothing == 1", "1 / 0", "items < 'a'", "'%d' % 1",
                                    "len(1)", "terms * 99999", "'a' * 9", "1 in 2", "min()"])  # fmt: skip
def test_what_cannot_be_worked_out_is_an_error_with_its_place(source):
    with pytest.raises(ExpressionError) as refused:
        evaluate(source, FACTS)
    assert refused.value.column > 0


def test_texts_do_not_grow_beyond_the_limit():
    with pytest.raises(ExpressionError):
        evaluate("t + t + t", {"t": "x" * 4000})


def test_an_object_among_the_facts_is_not_handed_out():
    with pytest.raises(ExpressionError):
        evaluate("thing", {"thing": object()})


def test_the_facts_asked_for_are_known():
    assert compile_expression("len(terms) > limit and true").names == {"terms", "limit"}


@given(st.text(max_size=60))
def test_any_text_is_worked_out_or_refused(source):
    with contextlib.suppress(ExpressionError):
        evaluate(source, FACTS)


@given(
    st.integers(-999, 999), st.integers(-999, 999), st.sampled_from(["<", "<=", "==", "!=", ">"])
)
def test_comparisons_are_those_of_numbers(a, b, sign):
    assert evaluate(f"a {sign} b", {"a": a, "b": b}) is eval(f"{a} {sign} {b}")
