"""Off-line carriers: sealed, labelled, registered, tested; a faulty one is told."""

from __future__ import annotations

import json

import pytest

from lantai.cli.main import main
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.inbox.models import InboxItem
from lantai.foundation.refusal import Refusal
from lantai.preservation.carriers.batch import read_carrier, write_carrier
from lantai.preservation.carriers.operations import record_test, register_carrier
from lantai.preservation.recovery.restoring import lay_down
from lantai.preservation.replication.models import CarrierSet, ObjectCopy
from lantai.preservation.replication.operations import register_store
from lantai.preservation.replication.queries import fulfilment, store_lines
from lantai.preservation.replication.replicating import replicate
from tests.people import make_county
from tests.preservation.test_depositing import deposit, make_items

pytestmark = pytest.mark.django_db


@pytest.fixture
def county(data_folder, tmp_path):
    """Five records and a shelf for discs."""
    county = make_county()
    deposit(county, make_items(tmp_path / "a", 5))
    act = county.act("director")
    county.box = register_store(
        act, code="box", name="离线库房", url="", place="二号库", medium="optical", offline=True
    )
    replicate(county.act("archivist"))
    return county


def write(county, folder, number="YX-G-0001", **more):
    batch = write_carrier(county.box, folder, number=number, set_no="封存", kind="optical", **more)
    return register_carrier(
        county.act("archivist"), store=county.box, batch=batch, set_no="封存", kind="optical"
    )


def test_a_carrier_is_whole_labelled_and_restorable(county, tmp_path):
    folder = tmp_path / "盘一"
    row = write(county, folder)
    assert (row.objects_held, row.state) == (5, CarrierSet.EXPORTED)
    assert "载体编号：YX-G-0001" in (folder / "说明文件.TXT").read_text("utf-8")
    tested = read_carrier(folder, number=row.number, manifest_sm3=row.manifest_sm3)
    assert tested.findings == []
    assert tested.read == tested.files > 30
    record_test(county.act("archivist"), carrier=row, tested=tested)
    assert CarrierSet.objects.get().state == CarrierSet.SOUND
    line = RegisterEntry.objects.get(register="backup-sets")  # the register says the same
    assert (line.values["set_no"], line.values["result"]) == (row.number, "good")
    assert line.values["digest"] == row.manifest_sm3 and line.source == row.urn
    assert lay_down(str(folder), tmp_path / "空机").objects == 5
    assert ObjectCopy.objects.filter(store=county.box).count() == 5
    assert [line["backlog"] for line in store_lines()] == [0, 0]
    found = fulfilment()
    assert (found["objects"], found["met"]) == (5, 5)  # two copies in two places


def test_what_does_not_fit_goes_on_the_next_carrier(county, tmp_path):
    first = write(county, tmp_path / "盘一", capacity=4_000)
    second = write(county, tmp_path / "盘二", number="YX-G-0002")
    assert 0 < first.objects_held < 5
    assert first.objects_held + second.objects_held == 5
    with pytest.raises(Refusal):
        write(county, tmp_path / "盘三", number="YX-G-0003")
    with pytest.raises(Refusal):
        write(county, tmp_path / "盘一", number="YX-G-0004")


def test_one_fault_in_the_sample_and_all_is_read_and_told(county, tmp_path):
    folder = tmp_path / "盘一"
    row = write(county, folder)
    for path in folder.rglob("通知*.txt"):
        path.chmod(0o600)
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    tested = read_carrier(folder, number=row.number, manifest_sm3=row.manifest_sm3, share=0.9)
    assert tested.read == tested.files
    assert [f["code"] for f in tested.findings] == ["bits-changed"] * 5
    record_test(county.act("archivist"), carrier=row, tested=tested)
    assert CarrierSet.objects.get().state == CarrierSet.FAULTY
    assert InboxItem.objects.get(kind="carrier-faulty").title.startswith("载体 YX-G-0001")


def test_another_carrier_or_a_forged_manifest_is_not_taken_for_it(county, tmp_path):
    folder = tmp_path / "盘一"
    row = write(county, folder)
    codes = [f["code"] for f in read_carrier(folder, number="X", manifest_sm3="0" * 64).findings]
    assert codes == ["other-carrier", "manifest-differs"]
    (folder / "carrier.json").write_bytes(b"{}")
    found = read_carrier(folder, number=row.number, manifest_sm3=row.manifest_sm3)
    assert [f["code"] for f in found.findings] == ["carrier-unreadable"]
    (folder / "多余.txt").write_bytes(b"x")


def test_the_commands_do_it(county, tmp_path, capsys):
    folder = str(tmp_path / "盘一")
    assert main(["store", "export", "YX-G-0009", folder, "--store", "box", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["objects"] == 5
    assert main(["store", "test", "YX-G-0009", folder, "--share", "0.1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"]
    assert main(["store", "list", "--json"]) == 0
    assert [line["code"] for line in json.loads(capsys.readouterr().out)] == ["main", "box"]
    assert main(["store", "policy", "ndsa-2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["copies"] == 3
    assert main(["store", "add", "far", str(tmp_path / "far"), "--place", "外地", "--json"]) == 0
    assert main(["store", "copy", "--json"]) == 0
    assert main(["store", "retire", "far", "--json"]) == 0
    assert main(["store", "retire", "none"]) == 2
