from hypothesis import given, settings
from hypothesis import strategies as st

from lantai.core.search.highlighting import highlight, highlights, places, snippet


def test_places_are_those_of_the_original_text():
    text = "各級人民 政府\n應當加強檔案工作"
    assert [text[a:b] for a, b in places(text, ["人民政府应当", "档案"])] == [
        "人民 政府\n應當",
        "檔案",
    ]


def test_the_snippet_shows_the_best_place():
    text = "档" + "无" * 500 + "档案馆，档案室" + "无" * 500
    shown = snippet(text, places(text, ["档案"]))
    assert "档案馆，档案室" in shown["text"]
    assert [shown["text"][a:b] for a, b in shown["places"]] == ["档案", "档案"]
    assert text[shown["start"] :].startswith(shown["text"])


def test_a_field_without_words_is_not_shown_but_the_title_is():
    assert set(highlight({"title": "甲", "text": "乙"}, ["丙"])) == {"title"}


def test_long_runs_of_blanks_take_no_time():
    assert places("a" + " " * 200_000 + "b" + "a " * 50_000, ["ab", "ac"])


@given(st.text(max_size=80), st.lists(st.text(min_size=1, max_size=4), max_size=3))
def test_no_place_lies_outside_the_text(text, needles):
    assert all(0 <= a < b <= len(text) for a, b in places(text, needles))


@settings(deadline=None)  # the first look builds the chart
@given(st.lists(st.text("档案馆政府與与 \n\ue003", max_size=30), min_size=1, max_size=6))
def test_a_page_of_records_is_marked_as_each_by_itself(texts):
    fields = [{"title": text, "text": text[::-1]} for text in texts]
    needles = ["档案", "政府", "与"]
    assert highlights(fields, needles) == [highlight(one, needles) for one in fields]
