"""Rows handed over to the index are the rows read back, and nothing is lost when they are not there."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.conf import settings

from lantai.access.search import handed_records
from lantai.access.search.documents import documents_by_uid
from lantai.access.search.followers import bring_up_to_date
from lantai.access.search.handed_records import handed_over
from lantai.access.search.index import index
from lantai.access.search.queries import search
from lantai.catalogue.records.bulk import enter_columns
from lantai.catalogue.records.deposited import enter_deposited_records
from lantai.catalogue.records.models import Record
from lantai.foundation.changes import handed
from lantai.foundation.changes.models import Change
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
    return list(Change.objects.filter(subject__startswith="record:").order_by("number"))[-COUNT:]


def test_documents_handed_over_are_those_read_back(county):
    changes = enter(county)
    (documents,), rest = handed_over(changes)
    assert not rest
    read = documents_by_uid([change.subject[7:] for change in changes])
    for ours, theirs in zip(documents, read, strict=True):
        assert ours == theirs
    (part,), _rest = handed_over(changes[5:])  # a batch of changes may begin anywhere
    assert [d.id for d in part] == [d.id for d in documents][5:]


def test_rows_that_were_touched_meanwhile_are_read_back(county):
    changes = enter(county)
    publish(county, Record.objects.latest("pk"))
    assert handed_over(changes) == ([], changes)


@pytest.mark.parametrize("far", [10_000, 10])
def test_what_comes_after_is_read_once_and_an_edit_among_it_is_noticed(county, monkeypatch, far):
    monkeypatch.setattr(handed_records, "FAR", far)
    first, second = enter(county), enter(county, first=COUNT)
    tail = handed_records.Tail()
    assert tail.only_new_after(first[-1].number) == (far > COUNT)
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
