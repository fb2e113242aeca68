import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantai.core.search.port import QueryRefused
from lantai.core.search.query import (
    And,
    Everything,
    Not,
    Or,
    Term,
    Wildcard,
    Years,
    parse_query,
)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", Everything()),
        ("*", Everything()),
        ("檔案", Term("档案")),
        ("档案 开放", And((Term("档案"), Term("开放")))),
        ("档案 与 开放", And((Term("档案"), Term("开放")))),
        ("“档案 开放”", Term("档案开放", phrase=True)),
        ("「档案」规定", And((Term("档案", phrase=True), Term("规定")))),
        ("关于“十二五”规划", Term('关于"十二五"规划')),
        ("a 档案 或 公开", And((Term("a"), Or((Term("档案"), Term("公开")))))),
        ("档案 -密码", And((Term("档案"), Not(Term("密码"))))),
        ("档案 非 密码", And((Term("档案"), Not(Term("密码"))))),
        ("档案 NOT -密码", And((Term("档案"), Term("密码")))),
        ("题名：档案", Term("档案", "title")),
        ('creator:"张 三"', Term("张三", "creator", True)),
        ("文号:国档发〔2012〕7号", Term("国档发(2012)7号", "doc_no")),
        ("档号:Z109-WS·2011*", Wildcard("z109-ws·2011*")),
        ("Z109-WS·2011*", Or((Wildcard("z109-ws·2011*"), Term("z109-ws·2011")))),
        ("1950..1960", Years(1950, 1960)),
        ("1950..", Years(1950, None)),
        ("年度:1955年", Years(1955, 1955)),
    ],
)
def test_a_question_is_read_into_its_tree(text, tree):
    assert parse_query(text).root == tree


@pytest.mark.parametrize(
    "text", ["或", "非", "OR", "-", "not", "a 或", "或 a", '"', "题名:", "..", "|"]
)
def test_operators_with_nothing_to_work_on_are_words(text):
    assert parse_query(text).terms() or parse_query(text).root == Everything()


def test_an_unclosed_quotation_mark_is_told_and_forgiven():
    parsed = parse_query('"档案 开放')
    assert parsed.root == And((Term("档案"), Term("开放")))
    assert "引号" in parsed.notes[0][0]


def test_an_unknown_field_is_text():
    assert parse_query("会议:纪要").root == Term("会议:纪要")


def test_only_a_question_without_operators_is_plain():
    assert parse_query("国务院令 第216号").plain == "国务院令第216号"
    assert parse_query("题名:档案").plain == ""
    assert parse_query("档案 -a").plain == ""


def test_size_is_refused_in_both_languages():
    with pytest.raises(QueryRefused) as long:
        parse_query("档" * 1001)
    assert "过长" in long.value.message_zh
    assert "1000" in long.value.message_en
    with pytest.raises(QueryRefused):
        parse_query(" ".join(f"词{n}" for n in range(65)))


@given(st.text(max_size=60) | st.text(alphabet='"-“”()*?:或非 OR|题名.1950', max_size=40))
def test_no_text_breaks_the_reader(text):
    parse_query(text)
