"""The collection scope of an archives accepts or refuses a batch by itself, once it was issued."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.desks.registers.operations import change_entry
from lantai.foundation.refusal import Refusal
from lantai.governance.collection_scope.queries import objection_to, rules_in_force
from lantai.resources.transfers.operations import (
    build_transfer,
    open_transfer,
    sign_handover,
    submit_transfer,
)
from tests.people import make_county
from tests.resources.office import filed, put_in_force, work

pytestmark = pytest.mark.django_db


def client_of(county, who):
    client = Client()
    client.force_login(county.people[who])
    return client


def rule(county, **values):
    """A draft rule entered by the archivist through the API."""
    answer = client_of(county, "archivist").post(
        "/api/v1/registers/collection-scope/entries",
        json.dumps({"state": "draft", "case_no": "待报", **values}), "application/json",
    )  # fmt: skip
    assert answer.status_code == 201, answer.content.decode()


def issue(county):
    """The rules go to the authority, are approved, and are issued."""
    archivist = client_of(county, "archivist")
    answer = archivist.post("/cases/new/scope_rules/", {
        "institution": "YX", "title": "细则", "units": "2", "transfer_age": "10",
        "summary": "内容", "scope": SimpleUploadedFile("细则.txt", "细则".encode()),
    })  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()[-1500:]
    case = Case.objects.get(definition="scope_rules", closed_at=None)
    for who, step, data in (
        ("supervisor", "approve", {"letter_no": "云档函〔2026〕3号"}),
        ("director", "issue", {"issued_by": "两办", "issued_on": "2026-05-01"}),
    ):
        answer = client_of(county, who).post(
            f"/api/v1/cases/{case.number}/moves/{step}", json.dumps({"data": data}),
            content_type="application/json",
        )  # fmt: skip
        assert answer.status_code == 200, answer.content.decode()


def ready_batch(county, folder):
    put_in_force(county)
    transfer = open_transfer(
        county.act("officer"), unit=county.unit, items=filed(county, folder, 1)
    )
    build_transfer(county.act("officer"), transfer=transfer)
    work()
    transfer.refresh_from_db()
    sign_handover(county.act("leader"), transfer=transfer)
    return transfer


def test_only_issued_rules_take_or_refuse_and_the_refusal_names_rule_and_next_step(
    data_folder, tmp_path
):
    county = make_county()
    transfer = ready_batch(county, tmp_path)
    rule(county, rule_no="1", taken="take", record_class="KU")
    assert rules_in_force(county.archives) == []  # a draft refuses nobody
    issue(county)
    with pytest.raises(Refusal) as refused:
        submit_transfer(county.act("officer"), transfer=transfer)
    assert "第 1 条" in refused.value.zh and "移出" in refused.value.zh
    assert refused.value.code == "outside-collection-scope"
    transfer.refresh_from_db()
    assert transfer.state == "ready"

    line = RegisterEntry.objects.get(register="collection-scope", values__state="in_force")
    assert line.values["reply_no"] == "云档函〔2026〕3号"
    change_entry(county.act("archivist"), entry=line, values={**line.values, "record_class": "WS"})
    assert rules_in_force(county.archives)[0].record_class == "KU"  # only by a new approval

    rule(county, rule_no="1", taken="take", unit="MZ", record_class="WS", retentions=["Y"])
    issue(county)
    assert submit_transfer(county.act("officer"), transfer=transfer).state == "submitted"
    work()
    transfer.refresh_from_db()
    assert transfer.state == "awaiting_acceptance", transfer.reason


def test_units_classes_years_and_rules_against_are_told_apart(data_folder):
    county = make_county()
    rule(county, rule_no="1", taken="take", unit="云溪县民政局", first_year=1950, last_year=2030)
    rule(county, rule_no="2", taken="refuse", record_class="SW")
    issue(county)
    rules = rules_in_force(county.archives)
    document = {"record_class": "WS", "retention": "Y", "year": "2025"}
    assert objection_to(rules, county.unit, document) is None
    assert "第 2 条" in objection_to(rules, county.unit, {**document, "record_class": "SW"}).zh
    assert "不在收集范围" in objection_to(rules, county.unit, {**document, "year": "1949"}).zh
    assert "进馆单位" in objection_to(rules, county.other_unit, document).zh
    assert objection_to([], county.other_unit, document) is None
