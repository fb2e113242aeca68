"""The catalogue comes back from storage alone: every kept row, or its loss by name."""

from __future__ import annotations

import shutil
from typing import Any

import pytest
from django.apps import apps

from lantai.catalogue.records.bulk import RecordColumns, enter_columns
from lantai.catalogue.records.models import PageText, Record
from lantai.catalogue.records.operations import describe_record, enter_records
from lantai.foundation.accounts.models import Person
from lantai.foundation.audit.verification import verify_ledger
from lantai.foundation.inbox.models import InboxItem
from lantai.foundation.operation import operation
from lantai.foundation.work import keep, keep_gone
from lantai.preservation.depositing.items import StoredItem
from lantai.preservation.rebuilding.catalogue import empty_catalogue, rebuild_catalogue
from tests.people import make_county
from tests.preservation.test_depositing import deposit, make_items

pytestmark = pytest.mark.django_db

NOT_KEPT = {"foundation.Job", "foundation.LoginAttempt", "foundation.FollowerCursor"}


def all_rows() -> dict[str, list[dict[str, Any]]]:
    """Every row of our tables, less what is never kept; texts by what they belong to."""
    found = {}
    for app in ("foundation", "governance", "catalogue", "preservation", "resources", "access"):
        for model in apps.get_app_config(app).get_models():
            label = model._meta.label
            if label in NOT_KEPT:
                continue
            hidden = getattr(model, "not_kept", frozenset())
            if label in {"catalogue.PageText", "foundation.LedgerSubject"}:
                hidden = {"id"}
            names = [f.attname for f in model._meta.concrete_fields if f.name not in hidden]
            found[label] = sorted(model._base_manager.values(*names), key=repr)
    return found


@operation(permission="records.describe", event="access-decision")
def decide_access(act, /, *, record: Record, status: str) -> Record:
    """Stands in the test for the domain that decides."""
    record.access_status, record.access_decided_at = status, act.at
    record.access_basis, record.publication = "满25年", "P2026-01"
    record.save()
    keep(record)
    gone = InboxItem.objects.create(
        institution=record.holder, role="archivist", subject=record.urn, kind="x", title="待办",
        url="/", created_at=act.at,
    )  # fmt: skip
    keep(gone)
    return record


@operation(permission="records.describe", event="inbox-removal")
def forget(act, /, *, record: Record) -> None:
    """Takes a kept row away."""
    row = InboxItem.objects.get(subject=record.urn)
    pk = row.pk
    row.delete()
    keep_gone(row, pk)


def live(tmp_path):
    """A life: county, deposits, catalogue-only records, edits, decisions, a row removed."""
    county = make_county()
    deposit(county, make_items(tmp_path / "a", 4), creating_unit=county.unit)
    deposit(county, make_items(tmp_path / "b", 2, "J012-WS·2021-Y-BGS"), accession="A2")
    enter_records(
        county.act("archivist"),
        fonds=county.fonds,
        descriptions=[{"title": "馆藏目录", "_texts": ["旧抄本文字"], "_source_id": "s1",
                       "weight": "1"}],
    )  # fmt: skip
    enter_columns(
        county.act("archivist"),
        fonds=county.fonds,
        records=RecordColumns(
            2,
            {
                "title": ["成批甲", "成批乙"],
                "date": ["19580302", ""],
                "keywords": ["防汛；水利", ""],
            },
            {"source_id": ["b1", "b2"]},
            {1: ["乙的全文"]},
        ),
    )
    first, second = Record.objects.filter(level="item").order_by("pk")[:2]
    describe_record(
        county.act("archivist", reason="改正"), record=first, values={"title": "改正后的题名"},
        version=first.version,
    )  # fmt: skip
    first.refresh_from_db()
    decide_access(county.act("archivist"), record=first, status="open")
    decide_access(county.act("archivist"), record=second, status="delayed")
    forget(county.act("archivist"), record=second)
    return county


def test_everything_comes_back_row_by_row(data_folder, tmp_path):
    live(tmp_path)
    before = all_rows()
    assert len(before["catalogue.Record"]) == 9
    empty_catalogue()
    assert not Record.objects.exists()
    report = rebuild_catalogue()
    after = all_rows()
    for label in before:
        assert after[label] == before[label], label
    assert report["problems"] == []
    assert report["records_from_objects"] == 0
    assert report["objects"] == 6
    assert verify_ledger().ok
    lost = {loss["name"]: loss["count"] for loss in report["lost"]}
    assert lost["passwords"] == Person.objects.count()
    assert {"sessions", "foundation.Job"} <= set(lost)


def test_life_goes_on_after_a_rebuild(data_folder, tmp_path):
    county = live(tmp_path)
    rebuild_catalogue(from_empty=True)
    county.fonds.refresh_from_db()
    row = deposit(county, make_items(tmp_path / "c", 1, "J012-WS·2022-Y-BGS"), accession="A3")
    assert row.number.endswith("-000003")
    assert verify_ledger().ok


def test_rebuilding_over_a_living_catalogue_changes_nothing(data_folder, tmp_path):
    live(tmp_path)
    before = all_rows()
    passwords = list(Person.objects.order_by("pk").values_list("password", flat=True))
    rebuild_catalogue()
    assert all_rows() == before
    assert list(Person.objects.order_by("pk").values_list("password", flat=True)) == passwords


def test_without_the_ledger_records_come_back_from_the_objects(data_folder, tmp_path):
    live(tmp_path)
    texts = sorted(PageText.objects.filter(component__isnull=False).values_list("text", flat=True))
    shutil.rmtree(data_folder / "storage/ledger")
    report = rebuild_catalogue(from_empty=True)
    assert report["records_from_objects"] == Record.objects.count() == 6
    assert sorted(PageText.objects.values_list("text", flat=True)) == texts
    record = Record.objects.get(reference_code="J012-WS·2020-Y-BGS-0001")
    assert record.fonds.code == "J012"
    assert record.access_status == "not_due"
    assert record.title.startswith("关于第1号")
    assert "ledger" in {loss["name"] for loss in report["lost"]}
    assert verify_ledger().ok


def test_an_object_nobody_registered_is_adopted(data_folder, tmp_path):
    county = live(tmp_path)
    from lantai.preservation.depositing.storing import store_items

    items = make_items(tmp_path / "c", 1, "J012-WS·2022-Y-BGS")
    (orphan,) = store_items(holder=county.archives, accession="A3", items=items, fonds=county.fonds)
    assert isinstance(orphan, StoredItem)
    report = rebuild_catalogue()
    assert report["records_from_objects"] == 1
    assert Record.objects.get(uid=orphan.uid).object_id == orphan.object_id


def test_new_rows_are_numbered_after_the_old(data_folder, tmp_path):
    county = live(tmp_path)
    last = Record.objects.latest("pk").pk
    rebuild_catalogue(from_empty=True)
    (row,) = enter_records(
        county.act("archivist"), fonds=county.fonds, descriptions=[{"title": "新"}]
    )
    assert row.pk == last + 1
