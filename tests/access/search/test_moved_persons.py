"""Personal data of a record moved to another class: still nobody's who reads as the public."""

from __future__ import annotations

import pytest

from lantai.access.exporting.queries import rows_of
from lantai.access.search.followers import bring_up_to_date
from lantai.access.search.queries import search
from lantai.catalogue.arranging.operations import move_subtree
from lantai.catalogue.records.models import Record
from lantai.catalogue.records.operations import enter_records
from lantai.foundation.policy import Anonymous
from tests.access.search.holdings import described, publish
from tests.people import make_county

pytestmark = pytest.mark.django_db
HUSBAND, HIS_NUMBER = "欧阳某某", "330000195001010012"


@pytest.fixture
def moved(data_folder):
    """An open marriage registration, put into the class of photographs."""
    county = make_county()
    registration = described(
        7, "结婚登记表", record_class="ZY", class2="HY", husband=HUSBAND, husband_id=HIS_NUMBER,
        _record_type="marriage_registration",
    )  # fmt: skip
    rows = enter_records(
        county.act("archivist"), fonds=county.fonds,
        descriptions=[{"title": "照片", "_level": "class", "record_class": "ZP"}, registration],
    )  # fmt: skip
    top, record = rows
    publish(county, record)
    record.refresh_from_db()
    move_subtree(
        county.act("archivist", reason="错归"), record=record, parent=top, version=record.version
    )
    bring_up_to_date()
    county.record = Record.objects.get(pk=record.pk)
    return county


def test_what_the_old_class_kept_back_is_kept_back_by_the_new_one(moved, client):
    record = moved.record
    assert record.record_type != "marriage_registration"
    assert record.description["husband_id"] == HIS_NUMBER  # nothing was lost by the move
    assert search(Anonymous(), text="结婚登记表").total == 1
    for inner in (HUSBAND, HIS_NUMBER):
        assert search(Anonymous(), text=inner).total == 0
        assert inner not in client.get(f"/portal/records/{record.uid}/").content.decode()
    rows = list(rows_of(moved.people["other_officer"]))
    assert rows and HIS_NUMBER not in str(rows)
    assert HIS_NUMBER in str(list(rows_of(moved.people["archivist"])))
