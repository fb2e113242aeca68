"""The ledger's proof: an edited, deleted or reordered row is located, in database and files."""

from __future__ import annotations

import json

import pytest
from django.db import transaction

from lantai.catalogue.fonds.operations import register_fonds
from lantai.cli.main import main
from lantai.core.ledger.segments import segment_path
from lantai.foundation.audit.verification import verify_files, verify_ledger
from lantai.foundation.ledger import writing
from lantai.foundation.ledger.models import LedgerEntry, LedgerHead, LedgerSubject
from lantai.foundation.ledger.sealing import seal_now
from lantai.foundation.work import Act
from tests.people import make_county

pytestmark = pytest.mark.django_db


@pytest.fixture
def county(data_folder):
    return make_county()


def codes(report):
    return {(p.where, p.code, p.sequence) for p in report.problems}


def test_an_untouched_ledger_is_sound(county, data_folder):
    seal_now()
    register_fonds(county.act("archivist"), holder=county.archives, code="J099", name="新")
    report = verify_ledger()
    assert report.ok, report.problems
    assert report.entries == LedgerEntry.objects.count()
    assert report.segments == 2
    assert report.signatures_checked


def test_an_edited_row_of_the_database_is_located(county):
    LedgerEntry.objects.filter(sequence=4).update(agent_name="别人")
    assert codes(verify_ledger()) == {("database", "edited", 4)}


def test_a_row_edited_with_its_hash_is_located(county):
    row = LedgerEntry.objects.get(sequence=4)
    row.agent_name = "别人"
    from lantai.core.ledger.chain import entry_hash
    from lantai.foundation.audit.verification import _chained

    row.hash = entry_hash(row.previous, _chained(row))
    row.save()
    assert ("database", "broken-link", 5) in codes(verify_ledger())


def test_a_deleted_row_of_the_database_is_located(county):
    LedgerSubject.objects.filter(entry_id=4).delete()
    LedgerEntry.objects.filter(sequence=4).delete()
    assert ("database", "missing", 4) in codes(verify_ledger())


def test_two_swapped_rows_of_the_database_are_located(county):
    names = [f.attname for f in LedgerEntry._meta.concrete_fields if f.attname != "sequence"]
    one, two = (LedgerEntry.objects.filter(sequence=n).values(*names).get() for n in (4, 5))
    LedgerEntry.objects.filter(sequence=4).update(**two)
    LedgerEntry.objects.filter(sequence=5).update(**one)
    found = codes(verify_ledger())
    assert {("database", "edited", 4), ("database", "edited", 5)} <= found


def test_a_cut_tail_of_the_database_is_located(county):
    last = LedgerEntry.objects.latest("sequence").sequence
    LedgerSubject.objects.filter(entry_id__gt=last - 3).delete()
    LedgerEntry.objects.filter(sequence__gt=last - 3).delete()
    assert ("database", "missing", last - 2) in codes(verify_ledger())


def test_a_database_put_back_to_an_earlier_day_is_located(county):
    last = LedgerEntry.objects.latest("sequence").sequence
    LedgerSubject.objects.filter(entry_id__gt=last - 3).delete()
    LedgerEntry.objects.filter(sequence__gt=last - 3).delete()
    kept = LedgerEntry.objects.latest("sequence")
    LedgerHead.objects.update(sequence=kept.sequence, hash=kept.hash)
    found = codes(verify_ledger())
    assert ("database", "behind-storage", last - 2) in found
    assert ("storage", "head-differs", last - 3) in found


def edit_lines(folder, change):
    path = segment_path(folder / "storage/ledger", 1)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(change(lines)))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            lambda ls: [*ls[:3], ls[3].replace("云溪".encode(), "乌有".encode()), *ls[4:]],
            "rows-altered",
        ),
        (lambda ls: [*ls[:3], *ls[4:]], "missing"),
        (lambda ls: [*ls[:3], ls[4], ls[3], *ls[5:]], "missing"),
        (lambda ls: ls[:-2], "head-differs"),
        (lambda ls: [*ls, ls[3]], "out-of-order"),
    ],
    ids=["edit", "delete", "swap", "truncate", "double"],
)
def test_a_change_to_the_files_is_located(county, data_folder, change, code):
    edit_lines(data_folder, change)
    report = verify_ledger()
    problems = [p for p in report.problems if p.where == "storage"]
    assert code in {p.code for p in problems}
    assert all(p.path for p in problems)


def test_a_sealed_segment_cannot_be_rewritten_whole(county, data_folder):
    seal_now()
    path = segment_path(data_folder / "storage/ledger", 1)
    path.chmod(0o600)
    edit_lines(data_folder, lambda ls: ls[:-2])
    assert "seal-differs" in {p.code for p in verify_files(data_folder / "storage/ledger").problems}


def test_a_commit_that_failed_after_the_files_were_written_is_no_fault(county, monkeypatch):
    def die(lines):
        write(lines)
        raise OSError("the power fails here")

    write = writing.segment_writer().append_work
    with monkeypatch.context() as broken:
        broken.setattr(writing.segment_writer(), "append_work", die)
        with pytest.raises(OSError, match="power"):
            register_fonds(county.act("archivist"), holder=county.archives, code="J1", name="x")
    report = verify_ledger()
    assert report.ok, report.problems
    assert report.uncommitted
    register_fonds(county.act("archivist"), holder=county.archives, code="J2", name="y")
    report = verify_ledger()
    assert report.ok, report.problems
    assert report.abandoned
    assert not report.uncommitted


def test_an_abandoned_unit_of_several_entries_is_no_fault(county, monkeypatch):
    from lantai.foundation.policy import Operator
    from lantai.foundation.work import PendingEntry, Work

    act = Act(by=Operator(), channel="cli")
    entries = [PendingEntry(act, "e", f"op{n}", "success", []) for n in range(3)]
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        writing.write_entries(Work(entries=entries))
        1 / 0  # noqa: B018
    assert verify_ledger().uncommitted
    register_fonds(county.act("archivist"), holder=county.archives, code="J3", name="z")
    register_fonds(county.act("archivist"), holder=county.archives, code="J4", name="z")
    report = verify_ledger()
    assert report.ok, report.problems
    assert report.abandoned == 3


def test_the_command_says_where(county, data_folder, capsys):
    assert main(["audit", "verify", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True
    LedgerEntry.objects.filter(sequence=4).update(reason="改")
    assert main(["audit", "verify", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["findings"][0]["sequence"], found["findings"][0]["where"]) == (4, "database")
    seal_now()
    folder = str(data_folder / "storage/ledger")
    assert main(["audit", "verify", "--offline", folder, "--json"]) == 0
