"""Rows handed over to the index are the rows read back, and nothing is lost when they are not there."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.conf import settings

from lantai.access.search import handed_records
from lantai.access.search.documents import documents_by_uid
from lantai.access.search.followers import bring_up_to_date, changed_uids
from lantai.access.search.handed_records import handed_over
from lantai.access.search.index import index
from lantai.access.search.queries import search
from lantai.catalogue.records.bulk import enter_columns
from lantai.catalogue.records.deposited import enter_deposited_records
from lantai.catalogue.records.models import Record
from lantai.foundation.changes import handed
from lantai.foundation.changes.following import backlog, changes_after, follow_one
from lantai.foundation.changes.models import Change, FollowerCursor
from lantai.foundation.changes.runs import Run, run_told
from lantai.foundation.policy import Operator
from tests.access.search.holdings import publish
from tests.catalogue.columns import columns_of
from tests.people import make_county

pytestmark = pytest.mark.django_db
COUNT = 120


@pytest.fixture
def county(data_folder):
    return make_county()


def enter(county, first=0):
    given = [
        {
            "title": f"關於第{n}号“堤坝”的报告",
            "reference_code": f"J012-WS·1998·Y-{n:04}",
            "doc_no": f"云水〔1998〕{n}号" if n % 3 else "",
            "creator": "云溪县水利局",
            "date": "1998-03-14" if n % 2 else "",
            "secrecy": "机密" if n % 50 == 7 else "",
            "organ": "办公室" if n % 4 else "",
            "persons": "王淑英；李建国" if n % 5 == 0 else "",
            "keywords": "防汛\n堤防" if n % 2 else "",
            "_source_id": f"s{n}",
            "_texts": [f"正文第{n}页", "第二页"] if n % 10 == 0 else [],
        }
        for n in range(first, first + COUNT)
    ]
    enter_columns(county.act("archivist"), fonds=county.fonds, records=columns_of(given))
    return [Change.objects.filter(subject__startswith="record").latest("number")]


def test_documents_handed_over_are_those_read_back(county):
    changes = enter(county)
    (documents,), rest = handed_over(changes)
    assert not rest
    read = list(documents_by_uid(changed_uids(changes)))
    assert len(read) == COUNT
    for ours, theirs in zip(documents, read, strict=True):
        assert ours == theirs


def test_rows_that_were_touched_meanwhile_are_read_back(county):
    changes = enter(county)
    publish(county, Record.objects.latest("pk"))
    assert handed_over(changes) == ([], changes)


@pytest.mark.parametrize("far", [10_000, 0])
def test_what_comes_after_is_read_once_and_an_edit_among_it_is_noticed(county, monkeypatch, far):
    monkeypatch.setattr(handed_records, "FAR", far)
    first, second = enter(county), enter(county, first=COUNT)
    tail = handed_records.Tail()
    assert tail.only_new_after(first[-1].number) == bool(far)
    assert tail.only_new_after(second[-1].number)
    publish(county, Record.objects.latest("pk"))
    assert not tail.only_new_after(second[-1].number)
    assert handed_over(first, tail)[0] and not handed_over(second, tail)[0]


@pytest.mark.parametrize("harm", ["none", "lost", "torn", "another's"])
def test_every_row_is_found_whatever_became_of_the_hand_over(county, harm):
    enter(county)
    (path,) = (settings.LANTAI.data / "handed").glob("*.json")
    if harm == "lost":
        path.unlink()
    elif harm == "torn":
        path.write_bytes(path.read_bytes()[:500])
    elif harm == "another's":
        path.write_text(path.read_text().replace('"uid":["', '"uid":["0'))
    bring_up_to_date()
    assert index().count() == COUNT
    assert search(Operator(), text="堤坝").total == COUNT
    assert not path.exists()


def test_records_of_a_deposit_are_read_back(county):
    given = [
        {"title": "存入的档案", "keywords": "堤坝", "_uid": uuid4(), "_level": "item",
         "_record_type": "document", "_object_id": "", "_components": [], "_pages": {}}
        for _ in range(COUNT)
    ]  # fmt: skip
    act = county.act("archivist")
    enter_deposited_records(act, fonds=county.fonds, descriptions=given, columns={})
    bring_up_to_date()
    assert search(Operator(), text="堤坝").total == COUNT


def test_few_files_are_kept_while_nobody_follows(county, monkeypatch):
    monkeypatch.setattr(handed, "MOST", 1)
    enter(county)
    enter(county, first=COUNT)
    assert len(list((settings.LANTAI.data / "handed").iterdir())) == 1
    bring_up_to_date()
    assert index().count() == 2 * COUNT


def test_rows_entered_together_are_one_change_that_counts_as_all_of_them(county):
    before = backlog()["index"]
    (first,), (second,) = enter(county), enter(county, first=COUNT)
    assert second.number - first.number == COUNT
    assert backlog()["index"] - before == 2 * COUNT
    assert len(changed_uids([first, second])) == 2 * COUNT
    start = first.number - COUNT
    for most in (1, COUNT, 2 * COUNT - 1):  # one run, however few are asked for
        assert [one.number for one in changes_after(start, most)] == [first.number]
    numbers = [one.number for one in changes_after(start, 2 * COUNT)]
    assert numbers == [first.number, second.number]
    FollowerCursor.objects.update_or_create(pk="index", defaults={"number": start})
    assert follow_one("index", batch=10) == COUNT == index().count()


@pytest.mark.parametrize("kind", ["record", "fonds"])
def test_a_run_is_told_by_its_subject(kind):
    run = Run.of(f"{kind}:01a2-7", range(17, 4017))
    assert run.subject == f"{kind}s:17-4016:01a2-7"
    assert run_told(run.subject, kind) == run
    assert run_told(run.subject, "class") is None and run_told(f"{kind}:01a2-7", kind) is None
