"""Rows entered in bulk are the rows that models would have written, in table and ledger."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lantai.catalogue.duplicates.models import DuplicatePair
from lantai.catalogue.duplicates.operations import enter_pairs, judge_pair
from lantai.catalogue.records.bulk import enter_columns, time_ordered_uids
from lantai.catalogue.records.models import PageText, Record
from lantai.catalogue.records.operations import enter_records
from lantai.core.duplicates import Pair
from lantai.core.ledger.segments import read_chain
from lantai.foundation.bulk_rows import keys_by
from lantai.foundation.policy import Operator
from lantai.foundation.refusal import Conflict, Refusal
from lantai.foundation.work import Act, row_image
from tests.catalogue.columns import columns_of
from tests.people import make_county

pytestmark = pytest.mark.django_db
GIVEN = [
    {"title": "甲", "date": "19580302", "year": "1958", "secrecy": "机密", "pages": "3",
     "notes": "附注", "_source_id": "a", "_level": "file", "_record_type": "document",
     "_texts": ["正文一", "正文二"]},
    {"title": "乙", "date": "光绪三十年", "reference_code": "J012-X-1", "_source_id": "b"},
]  # fmt: skip
OWN = ("id", "uid", "created_at", "updated_at")


def test_bulk_rows_are_those_of_models(county_with_settings):
    county, settings = county_with_settings
    act = county.act("archivist")
    assert enter_columns(act, fonds=county.fonds, records=columns_of(GIVEN)) == 2
    bulk = list(Record.objects.order_by("pk"))
    images = {
        (label, key): image
        for line in read_chain(settings.LANTAI.ledger)
        for label, key, image in line.images()
    }
    for row in bulk:
        assert images["catalogue.Record", row.pk] == row_image(row)
    texts = PageText.objects.order_by("page")
    assert [(t.text, t.record_id) for t in texts] == [
        ("正文一", bulk[0].pk),
        ("正文二", bulk[0].pk),
    ]
    assert all(images["catalogue.PageText", t.pk] == row_image(t) for t in texts)
    changed = [{**v, "reference_code": v.get("reference_code", "") and "J012-X-2"} for v in GIVEN]
    plain = enter_records(act, fonds=county.fonds, descriptions=changed)
    for one, other in zip(bulk, Record.objects.filter(pk__in=[r.pk for r in plain]), strict=True):
        left, right = row_image(one), row_image(other)
        different = {name for name in left if left[name] != right[name]} - set(OWN)
        assert different <= {"reference_code"}
    with pytest.raises(Conflict):
        enter_columns(act, fonds=county.fonds, records=columns_of(GIVEN[1:]))
    later = Record.objects.create(
        holder=county.archives, fonds=county.fonds, title="丙", created_at=act.at, updated_at=act.at
    )
    assert later.pk > max(r.pk for r in plain)


def test_a_batch_is_entered_without_a_savepoint_of_its_own(county_with_settings):
    """Within one, SQLite keeps a copy of every page a row changes: a third of what a full catalogue costs more."""
    county, _settings = county_with_settings
    with CaptureQueriesContext(connection) as asked:
        enter_columns(county.act("archivist"), fonds=county.fonds, records=columns_of(GIVEN))
    begun = [one["sql"] for one in asked if one["sql"].startswith("SAVEPOINT")]
    assert len(begun) <= 1  # the operation's, within the test's own transaction


def test_known_codes_and_source_ids_are_looked_up_by_their_index(county_with_settings):
    county, _settings = county_with_settings
    enter_columns(county.act("archivist"), fonds=county.fonds, records=columns_of(GIVEN))
    where = {"holder_id": county.archives.pk}
    last = Record.objects.get(source_id="b")
    for column, known, more, index in (
        ("reference_code", "J012-X-1", {}, "reference_code_once"),
        ("source_id", "b", {"fonds_id": county.fonds.pk}, "record_source"),
    ):
        with CaptureQueriesContext(connection) as asked:
            found = keys_by(Record, column, [known, "", "nowhere"], where | more)
        assert found == {known: last.pk}
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN QUERY PLAN " + asked[0]["sql"])
                assert index in str(cursor.fetchall())


def test_new_uids_are_of_version_seven_and_distinct():
    made = time_ordered_uids(2_000)
    assert len(set(made)) == 2_000
    assert {(uuid.UUID(one).version, uuid.UUID(one).variant) for one in made} == {
        (7, uuid.RFC_4122)
    }
    assert made[0][:12] <= time_ordered_uids(1)[0][:12]


def test_a_pair_is_entered_once_and_judged_by_a_known_word(county_with_settings):
    county, _settings = county_with_settings
    act = county.act("archivist")
    enter_columns(act, fonds=county.fonds, records=columns_of(GIVEN))
    first, second = Record.objects.order_by("pk").values_list("pk", flat=True)
    pairs = [Pair(first, second, "near", 0.9)]
    assert enter_pairs(act, fonds=county.fonds, pairs=pairs) == 1
    assert enter_pairs(act, fonds=county.fonds, pairs=pairs) == 0
    pair = DuplicatePair.objects.get()
    with pytest.raises(Refusal):
        judge_pair(act, pair=pair, verdict="maybe")
    with pytest.raises(Refusal):  # one of them is above the archivist's clearance
        judge_pair(act, pair=pair, verdict="same")
    operator = Act(by=Operator(), channel="cli")
    assert judge_pair(operator, pair=pair, verdict="same").verdict == "same"


@pytest.fixture
def county_with_settings(data_folder, settings):
    return make_county(), settings
