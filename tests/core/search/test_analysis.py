import pytest

from lantai.core.search.analysis import (
    code_sort_key,
    compact,
    date_sort_key,
    doc_no_tokens,
    looks_like_doc_no,
    names,
    title_key,
)
from lantai.core.search.port import SearchDocument


def record(**values):
    return SearchDocument(id=values.pop("id", "1"), tokens=(), **values)


@pytest.mark.parametrize(
    "spelling",
    ["国档发〔2012〕7号", "國檔發[2012]7號", "国档发（2012）第7号", "国档发 (2012) 07 号"],
)
def test_one_document_number_in_its_spellings(spelling):
    assert doc_no_tokens(spelling) == ["国", "档", "发", "2012", "7", "号"]


def test_chinese_numbers_of_documents_are_read():
    assert doc_no_tokens("公告第二十三号")[-2:] == ["23", "号"]
    assert doc_no_tokens("第一百零八号") == ["108", "号"]
    assert doc_no_tokens("第〇八号") == ["8", "号"]


def test_a_title_is_not_taken_for_a_document_number():
    assert looks_like_doc_no("国务院令362号")
    assert not looks_like_doc_no("档案法")
    assert not looks_like_doc_no("信号")


def test_white_space_and_zero_width_do_not_count():
    assert compact(" 档\u200b 案\n法\u3000") == "档案法"


def test_punctuation_does_not_make_another_title():
    assert title_key("《檔案法》 （修订）") == "档案法修订"


def test_creators_are_parted():
    assert names("张三；李四, 王五") == ["张三", "李四", "王五", "张三李四王五"]


def test_dates_and_codes_sort_as_people_expect():
    assert date_sort_key(record(date="1987-09-05")) > date_sort_key(record(date="19870904"))
    assert date_sort_key(record(year=1988)) > date_sort_key(record(date="1987-12-31"))
    assert code_sort_key(record(reference_code="A-2")) < code_sort_key(
        record(reference_code="A-10")
    )
    assert code_sort_key(record()) > code_sort_key(record(reference_code="Z9"))
