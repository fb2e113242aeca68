"""Folding keeps every place and joins the forms people write differently."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantai.core.text import bigrams, fold, is_cjk, strip_controls, to_simplified


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("中華民國檔案", "中华民国档案"),
        ("爲人民服務", "为人民服务"),
        ("為人民服務", "为人民服务"),
        ("農曆", "农历"),
        ("經歷", "经历"),
        ("戸籍", "户籍"),
        ("戶籍", "户籍"),
        ("裏面", "里面"),
        ("裡面", "里面"),
        ("ＡＢｃ－１２", "abc-12"),
        ("民發〔2004〕12號", "民发［2004］12号"),
        ("二○○四年", "二〇〇四年"),
        ("甚麼", "甚么"),
        ("A439-WS・2015", "a439-ws·2015"),
        ("憑藉", "凭借"),
    ],
)
def test_forms_written_differently_fold_to_the_same(one, other):
    assert fold(one) == fold(other)


def test_names_are_not_changed_by_phrases():
    assert fold("沈思秀") == "沈思秀"
    assert fold("著作") == "著作"


@given(st.text())
def test_fold_keeps_length_and_is_settled(text):
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded


@given(st.text(alphabet=st.characters(min_codepoint=0x2E80, max_codepoint=0x323AF)))
def test_fold_of_chinese_is_settled_and_agrees_with_simplifying_first(text):
    assert fold(fold(text)) == fold(text)
    assert fold(to_simplified(text)) == fold(text)
    assert len(to_simplified(text)) == len(text)


def test_every_character_folds_to_one():
    everything = "".join(chr(c) for c in range(0x110000) if unicodedata.category(chr(c)) != "Cn")
    folded = fold(everything)
    assert len(folded) == len(everything)
    assert fold(folded) == folded


def test_bigrams_overlap():
    assert bigrams("婚姻登记") == ["婚姻", "姻登", "登记"]
    assert bigrams("婚") == ["婚"]
    assert bigrams("") == []


def test_simplifying_leaves_brackets_and_qianlong():
    assert to_simplified("乾隆〔檔〕") == "乾隆〔档〕"


def test_controls_and_direction_marks_go():
    assert strip_controls("a\u202eb\u200b\x00c\n") == "abc\n"
    assert strip_controls("\ud800x") == "x"


def test_han_is_told_from_the_rest():
    assert is_cjk("档") and is_cjk("〇") and is_cjk("𠮷")
    assert not is_cjk("a") and not is_cjk("，")
