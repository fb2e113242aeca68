"""Screening finds private and sensitive content at its place, and fails closed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantai.cli.main import main
from lantai.core.registry import DataShelf
from lantai.core.screening.recognisers import bank_cards, id_numbers, phones
from lantai.core.screening.rule import FOLDER, RuleWrong, _load, rules
from lantai.core.screening.screening import Passage, find_hits, screen

GOOD_ID = "11010519491231002X"  # the example of GB 11643-1999 itself
PLAIN = "清河、东山、文昌各乡人民委员会：同意在清水河上游筑坝一座，下游疏浚十八里，工期三月至六月。"


def test_an_identity_number_is_found_with_its_place_and_check_digit():
    text = f"当事人身份证号码{GOOD_ID}，住城关镇。"
    hit = next(h for h in find_hits(text, "正文.txt", 3) if h.rule == "KZ-11")
    assert text[hit.start : hit.end] == GOOD_ID == hit.text
    assert (hit.page, hit.path) == (3, "正文.txt")
    assert hit.confidence > 0.9


def test_a_wrong_check_digit_is_less_sure_and_a_wrong_date_is_none():
    assert [c for *_, c in id_numbers("110105194912310021")] == [0.5]
    assert list(id_numbers("11010519491331002x")) == []
    assert list(id_numbers("991005194912310021")) == []
    assert len(list(id_numbers("110105491231002"))) == 1


def test_full_width_and_traditional_writing_is_found_at_the_same_place():
    text = "身份證號：１１０１０５１９４９１２３１００２Ｘ，受行政處分決定"
    hits = find_hits(text, "t")
    assert {"KZ-11", "KZ-07"} <= {h.rule for h in hits}
    assert all(text[h.start : h.end] == h.text for h in hits)


def test_a_bank_card_must_satisfy_luhn():
    assert len(list(bank_cards("卡号4539 1488 0343 6467"))) == 1
    assert list(bank_cards("卡号4539 1488 0343 6468")) == []


def test_a_phone_is_found_and_a_long_number_is_not_one():
    assert len(list(phones("电话13812345678"))) == 1
    assert len(list(phones("电话：0571-8765432"))) == 1
    assert list(phones("件号138123456789012")) == []


def test_a_name_beside_a_telling_word_is_found():
    hit = next(
        h for h in find_hits("患者：王桂兰，病历号 204，住院三日。", "p", 1) if h.rule == "KZ-14"
    )
    assert hit.text == "王桂兰"
    assert not [h for h in find_hits("县长：王桂兰到会讲话。", "p", 1) if h.rule == "KZ-14"]


def test_plain_content_with_an_opening_clause_is_suggested_open():
    result = screen([Passage("title", "关于兴修清水河水利工程的批复"), Passage("正文", PLAIN, 1)])
    assert result.conclusion == "open"
    assert "KF-02" in result.rule_codes


def test_the_title_alone_never_opens_a_record_that_has_content():
    result = screen([Passage("title", "关于兴修清水河水利工程的批复")], has_unread_content=True)
    assert result.conclusion == "controlled"
    assert result.confidence <= 0.5


def test_a_catalogue_record_no_rule_speaks_of_is_not_opened():
    assert screen([Passage("title", "来信一件")]).conclusion == "controlled"


def test_a_secrecy_mark_means_delay_on_ground_one():
    result = screen([Passage("正文", f"机密★20年\n{PLAIN}", 1)])
    assert (result.conclusion, result.ground) == ("delayed", "G1")


def test_personal_data_means_controlled_use_with_the_rule_named():
    result = screen([Passage("正文", f"{PLAIN}张三，身份证{GOOD_ID}", 1)])
    assert result.conclusion == "controlled"
    assert "KZ-11" in result.reason_zh


@given(st.text(max_size=300))
def test_every_hit_lies_in_the_text_and_nothing_crashes(text):
    for hit in find_hits(text, "x", 1):
        assert 0 <= hit.start < hit.end <= len(text)
        assert text[hit.start : hit.end] == hit.text


def test_every_rule_names_its_source_and_both_languages():
    for rule in rules().all().values():
        assert rule.source and rule.label_en and rule.reason_en
        assert rule.id.startswith("KF-" if rule.target == "open" else "KZ-")
        assert (rule.weight < 0) == (rule.target == "open")


def test_a_wrong_rule_file_is_refused_by_name(tmp_path):
    source = (FOLDER / "kz-08.toml").read_text()
    (tmp_path / "bad.toml").write_text(source.replace('target = "controlled"', 'target = "hide"'))
    with pytest.raises(RuleWrong, match=r"bad\.toml"):
        DataShelf(_load, tmp_path).all()


def test_the_command_prints_one_document_and_its_verdict_as_exit(tmp_path, capsys):
    path = tmp_path / "病历.txt"
    path.write_text(f"患者：李秀英，病历号 12，身份证{GOOD_ID}\n", encoding="utf-8")
    assert main(["screen", str(path), "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["suggestion"] == "controlled"
    assert {"rule", "class", "path", "start", "end", "text", "confidence"} <= set(
        answer["rules"][0]
    )
    assert main(["screen", str(tmp_path / "no-such"), "--json"]) == 2
