"""Fonds: changed with a version, paged by key."""

from __future__ import annotations

import pytest
from django.core.exceptions import BadRequest

from lantai.catalogue.browsing.paging import page_of
from lantai.catalogue.fonds.operations import change_fonds
from lantai.catalogue.records.models import Record
from lantai.catalogue.records.operations import enter_records
from lantai.foundation.refusal import Conflict, NotPermitted
from tests.people import make_county

pytestmark = pytest.mark.django_db


def test_a_fonds_is_changed_once_and_a_late_change_is_refused(data_folder):
    county = make_county()
    act = county.act("archivist")
    change_fonds(act, fonds=county.fonds, version=0, values={"name": "县民政局"})
    with pytest.raises(Conflict):
        change_fonds(act, fonds=county.fonds, version=0, values={"name": "又一名"})
    with pytest.raises(NotPermitted):
        change_fonds(county.act("clerk"), fonds=county.fonds, version=1, values={"name": "x"})
    county.fonds.refresh_from_db()
    assert (county.fonds.name, county.fonds.version) == ("县民政局", 1)


def test_pages_by_key_hold_every_record_once_in_every_order(data_folder):
    county = make_county()
    values = [{"title": f"题{n % 3}", "date": f"19{50 + n % 4}0101"} for n in range(23)]
    enter_records(county.act("archivist"), fonds=county.fonds, descriptions=values)
    for sort, column in (("entered", "pk"), ("title", "title"), ("-date", "date")):
        seen, after = [], ""
        while True:
            page = page_of(Record.objects.all(), sort, after, 5)
            seen += page.rows
            after = page.next
            if not after:
                break
        keys = [getattr(row, column) for row in seen]
        assert len({row.pk for row in seen}) == len(seen) == 23
        assert keys == sorted(keys, reverse=sort.startswith("-"))
    for hostile in ("%%%", "WyJhIl0", "W10", "eyJhIjoxfQ", "WzEsIngiXQ", "é"):
        with pytest.raises(BadRequest):
            page_of(Record.objects.all(), "title", hostile)
