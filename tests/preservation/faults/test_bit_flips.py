"""FAULTS 14: one bit, anywhere: in data, inventory, sidecar, ledger; found, mended, told."""

from __future__ import annotations

import json
import os
import random

import pytest

from lantai.foundation.audit.verification import verify_ledger
from lantai.foundation.policy import Operator
from lantai.foundation.work import Act
from lantai.preservation.depositing.place import storage_root
from lantai.preservation.fixity_audit.running import run_audit
from lantai.preservation.replication.operations import register_store
from lantai.preservation.replication.replicating import replicate
from tests.people import make_county
from tests.preservation.test_depositing import deposit, make_items

pytestmark = pytest.mark.django_db
OPERATOR = Act(by=Operator(), channel="cli")


def flips(data_folder, tmp_path, rounds: int) -> dict[str, int]:
    """Flip one bit of one stored file a round; what became of each."""
    county = make_county()
    deposit(county, make_items(tmp_path / "a", 4))
    for code in ("hill", "coast"):
        register_store(OPERATOR, code=code, name=code, url=str(tmp_path / code), place=code)
    replicate(OPERATOR)
    run_audit(OPERATOR)
    tops = [storage_root().storage.root, tmp_path / "hill/ocfl", tmp_path / "coast/ocfl"]
    files = [
        p for top in tops for p in sorted(top.rglob("*")) if p.is_file() and "urn%3a" in str(p)
    ]
    dice, seen = random.Random(14), {"rounds": rounds, "found": 0, "mended": 0}
    for _ in range(rounds):
        path = dice.choice(files)
        before = path.read_bytes()
        data = bytearray(before)
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        path.chmod(0o600)
        path.write_bytes(data)
        run = run_audit(OPERATOR)
        seen["found"] += bool(run.faults)
        seen["mended"] += path.read_bytes() == before and not run.unrepaired
        if path.read_bytes() != before:
            raise AssertionError((path, run.findings))
    return seen


def test_14_a_bit_flipped_anywhere_in_an_object_is_found_and_mended(data_folder, tmp_path):
    seen = flips(data_folder, tmp_path, 25)
    assert seen == {"rounds": 25, "found": 25, "mended": 25}


@pytest.mark.soak
def test_14_thousands_of_flips_are_found_and_mended(data_folder, tmp_path):
    rounds = int(os.environ.get("LANTAI_SOAK_FLIPS", "2000"))
    seen = flips(data_folder, tmp_path, rounds)
    print(json.dumps(seen))
    assert seen["found"] == seen["mended"] == rounds


def test_14_a_bit_flipped_in_the_ledger_is_found_with_its_place(data_folder, tmp_path):
    county = make_county()
    deposit(county, make_items(tmp_path / "a", 2))
    path = data_folder / "storage/ledger/segment-000001.jsonl"
    whole, dice = path.read_bytes(), random.Random(14)
    for _ in range(20):
        data = bytearray(whole)
        place = dice.randrange(len(data) - 1)
        data[place] ^= 1 << dice.randrange(8)
        path.write_bytes(data)
        report = verify_ledger()
        assert not report.ok
        assert any(p.sequence or p.line for p in report.problems)
    path.write_bytes(whole)
    assert verify_ledger().ok
