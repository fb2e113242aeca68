"""What goes to an outside firm is looked up in the catalogue: secret and unreviewed stays in."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.utils import timezone

from lantai.catalogue.records.models import Record
from lantai.foundation.desks.attachments.storing import store_file
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.operations import move_case, open_case
from lantai.foundation.refusal import Refusal
from tests.people import County, make_county


def _record(county: County, number: int, **more: Any) -> Record:
    now = timezone.now()
    return Record.objects.create(
        holder=county.archives, fonds=county.fonds, title=f"文件{number}", created_at=now,
        updated_at=now, reference_code=f"J012-WS·2019-Y-{number:04d}", **more,
    )  # fmt: skip


def _batch(county: County, records: list[str], items: int, uncatalogued: int) -> Case:
    return open_case(
        county.act("archivist"), definition="outsourcing_gate", institution=county.archives, title="",
        data={"batch": "2019 年文书", "work": "digitising", "items": items, "records": records,
              "uncatalogued": uncatalogued, "secret_items": 0, "uncleared": 0, "provider": "某公司"},
        files={"licence": [store_file("资质.txt", io.BytesIO(b"x"))]},
    )  # fmt: skip


def _release(county: County, case: Case) -> Case:
    return move_case(county.act("director"), case=case, transition="release",
                     data={"picked_by": "戊馆员"})  # fmt: skip


@pytest.mark.django_db
def test_a_batch_is_looked_up_item_by_item_and_what_is_secret_is_named(data_folder: Any):
    county = make_county()
    for number in range(1, 4):
        _record(county, number)
    _record(county, 4, secrecy="机密", secrecy_level=2)
    person = _record(county, 5, personal_data=True)
    everything = _batch(county, ["J012-WS·2019-Y-*"], 5, 0)
    with pytest.raises(Refusal, match=r"涉密：J012-WS·2019-Y-0004"):
        _release(county, everything)
    three = [f"J012-WS·2019-Y-000{n}" for n in (1, 2, 3)]
    with pytest.raises(Refusal, match="0005"):
        _release(county, _batch(county, [*three, person.reference_code], 4, 0))
    with pytest.raises(Refusal, match="总件数"):  # one more goes out than was named
        _release(county, _batch(county, three, 4, 0))
    person.access_decided_at = timezone.now()
    person.save()
    good = _release(county, _batch(county, [*three, person.reference_code, "没有的档号"], 5, 1))
    assert good.state == "released"
