"""Reconciling the index: what it lacks, shows to the wrong people or has too much is told and mended."""

from __future__ import annotations

import pytest

from lantai.access.search.followers import bring_up_to_date
from lantai.access.search.index import index
from lantai.catalogue.records.models import Record
from lantai.core.search.port import SearchDocument
from lantai.foundation.changes.models import FollowerCursor
from lantai.foundation.jobs.models import Job
from lantai.governance.access_rules.visibility import PUBLIC
from lantai.preservation.reconciling.truth import Options, reconcile
from tests.access.search.holdings import make_holdings
from tests.people import make_county

pytestmark = pytest.mark.django_db
LOOK = Options(mend=False, without=frozenset({"rows", "objects", "deposits", "copies", "ledger", "staging"}))  # fmt: skip
MEND = Options(without=LOOK.without)


def told(options):
    report = reconcile(options)
    return sorted((one["code"], one["subject"], one["healed"]) for one in report.findings), report


@pytest.fixture
def rows(data_folder):
    made = make_holdings(make_county())
    bring_up_to_date()
    index().close()
    return made


def test_an_index_that_agrees_leaves_nothing_to_say(rows):
    found, report = told(LOOK)
    assert (found, report.ok) == ([], True)
    counts = report.counts["index"]
    assert counts["records"] == counts["documents"] == counts["compared"] == len(rows)


def test_a_record_the_index_lacks_or_shows_wrongly_is_named_and_put_anew(rows):
    lost, closed = rows["open"], rows["closed"]
    index().delete([str(lost.uid)])
    index().put([SearchDocument(str(closed.uid), (PUBLIC,), title=closed.title)])
    index().commit()
    wrong = [("index-lacks", lost.urn, False), ("index-shows-otherwise", closed.urn, False)]
    found, report = told(LOOK)
    assert found == sorted(wrong) and not report.as_json()["invariants"]["I3"]
    found, report = told(MEND)
    assert found == sorted((code, urn, True) for code, urn, _ in wrong) and report.ok
    assert told(LOOK)[0] == []


def test_documents_without_a_record_and_an_index_that_is_gone_are_built_anew(rows):
    index().put([SearchDocument("00000000-0000-0000-0000-000000000001", (PUBLIC,), title="无主")])
    index().commit()
    assert told(LOOK)[0] == [("index-has-more", "index", False)]
    assert told(MEND)[0] == [("index-has-more", "index", True)]
    assert Job.objects.filter(task="search.rebuild_index").exists()
    index().delete([str(row.uid) for row in rows.values()])
    index().delete(["00000000-0000-0000-0000-000000000001"])
    index().commit()
    assert told(LOOK)[0] == [("index-unavailable", "index", False)]


def test_an_index_that_is_behind_is_no_fault_and_is_brought_up_to_date(rows):
    FollowerCursor.objects.filter(pk="index").update(number=0)
    found, report = told(LOOK)
    assert found == [] and report.counts["index"]["behind"]
    found, report = told(MEND)
    assert found == [] and not report.counts["index"]["behind"]
    assert report.counts["index"]["documents"] == Record.objects.count()
