"""Carried one way: trust_source, note_sent, take_in_bundle, by the command of each side.

The inner side sends what is open and published; the public side takes it in, in order, unchanged,
from the key it trusts, gives it to everybody, and takes back what was taken down inside.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from lantai.access.carrying.models import CarriedBundle, CarrySource
from lantai.access.opening.publishing import take_down
from lantai.access.search.followers import bring_up_to_date
from lantai.catalogue.records.models import Record
from lantai.cli.main import main
from lantai.engines.sign.sm2 import load_or_create
from lantai.foundation.ledger.signing import own_public_key
from lantai.preservation.depositing.items import DepositFile, DepositItem
from lantai.preservation.depositing.operations import register_deposit
from lantai.preservation.depositing.storing import store_items
from lantai.preservation.rebuilding.catalogue import empty_catalogue
from tests.people import make_county

pytestmark = pytest.mark.django_db


def carry(capsys: Any, *words: str) -> tuple[int, dict[str, Any]]:
    """The command's exit and its JSON."""
    capsys.readouterr()
    code = main(["carry", *words, "--json"])
    lines = capsys.readouterr().out.splitlines()
    return code, json.loads(lines[-1]) if lines else {}


def rewritten(bundle: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """The bundle with one of its members changed."""
    target = bundle.with_name(f"changed-{Path(name).name}-{bundle.name}")
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(target, "w") as new:
        for member in old.namelist():
            data = old.read(member)
            new.writestr(member, change(data) if member == name else data)
    return target


def deposited(county: Any, folder: Path) -> list[Record]:
    """Two records with a file each."""
    items = []
    for number, title in enumerate(("柳湾乡防汛通知", "白鹭渡引水批复"), 1):
        file = folder / f"{title}.txt"
        file.write_text(f"{title}全文")
        values = {"title": title, "reference_code": f"J012-WS·1988-{number}", "notes": "内部备注"}
        items.append(DepositItem(str(number), values, files=[DepositFile(file, file.name)]))
    stored = store_items(holder=county.archives, accession="A-1", items=items)
    register_deposit(county.act("archivist"), fonds=county.fonds, accession="A-1", stored=stored)
    return list(Record.objects.order_by("pk"))


def sent(county: Any, capsys: Any, folder: Path) -> tuple[list[Path], Record, Record, str]:
    """Three bundles of the inner side: all, the changes, all again."""
    first, second = deposited(county, folder)
    Record.objects.update(access_status="open", publication="2026-1")
    secret = Record.objects.create(
        holder=county.archives, fonds=county.fonds, title="尚未开放的批复",
        created_at=first.created_at, updated_at=first.updated_at,
    )  # fmt: skip
    files = [folder / f"{n}.zip" for n in (1, 2, 3)]
    code, told = carry(capsys, "out", str(files[0]), "--institution", "YX")
    assert (code, told["number"], told["records"], told["gone"]) == (0, 1, 2, 0)
    assert told["files"] >= 2
    with zipfile.ZipFile(files[0]) as pack:
        assert "lantai carry in" in pack.read("README.txt").decode()
        told_all = pack.read("bundle.json").decode()
        assert secret.title not in told_all and "内部备注" not in told_all
    assert carry(capsys, "out", str(files[1]), "--institution", "YX") == (0, {"changed": False})
    Record.objects.filter(pk=first.pk).update(title="改过的题名")
    take_down(county.act("director"), record=second, reason="涉及个人信息")
    told = carry(capsys, "out", str(files[1]), "--institution", "YX")[1]
    assert (told["number"], told["records"], told["gone"]) == (2, 1, 1)
    carry(capsys, "out", str(files[2]), "--institution", "YX", "--whole")
    assert carry(capsys, "in", str(files[0]))[1]["code"] == "one-way"
    seat = Client()
    seat.force_login(county.people["archivist"])
    page = seat.get("/carrying/").content.decode()
    assert seat.get("/carrying/").context["number"] == 3
    assert told["digest"][:16] in page and own_public_key() in page
    seat.force_login(county.people["officer"])
    assert seat.get("/carrying/").status_code == 403
    return files, first, second, own_public_key()


def test_published_records_go_one_way_in_order_unchanged_and_come_down_again(
    data_folder: Path, tmp_path: Path, settings: Any, capsys: Any
):
    files, first, second, key = sent(make_county(), capsys, tmp_path)
    outside = tmp_path / "outside"
    outside.mkdir()
    with transaction.atomic():
        empty_catalogue()
    settings.LANTAI = replace(
        settings.LANTAI, data=outside, index_url=f"tantivy://{outside}/index",
        store_url=f"folder://{outside}/storage/ocfl",
    )  # fmt: skip
    assert carry(capsys, "in", str(files[0]))[1]["code"] == "source-unknown"
    assert carry(capsys, "trust", "YX", "04ff")[0] == 1
    other = load_or_create(tmp_path / "other.json").public_key
    assert carry(capsys, "trust", "YX", other)[0] == 0  # the wrong key
    assert "签名不符" in carry(capsys, "in", str(files[0]))[1]["message"]
    CarrySource.objects.all().delete()
    assert carry(capsys, "trust", "YX", key, "--name", "云溪县档案馆")[0] == 0
    with zipfile.ZipFile(files[0]) as pack:
        member = next(name for name in pack.namelist() if name.startswith("files/"))
    for changed, reason in (
        (rewritten(files[0], "bundle.json", lambda b: b.replace(b"2026-1", b"2026-2")), "签名不符"),
        (rewritten(files[0], member, lambda b: b + b"x"), "摘要不符"),
        (files[1], "应收第 1 包"),
    ):
        code, told = carry(capsys, "in", str(changed))
        assert code == 1 and reason in told["message"], told
    torn = tmp_path / "torn.zip"
    torn.write_bytes(files[0].read_bytes()[:200])
    assert carry(capsys, "in", str(torn))[0] == 2
    assert not Record.objects.exists() and not CarriedBundle.objects.exists()
    taken_in(capsys, files, first, second)
    assert carry(capsys, "out", str(tmp_path / "back.zip"), "--institution", "YX")[1]["code"] == (
        "one-way"
    )


def taken_in(capsys: Any, files: list[Path], first: Record, second: Record) -> None:
    """The first, then the changes, then all again: everybody reads what stands."""
    public = Client()
    assert carry(capsys, "in", str(files[0]))[1]["records"] == 2
    one = Record.objects.get(reference_code=first.reference_code)
    two = Record.objects.get(reference_code=second.reference_code)
    bring_up_to_date()
    for record in (one, two):
        assert public.get(f"/portal/records/{record.uid}/").status_code == 200
        assert record.title in public.get("/portal/opened/2026-1/").content.decode()
    assert "/portal/opened/2026-1/" in public.get("/portal/opened/").content.decode()
    assert public.get("/api/v1/search", {"q": two.title[:4]}).json()["total"] >= 1
    assert one.components.exists() and one.object_id
    assert "已经收过" in carry(capsys, "in", str(files[0]))[1]["message"]
    assert carry(capsys, "in", str(files[1]))[1]["gone"] == 1
    one.refresh_from_db()
    assert one.title == "改过的题名"
    listed = public.get("/portal/opened/2026-1/").content.decode()
    assert one.title in listed and two.title not in listed
    assert public.get(f"/portal/records/{two.uid}/").status_code == 404
    whole = shutil.copy(files[2], files[2].with_name("whole.zip"))
    assert carry(capsys, "in", str(whole))[1]["whole"] is True
    assert Record.objects.filter(access_status="open").count() == 1
