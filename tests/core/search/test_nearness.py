import pytest

from lantai.core.search.nearness import nearly_contains


@pytest.mark.parametrize(
    ("needle", "text"),
    [
        ("中华人民共合国", "在中华人民共和国"),
        ("档桉法", "中华人民共和国档案法"),
        ("铁陆交通", "铁路交通"),
        ("管里规定", "管理规定"),
        ("档案法实施", "档案实施"),
        ("档案实施办法", "档案法实施办法"),
    ],
)
def test_one_wrong_missing_or_extra_character_is_forgiven(needle, text):
    assert nearly_contains(needle, text)


@pytest.mark.parametrize(
    ("needle", "text"), [("档桉发", "档案法"), ("ab", "ab"), ("abcdef", "fedcba")]
)
def test_two_are_not(needle, text):
    assert not nearly_contains(needle, text)
