"""Search joins the index to the catalogue, and a closed record is closed in every answer."""

from __future__ import annotations

import json

import pytest

from lantai.access.search.documents import CatalogueTexts
from lantai.access.search.followers import IndexFollower, bring_up_to_date
from lantai.access.search.index import index
from lantai.access.search.operations import rebuild_index
from lantai.access.search.queries import QuestionRefused, search, suggest
from lantai.catalogue.records.models import PageText, Record
from lantai.catalogue.records.operations import describe_record
from lantai.cli.search import Search
from lantai.foundation.changes.following import backlog, followers
from lantai.foundation.changes.models import Change, FollowerCursor
from lantai.foundation.ledger.models import LedgerEntry
from lantai.foundation.policy import Anonymous, Operator
from lantai.foundation.refusal import NotPermitted
from lantai.foundation.work import Act
from lantai.governance.access_rules.visibility import viewer_tokens
from tests.access.search.holdings import SECRET_WORDS, close, make_holdings
from tests.people import make_county

pytestmark = pytest.mark.django_db
FACETS = ("fonds", "record_class", "year", "access_status", "level", "holder")


def titles(actor, text, **more):
    return [found.record.title for found in search(actor, text=text, **more).results]


def test_the_follower_is_found_by_its_place_and_leaves_no_backlog(data_folder):
    make_holdings(make_county())
    assert followers()["index"] is IndexFollower
    assert backlog()["index"] == 0
    assert index().count() == 4


def test_everybody_finds_what_they_may_see_and_nothing_else(data_folder):
    county = make_county()
    make_holdings(county)
    people = county.people
    assert titles(Anonymous(), "") == ["关于救灾款发放的通知"]
    assert len(titles(people["archivist"], "")) == 3
    assert len(titles(people["other_officer"], "")) == 2
    assert len(titles(people["sysadmin"], "")) == 1
    assert len(titles(Operator(), "")) == 4


@pytest.mark.parametrize("text", [SECRET_WORDS, "低保", "复核", "白鹭渡口", "边界"])
def test_a_closed_record_is_not_found_by_its_text_in_hits_totals_or_facets(data_folder, text):
    make_holdings(make_county())
    answer = search(Anonymous(), text=text, facets=FACETS)
    assert (answer.results, answer.total) == ([], 0)
    assert not any(answer.facets.values())


def test_a_closed_title_is_never_suggested(data_folder):
    county = make_county()
    make_holdings(county)
    assert suggest(Anonymous(), "关于") == ["关于救灾款发放的通知"]
    assert "关于低保对象复核的请示" in suggest(county.people["archivist"], "关于")


def test_an_index_lagging_behind_does_not_leak_a_record_closed_since(data_folder):
    county = make_county()
    rows = make_holdings(county)
    close(county, rows["open"])
    answer = search(Anonymous(), text="救灾", facets=FACETS)
    assert (answer.results, answer.total) == ([], 0)
    assert not any(answer.facets.values())
    assert suggest(Anonymous(), "关于救灾") == []
    bring_up_to_date()
    assert search(Operator(), text="救灾").total == 1


def test_a_title_edited_away_is_not_suggested_while_the_index_lags(data_folder):
    county = make_county()
    rows = make_holdings(county)
    close(county, rows["open"])
    describe_record(
        county.act("archivist"), record=rows["open"], values={"title": "新题名"}, version=1
    )
    assert suggest(Anonymous(), "救灾") == []


def test_an_edit_is_found_by_its_new_words_and_not_by_the_old(data_folder):
    county = make_county()
    row = make_holdings(county)["closed"]
    describe_record(
        county.act("archivist"), record=row, values={"title": "关于敬老院的请示"}, version=1
    )
    bring_up_to_date()
    who = county.people["archivist"]
    assert titles(who, "敬老院") == ["关于敬老院的请示"]
    assert titles(who, "低保对象") == []


def test_changes_given_twice_do_no_harm(data_folder):
    make_holdings(make_county())
    FollowerCursor.objects.update(number=0)
    bring_up_to_date()
    assert index().count() == 4


def test_traditional_and_simplified_find_each_other(data_folder):
    county = make_county()
    make_holdings(county)
    assert titles(county.people["archivist"], "关于水利工程的批复")[0] == "關於水利工程的批復"


def test_filters_facets_sort_and_cursor(data_folder):
    county = make_county()
    make_holdings(county)
    who = county.people["archivist"]
    page = search(who, text="", sort="reference_code", limit=2, facets=["fonds", "year"])
    rest = search(who, text="", sort="reference_code", limit=2, after=page.next)
    codes = [f.record.reference_code for f in (*page.results, *rest.results)]
    assert codes == sorted(codes) and len(codes) == 3
    assert dict(page.facets["fonds"]) == {"J012": 3}
    assert search(who, text="", filters={"access_status": ["open"]}).total == 1
    assert search(who, text="", year_from=1999).total == 0


def test_highlights_name_the_field_and_the_place(data_folder):
    make_holdings(make_county())
    found = search(Anonymous(), text="清水河").results[0]
    shown = found.highlights["fulltext"]
    start, end = shown["places"][0]
    assert shown["text"][start:end] == "清水河"


@pytest.mark.parametrize(
    "more",
    [
        {"text": "x" * 100_000},
        {"text": "(((((("},
        {"text": '"'},
        {"text": "*"},
        {"text": "\x00\ud800"},
        {"after": "not-a-cursor"},
        {"limit": 10_000},
        {"limit": -1},
        {"sort": "random"},
        {"filters": {"tokens": ["public"]}},
        {"filters": {"fonds": ["\x00", "'; drop table"]}},
        {"facets": ["tokens"]},
        {"year_from": -(10**20)},
    ],
)
def test_a_hostile_question_is_answered_or_refused_in_words(data_folder, more):
    make_holdings(make_county())
    try:
        search(Anonymous(), **{"text": "通知", **more})
    except QuestionRefused as refused:
        assert refused.zh and refused.en


def test_the_public_is_not_shown_what_a_redaction_struck_out(data_folder):
    county = make_county()
    row = make_holdings(county)["open"]
    parts = [
        row.components.create(role=role, sequence=n, name="a", path="a", size=1, sha512="", sm3="")
        for n, role in enumerate(("original", "redaction"), 1)
    ]
    PageText.objects.create(record=row, component=parts[0], text="身份证号三三零一")
    PageText.objects.create(record=row, component=parts[1], text="身份证号已隐去")
    rebuild_index(Act(by=Operator(), channel="cli"))
    assert search(Anonymous(), text="三三零一").total == 0
    assert search(Anonymous(), text="已隐去").total == 1


def test_the_index_is_rebuilt_from_the_catalogue_and_the_ledger_says_so(data_folder):
    county = make_county()
    make_holdings(county, follow=False)
    rebuilt = rebuild_index(Act(by=Operator(), channel="cli"))
    assert rebuilt.records == index().count() == 4
    assert LedgerEntry.objects.latest("sequence").detail["records"] == 4
    with pytest.raises(NotPermitted):
        rebuild_index(county.act("archivist"))


def test_a_deleted_record_leaves_the_index(data_folder):
    rows = make_holdings(make_county())
    row = rows["open"]
    PageText.objects.filter(record=row).delete()
    Record.objects.filter(pk=row.pk).delete()
    last = Change.objects.latest("number").number
    Change.objects.create(number=last + 1, subject=row.urn, kind="deleted", entry=1)
    bring_up_to_date()
    assert index().count() == 3


def command(*words):
    import argparse

    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    tool = Search()
    tool.arguments(parser)
    return tool.run(parser.parse_args([*words, "--json"]))


def test_the_command_answers_as_the_public_unless_told_otherwise(data_folder, capsys):
    make_holdings(make_county())
    assert command("低保") == 0
    assert json.loads(capsys.readouterr().out)["total"] == 0
    command("低保", "--as", "archivist", "--facet", "fonds", "--filter", "fonds=J012")
    document = json.loads(capsys.readouterr().out)
    assert document["total"] == 1
    assert document["facets"] == {"fonds": [{"value": "J012", "count": 1}]}
    assert set(document["results"][0]) == {
        "id", "source_id", "reference_code", "title", "date", "fonds", "access_status",
        "highlights",
    }  # fmt: skip
    command("白鹭渡口", "--as", "system")
    assert json.loads(capsys.readouterr().out)["total"] == 1


def test_texts_of_hits_are_given_only_to_whom_may_see_them_now(data_folder):
    county = make_county()
    row = make_holdings(county)["open"]
    uid, texts = str(row.uid), CatalogueTexts()
    public = viewer_tokens(Anonymous())
    assert texts.titles([uid], public) == {uid: row.title}
    assert set(texts.documents([uid], public)) == {uid}
    close(county, row)
    assert texts.titles([uid], public) == texts.documents([uid], public) == {}
    assert texts.titles([uid], None) == {uid: row.title}
