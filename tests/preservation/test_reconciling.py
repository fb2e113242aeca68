"""Reconcile and fixity: every difference is found and located; what can heal, heals."""

from __future__ import annotations

import json
import os
import time

import pytest

from lantai.catalogue.records.models import Component, Record
from lantai.cli.main import main
from lantai.core.progress import Stopped
from lantai.foundation.policy import Operator
from lantai.foundation.work import Act
from lantai.preservation.depositing.models import Deposit
from lantai.preservation.depositing.place import storage, storage_root
from lantai.preservation.depositing.queries import component_file
from lantai.preservation.depositing.storing import store_items
from lantai.preservation.fixity_audit.models import FixityRun
from lantai.preservation.fixity_audit.running import run_audit
from lantai.preservation.reconciling.truth import Options, reconcile
from tests.people import make_county
from tests.preservation.test_depositing import deposit, make_items

pytestmark = pytest.mark.django_db


@pytest.fixture
def county(data_folder, tmp_path):
    county = make_county()
    deposit(county, make_items(tmp_path / "a", 4))
    return county


def codes(report):
    return [finding["code"] for finding in report.findings]


def damage(change):
    path = component_file(Component.objects.order_by("pk").first())
    path.chmod(0o600)
    change(path)
    return path


def test_three_truths_that_agree_leave_nothing_to_say(county):
    report = reconcile(Options(digests=True))
    assert report.ok
    assert report.findings == []
    assert report.counts["rows"] == {"records": 4, "components": 4, "files_read": 36}
    assert report.counts["objects"] == {"objects": 4}


def test_an_object_without_a_row_is_adopted_and_told(county, tmp_path):
    items = make_items(tmp_path / "b", 2, "J012-WS·2023-Y-BGS")
    store_items(holder=county.archives, accession="B", items=items, fonds=county.fonds)
    assert not reconcile(Options(mend=False)).findings[0]["healed"]
    report = reconcile(Options())
    assert codes(report) == ["object-without-row"] * 2
    assert report.ok
    assert report.healed == 2
    assert Record.objects.count() == 6
    assert reconcile(Options()).findings == []


def test_a_row_without_its_object_is_an_alarm(county):
    record = Record.objects.order_by("pk").first()
    storage_root().purge(record.object_id)
    report = reconcile(Options())
    assert codes(report) == ["object-missing"]
    assert report.as_json()["invariants"] == {"I1": False, "I2": True, "I3": True}


def test_leftovers_in_staging_are_swept(county):
    left = storage().new_staging()
    os.utime(left, (time.time() - 9_000,) * 2)
    assert codes(reconcile(Options())) == ["staging-swept"]
    assert not left.exists()


def test_a_deposit_that_lost_a_record_is_told(county):
    Deposit.objects.update(items=9)
    assert codes(reconcile(Options())) == ["deposit-count"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda p: p.write_bytes(p.read_bytes()[:-1] + b"\x00"), "bits-changed"),
        (lambda p: p.write_bytes(b""), "zero-filled"),
        (lambda p: p.unlink(), "file-missing"),
        (lambda p: p.with_name("多出来").write_bytes(b"x"), "extra-file"),
    ],
    ids=["bit", "zero", "gone", "extra"],
)
def test_a_fault_in_storage_is_located_by_the_fixity_run(county, change, code):
    path = damage(change)
    run = run_audit(Act(by=Operator(), channel="cli"))
    assert [finding["code"] for finding in run.findings] == [code]
    assert path.parent.name in run.findings[0]["path"]
    assert run.faults == 1
    assert run.walked == 4


def test_a_stopped_fixity_run_goes_on_where_it_was(county):
    def stop_at_two(done, total, note=""):
        if done == 2:
            raise Stopped

    with pytest.raises(Stopped):
        run_audit(Act(by=Operator(), channel="cli"), stop_at_two)
    assert FixityRun.objects.get().walked == 2
    run = run_audit(Act(by=Operator(), channel="cli"))
    assert (run.walked, run.faults) == (4, 0)
    assert FixityRun.objects.count() == 1
    assert run.finished_at


def test_the_commands_say_it(county, capsys):
    assert main(["reconcile", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True
    assert main(["fixity", "run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["objects"] == 4
    damage(lambda p: p.write_bytes(b"x"))
    assert main(["fixity", "run", "--json"]) == 1
    assert main(["reconcile", "--digests", "--json"]) == 1
