"""Likely duplicates: what is one is found, versions and series are left apart."""

from lantai.core.duplicates import Comparison, Described, likely_pairs


def kinds(*rows):
    found = likely_pairs(Described(n, *row) for n, row in enumerate(rows))
    return {(pair.first, pair.second): pair.kind for pair in found}


def test_the_same_entered_twice_is_found_in_three_kinds():
    assert kinds(
        ("关于进一步加强领导切实做好全县春耕生产的通知", "县发〔1958〕3号", "1958-03-02"),
        ("关于进一步加强领导切实做好全县春耕生产的通知", "县发〔1958〕3号", "1958-03-02"),
        ("關於進一步加強領導切實做好全縣“春耕”生產的通知", "县发(1958)3号", "1958-03"),
        ("关于进一步加强领导切实做好全县春耕生产的紧急通知", "", "1958-03-02"),
    ) == {(0, 1): "exact", (0, 2): "normalised", (1, 2): "normalised", (0, 3): "near"}


def test_versions_and_series_are_not_one():
    assert not kinds(
        ("档案法", "主席令第58号", "1987-09-05"),
        ("档案法", "主席令第71号", "1996-07-05"),
        ("关于下达第一批基本建设计划的通知", "", ""),
        ("关于下达第二批基本建设计划的通知", "", ""),
        ("结婚登记申请书存根", "", "", "王甲"),
        ("结婚登记申请书存根", "", "", "李乙"),
        ("年报", "", ""),
        ("月报", "", ""),
    )


def test_a_title_alone_is_a_kind_of_its_own():
    assert kinds(("年度工作总结", "", ""), ("年度工作总结", "", "1958")) == {(0, 1): "title"}


def test_a_reading_goes_on_where_it_was_and_finds_the_same(tmp_path):
    rows = [Described(n, f"关于第{n % 7}号堤防岁修工程的批复", "", "1958") for n in range(1, 40)]
    path = tmp_path / "comparison.db"
    first = Comparison(path)
    first.add(rows[:25])
    first.close()
    again = Comparison(path)
    assert again.last == 25
    again.add(row for row in rows if row.key > again.last)
    assert set(again.pairs()) == set(likely_pairs(rows)) == set(again.pairs())
    again.close()
