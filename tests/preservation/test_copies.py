"""Several stores: what is new is copied, what is damaged is mended from what was sealed."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lantai.catalogue.records.models import Component
from lantai.core.fixity import digest_bytes
from lantai.core.ocfl.inventory import User
from lantai.core.ocfl.staging import NewFile
from lantai.foundation.inbox.models import InboxItem
from lantai.foundation.jobs.tasks_shelf import tasks
from lantai.foundation.ledger.models import LedgerEntry
from lantai.foundation.policy import Operator
from lantai.foundation.refusal import Refusal
from lantai.foundation.work import Act
from lantai.preservation.depositing.place import storage_root
from lantai.preservation.fixity_audit.running import run_audit
from lantai.preservation.reconciling.truth import Options, reconcile
from lantai.preservation.recovery.restoring import lay_down
from lantai.preservation.replication.models import ObjectCopy, PreservedObject, Store
from lantai.preservation.replication.operations import (
    choose_policy,
    register_store,
    retire_store,
    thaw_object,
)
from lantai.preservation.replication.policy import Kept, copy_policies, wanting
from lantai.preservation.replication.replicating import missing_in, replicate
from tests.people import make_county
from tests.preservation.test_depositing import deposit, make_items

pytestmark = pytest.mark.django_db
OPERATOR = Act(by=Operator(), channel="cli")


def add_store(tmp_path: Path, code: str) -> Store:
    return register_store(
        OPERATOR, code=code, name=f"{code}库", url=str(tmp_path / "stores" / code), place=code
    )


@pytest.fixture
def county(data_folder, tmp_path):
    """Four records in the main store and two others."""
    county = make_county()
    deposit(county, make_items(tmp_path / "a", 4))
    county.second, county.third = add_store(tmp_path, "hill"), add_store(tmp_path, "coast")
    county.round = replicate(OPERATOR)
    return county


def copies_of(tmp_path: Path, name: str) -> list[Path]:
    """A component's file in the main store and in the two others."""
    root = storage_root()
    part = Component.objects.select_related("record").get(name=name)
    path = root.content_path(part.record.object_id, part.path)
    places = [root.storage.root / path]
    places += [tmp_path / "stores" / code / "ocfl" / path for code in ("hill", "coast")]
    for place in places:
        place.chmod(0o600)
    return places


def codes(run):
    return [(f["store"], f["code"], f["repaired"]) for f in run.findings]


def test_what_is_new_is_sealed_and_copied_byte_for_byte(county, tmp_path):
    assert (county.round.sealed, county.round.copied, county.round.away) == (4, 8, [])
    assert PreservedObject.objects.count() == 4
    for path in [copies_of(tmp_path, f"通知{n}.txt") for n in (1, 2, 3, 4)]:
        assert len({place.read_bytes() for place in path}) == 1
    again = replicate(OPERATOR)
    assert (again.sealed, again.copied) == (0, 0)
    assert run_audit(OPERATOR).copies == 8


def test_a_store_that_is_away_delays_nobody_and_catches_up(county, tmp_path, monkeypatch):
    """FAULTS 17."""
    from lantai.preservation.replication import replicating

    real = replicating.storage_of

    def unreachable(store):
        if store.code == "coast":
            raise replicating.StorageFailure("coast: 连不上 no route")
        return real(store)

    monkeypatch.setattr(replicating, "storage_of", unreachable)
    deposit(county, make_items(tmp_path / "b", 3, "J012-WS·2021-Y-BGS"), accession="A2")
    answer = replicate(OPERATOR)
    assert (answer.copied, answer.away) == (3, ["coast"])
    county.third.refresh_from_db()
    assert "no route" in county.third.trouble
    assert missing_in(county.third).count() == 3
    monkeypatch.undo()
    assert replicate(OPERATOR).copied == 3
    assert missing_in(county.third).count() == 0


DAMAGES = [
    (lambda p: p.write_bytes(p.read_bytes()[:-1] + b"?"), "bits-changed"),
    (lambda p: p.write_bytes(p.read_bytes()[:-4]), "truncated"),
    (lambda p: p.write_bytes(p.read_bytes() + b"x"), "grown"),
    (lambda p: p.write_bytes(bytes(p.stat().st_size)), "zero-filled"),
    (lambda p: p.write_bytes(b""), "zero-filled"),
    (lambda p: p.unlink(), "file-missing"),
    (lambda p: p.rename(p.with_name("别名.txt")), "renamed"),
    (lambda p: p.rename(p.with_name(p.name.replace(".txt", ".TXT"))), "case-changed"),
    (lambda p: p.with_name("多出来").write_bytes(b"x"), "extra-file"),
    (lambda p: p.write_bytes((p.parents[1] / "metadata/description.json").read_bytes()), "swapped"),
    (lambda p: shutil.rmtree(p.parents[3]), "object-missing"),
    (lambda p: (p.parents[3] / "inventory.json").write_bytes(b"{}"), "inventory-damaged"),
    (lambda p: (p.parents[3] / "inventory.json").unlink(), "inventory-missing"),
    (lambda p: (p.parents[2] / "inventory.json").write_bytes(b"{}"), "inventory-damaged"),
    (lambda p: (p.parents[3] / "inventory.json.sha512").write_bytes(b"0"), "sidecar-damaged"),
    (lambda p: (p.parents[3] / "inventory.json.sha512").unlink(), "sidecar-missing"),
    (lambda p: (p.parents[3] / "0=ocfl_object_1.1").unlink(), "mark-missing"),
    (
        lambda p: (p.parents[3] / "extensions/lantai-fixity/v1.json").write_bytes(b"{}"),
        "fixity-block-damaged",
    ),
]


def test_each_damage_is_named_by_its_class_and_mended(county, tmp_path):
    """FAULTS 14, 15: in data, inventory, sidecar; the event is in the ledger."""
    path = copies_of(tmp_path, "通知1.txt")[0]
    top = path.parents[3]
    before = {p: p.read_bytes() for p in top.rglob("*") if p.is_file()}
    for number, (change, code) in enumerate(DAMAGES, 1):
        copies_of(tmp_path, "通知1.txt")
        change(path)
        run = run_audit(OPERATOR)
        assert code in {found for _, found, _ in codes(run)}, code
        assert all(repaired for _, _, repaired in codes(run)), code
        assert (run.unrepaired, run.frozen) == (0, 0), code
        assert {p: p.read_bytes() for p in top.rglob("*") if p.is_file()} == before, code
        events = LedgerEntry.objects.filter(operation__endswith="record_repair", event="recovery")
        assert events.count() == number
    assert run_audit(OPERATOR).faults == 0


def test_two_bad_of_three_are_mended_from_the_one_that_was_sealed(county, tmp_path):
    """FAULTS 16: the majority is bad, and the same."""
    main, hill, coast = copies_of(tmp_path, "通知1.txt")
    good = coast.read_bytes()
    for place in (main, hill):
        place.write_bytes(b"forged")
    run = run_audit(OPERATOR)
    assert [(s, c) for s, c, _ in codes(run)] == [("main", "truncated"), ("hill", "truncated")]
    assert (run.faults, run.repaired) == (2, 2)
    assert main.read_bytes() == hill.read_bytes() == good


def test_a_forged_majority_with_inventories_to_match_repairs_nothing(county, tmp_path):
    """FAULTS 16: two copies agree with each other and with themselves, not with the seal."""
    from lantai.core.ocfl.inventory import sidecar_bytes

    places = copies_of(tmp_path, "通知1.txt")
    good = places[2].read_bytes()
    old = Component.objects.get(name="通知1.txt").sha512
    import hashlib

    for place in places[:2]:
        place.write_bytes(b"forged")
        top = place.parents[3]
        data = (
            (top / "inventory.json").read_text().replace(old, hashlib.sha512(b"forged").hexdigest())
        )
        for folder in (top, top / "v1"):
            (folder / "inventory.json").write_text(data)
            (folder / "inventory.json.sha512").write_bytes(sidecar_bytes(data.encode()))
    run = run_audit(OPERATOR)
    assert "inventory-not-sealed" in {code for _, code, _ in codes(run)}
    assert run.unrepaired == 0
    assert [place.read_bytes() for place in places] == [good] * 3


def test_without_a_good_copy_there_is_an_alarm_and_the_object_is_frozen(county, tmp_path):
    """FAULTS 14: nothing is mended from what is not proven."""
    places = copies_of(tmp_path, "通知1.txt")
    for place in places:
        place.write_bytes(b"forged")
    run = run_audit(OPERATOR)
    assert (run.repaired, run.frozen, run.unrepaired) == (0, 1, 3)
    row = PreservedObject.objects.exclude(frozen_at=None).get()
    assert InboxItem.objects.get(kind="object-frozen").subject == row.urn
    assert "object-frozen" in {f["code"] for f in reconcile(Options()).findings}
    assert run_audit(OPERATOR).frozen == 0  # once is enough
    with pytest.raises(Refusal):
        thaw_object(county.act("director"), row=row)
    thaw_object(county.act("director", reason="由离线光盘恢复"), row=row)
    assert not InboxItem.objects.filter(closed_at=None).exists()


def test_a_lost_replica_is_found_and_copied_anew(county, tmp_path):
    shutil.rmtree(copies_of(tmp_path, "通知1.txt")[1].parents[3])
    report = reconcile(Options())
    assert [f["code"] for f in report.findings] == ["copy-missing"]
    assert report.ok
    assert replicate(OPERATOR).copied == 1
    assert reconcile(Options()).findings == []


def test_one_copy_and_the_keys_bring_everything_back(county, tmp_path):
    laid = lay_down(str(tmp_path / "stores/hill"), tmp_path / "空机")
    assert (laid.objects, laid.ledger) == (4, True)
    assert (tmp_path / "空机/storage/ledger/segment-000001.jsonl").exists()


def test_a_policy_says_what_is_wanting(county):
    main = Kept("本馆", "北", "disk", offline=False)
    away = Kept("异地", "南", "object", offline=False)
    box = Kept("库房", "北", "optical", offline=True)
    known = copy_policies().all()
    assert wanting(known["ndsa-1"], [main]) == {"copies": (1, 2), "places": (1, 2)}
    assert wanting(known["ndsa-3"], [main, away]) == {"copies": (2, 3), "offline": (0, 1)}
    assert wanting(known["ndsa-3"], [main, away, box]) == {}
    choose_policy(county.act("director"), policy="ndsa-3")
    with pytest.raises(Refusal):
        choose_policy(county.act("director"), policy="ndsa-9")


def test_no_password_in_an_address_and_the_main_store_stays(county):
    with pytest.raises(Refusal):
        register_store(OPERATOR, code="x", name="x", url="s3://a:b@bucket/", place="x")
    main = register_store(OPERATOR, code="main", name="主存储", url="", place="本馆")
    with pytest.raises(Refusal):
        retire_store(OPERATOR, store=main)
    retire_store(OPERATOR, store=county.third)
    assert ObjectCopy.objects.filter(store=county.third).count() == 4


def test_a_paced_audit_keeps_its_pace():
    from lantai.preservation.fixity_audit.pacing import Pacer

    clock = [0.0]
    pacer = Pacer(1_000, now=lambda: clock[0], sleep=lambda s: clock.__setitem__(0, clock[0] + s))
    for _ in range(100):
        pacer(250)
    assert clock[0] == pytest.approx(25)


def test_a_later_version_that_keeps_the_sealed_one_takes_its_seal_along(county, tmp_path):
    """A certificate or a publication's list is updated by its own verb; a record never is."""
    root, name = storage_root(), "urn:lantai:YX:certificate:C2026-1"
    account = {"message": "x", "user": User("x"), "created": datetime(2026, 11, 22, tzinfo=UTC)}
    root.create(name, [NewFile("a.txt", b"one")], **account)
    run_audit(OPERATOR)  # met for the first time: sealed
    assert replicate(OPERATOR).copied == 2
    root.update(name, [NewFile("b.txt", b"two")], **account)
    run = run_audit(OPERATOR)
    assert (run.faults, PreservedObject.objects.get(object_id=name).head) == (0, "v2")
    assert LedgerEntry.objects.filter(operation__endswith="follow_seal").count() == 1
    assert replicate(OPERATOR).copied == 2
    assert run_audit(OPERATOR).faults == 0


def test_a_version_nobody_registered_is_told_and_never_thrown_away(county):
    from datetime import timedelta

    from django.utils import timezone

    root, record = storage_root(), PreservedObject.objects.first()
    account = {"message": "x", "user": User("x"), "created": timezone.now() - timedelta(hours=2)}
    root.update(record.object_id, [NewFile("b.txt", b"slipped in")], **account)
    run = run_audit(OPERATOR)
    assert [code for _, code, _ in codes(run)] == ["version-unregistered"]
    assert (run.unrepaired, root.read_inventory(record.object_id).head) == (1, "v2")


def test_a_version_just_written_waits_for_its_row_and_then_its_copies_follow(county):
    from django.utils import timezone

    root, record = storage_root(), PreservedObject.objects.first()
    account = {"message": "x", "user": User("x"), "created": timezone.now()}
    root.update(record.object_id, [NewFile("preservation/b.txt", b"migrated")], **account)
    assert run_audit(OPERATOR).faults == 0
    digests = digest_bytes(b"migrated").values
    part = Component.objects.filter(record__object_id=record.object_id).get()
    part.pk, part.path, part.size = None, "preservation/b.txt", 8
    part.sha512, part.sm3 = digests["sha512"], digests["sm3"]
    part.save()
    assert tasks()["replication.follow"](Asked({"objects": [record.pk]}))["followed"] == 1
    run = run_audit(OPERATOR)
    assert (run.faults, run.copies) == (0, 8)
    record.refresh_from_db()
    assert record.head == "v2"


class Asked:
    """What a job gives its task."""

    def __init__(self, arguments):
        self.arguments = arguments

    def progress(self, done, total, note=""):
        pass


def test_every_verb_of_keeping_leaves_its_entry(county, tmp_path):
    """seal_objects, record_copies, record_poll, record_backup: told in the ledger."""
    from lantai.preservation.peering.models import PeerPoll
    from lantai.preservation.peering.operations import record_poll
    from lantai.preservation.recovery.operations import record_backup

    record_poll(OPERATOR, poll=PeerPoll(peer="B", asked=1, agreed=1))
    record_backup(OPERATOR, figures={"backup": "x", "target": "/b", "ok": True, "objects": 1,
                                     "bytes_copied": 1, "seconds": 1.0})  # fmt: skip
    told = set(LedgerEntry.objects.values_list("operation", flat=True))
    verbs = {"seal_objects", "record_copies", "record_poll", "record_backup"}
    assert verbs <= {name.rsplit(".", 1)[1] for name in told}
