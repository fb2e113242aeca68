"""@operation: permission, transaction, ledger, refusal that leaves its entry."""

from __future__ import annotations

import json

import pytest

from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.fonds.operations import register_fonds
from lantai.core.ledger.chain import GENESIS
from lantai.foundation.changes.models import Change
from lantai.foundation.ledger.models import LedgerEntry
from lantai.foundation.policy import Anonymous
from lantai.foundation.refusal import Conflict, NotPermitted
from lantai.foundation.site.operations import remember, remembered
from lantai.foundation.work import Act, keep
from tests.people import make_county

pytestmark = pytest.mark.django_db


def test_an_operation_leaves_rows_a_ledger_entry_and_a_change(data_folder):
    county = make_county()
    fonds = register_fonds(
        county.act("archivist"), holder=county.archives, code="J099", name="测试全宗"
    )
    entry = LedgerEntry.objects.latest("sequence")
    assert entry.outcome == "success"
    assert entry.event == "fonds_registration"
    assert entry.agent == "person:archivist"
    assert fonds.urn in entry.subjects
    assert Change.objects.filter(subject=fonds.urn, kind="created", entry=entry.sequence).exists()


def test_the_row_image_stands_in_the_segment_file(data_folder):
    county = make_county()
    fonds = register_fonds(
        county.act("archivist"), holder=county.archives, code="J099", name="测试全宗"
    )
    lines = (data_folder / "storage/ledger/segment-000001.jsonl").read_text().splitlines()
    last = json.loads(lines[-1])
    assert last["rows"][0][0] == "catalogue.Fonds"
    assert last["rows"][0][2]["name"] == "测试全宗"
    assert last["rows"][0][1] == fonds.pk


def test_a_refusal_rolls_back_and_leaves_its_entry(data_folder):
    county = make_county()
    before = Fonds.objects.count()
    with pytest.raises(Conflict):
        register_fonds(county.act("archivist"), holder=county.archives, code="J012", name="重号")
    entry = LedgerEntry.objects.latest("sequence")
    assert Fonds.objects.count() == before
    assert entry.outcome == "failure"
    assert entry.detail["problem"]["code"] == "conflict"


def test_a_person_without_the_role_is_refused_with_the_reason_and_the_next_step(data_folder):
    county = make_county()
    for who in ("officer", "clerk", "other_archivist", "sysadmin", "supervisor"):
        with pytest.raises(NotPermitted, match="请联系安全保密管理员"):
            register_fonds(county.act(who), holder=county.archives, code="J100", name="x")
    with pytest.raises(NotPermitted):
        register_fonds(Act(by=Anonymous()), holder=county.archives, code="J100", name="x")
    assert LedgerEntry.objects.latest("sequence").agent == "anonymous"


def test_a_role_lost_is_lost_at_the_next_act(data_folder):
    county = make_county()
    county.people["archivist"].assignments.all().delete()
    with pytest.raises(NotPermitted):
        register_fonds(county.act("archivist"), holder=county.archives, code="J100", name="x")


def test_rows_cannot_be_kept_outside_an_operation(data_folder):
    with pytest.raises(RuntimeError):
        keep(Fonds(code="x"))


def test_every_entry_is_chained_to_the_one_before(data_folder):
    make_county()
    previous = GENESIS
    for entry in LedgerEntry.objects.order_by("sequence"):
        assert entry.previous == previous
        previous = entry.hash


def test_a_setting_is_remembered_and_kept(data_folder):
    county = make_county()
    remember(county.act("sysadmin"), institution=county.archives, name="hours", value="9-17")
    assert remembered(county.archives, "hours") == "9-17"
    with pytest.raises(NotPermitted):
        remember(county.act("archivist"), institution=county.archives, name="hours", value="x")


def test_a_stranger_refused_at_a_page_leaves_an_entry(client, data_folder):
    county = make_county()
    username = county.people["archivist"].username
    answer = client.post(f"/accounts/{username}/reset/")
    assert answer.status_code in {302, 403}
    last = LedgerEntry.objects.latest("sequence")
    assert (last.agent, last.outcome) == ("anonymous", "failure")
