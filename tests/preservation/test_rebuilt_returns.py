"""Returns after the database was lost: forms come back from the ledger, totals follow from them."""

from __future__ import annotations

from typing import Any

import pytest

from lantai.foundation.desks.returns.models import ReturnForm, ReturnRound, ReturnTotal
from lantai.foundation.desks.returns.operations import fill_form, open_round, submit_form
from lantai.preservation.rebuilding.catalogue import rebuild_catalogue
from tests.foundation.offices import Region, make_region

pytestmark = pytest.mark.django_db
FILLED = {"staff": 2, "ws_j": 100, "ws_i": 20, "after_j": 100, "after_i": 20}


@pytest.fixture
def region(data_folder: Any) -> Region:
    return make_region()


def totals() -> list[Any]:
    columns = ("round__number", "institution__code", "forms", "figures", "counts")
    return sorted(ReturnTotal.objects.values_list(*columns), key=repr)


def test_totals_of_returns_stand_again_after_a_rebuild(region: Region):
    row = open_round(
        region.act("nation"),
        owner=region.places["GJ"],
        definition="holdings-census",
        period="2025",
        bodies=[region.places["MZ"], region.places["JY"]],
    )
    form = ReturnForm.objects.get(round=row, body__code="MZ")
    form = fill_form(region.act("officer"), form=form, cells={**FILLED, "good": 120, "closed": 120})
    submit_form(region.act("officer"), form=form)
    before = totals()
    assert any(forms for _round, _code, forms, *_ in before)
    report = rebuild_catalogue(from_empty=True)
    assert totals() == before
    assert ReturnRound.objects.get().number == row.number
    lost = {one["name"]: (one["zh"], one["en"]) for one in report["lost"]}
    assert "foundation.ReturnTotal" not in lost
    assert "复制" in lost["preservation.ObjectCopy"][0]
    assert all(zh and en for zh, en in lost.values())
