"""Supervision: the draw that others can draw again, the check on site, the way to rectified."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from lantai.cli.main import main
from lantai.core.draws import NotADraw, commitment, conduct, list_digest, published, verify
from lantai.foundation.accounts.operations import assign_role, create_person
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.operations import move_case, open_case
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.desks.registers.operations import add_entry
from lantai.foundation.policy import Operator
from lantai.foundation.refusal import Refusal
from lantai.foundation.work import Act
from lantai.governance.supervision.models import Draw, SiteCheck
from lantai.governance.supervision.offline import mark_of
from lantai.governance.supervision.operations import commit_draw, hold_draw, record_site_check
from tests.people import PASSWORD, make_county


def a_draw(bodies: int = 30, seed: str = "ab" * 32) -> dict[str, Any]:
    draw: dict[str, Any] = {
        "number": "CQ-1", "title": "年度", "authority": "县档案局", "items": ["归档"], "beacon": "",
        "rule": {"targets": min(5, bodies), "inspectors": 2}, "recusals": [["p1", "b01"]],
        "targets": [{"id": f"b{n:02}", "name": f"单位{n}", "weight": 1 + n % 3} for n in range(bodies)],
        "inspectors": [{"id": f"p{n}", "name": f"人{n}", "body": "AUTH"} for n in range(5)],
        "committed_at": "2026-01-01", "drawn_at": "2026-01-02", "seed": seed,
    }  # fmt: skip
    draw["list_digest"] = list_digest(draw)
    draw["commitment"] = commitment(draw["list_digest"], seed)
    draw["result"] = conduct(draw, seed)
    return draw


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 255))
def test_one_changed_byte_anywhere_is_detected(place, shift):
    data = bytearray(FILE)
    data[place % len(data)] = (data[place % len(data)] + shift) % 256
    try:
        assert verify(bytes(data))[1]
    except NotADraw:
        pass


FILE = published(a_draw())


def test_the_draw_is_the_same_everywhere_and_recusal_is_kept():
    draw, faults = verify(FILE)
    assert not faults and len({r["target"] for r in draw["result"]}) == 5
    for number in range(200):
        for line in conduct(draw, f"seed-{number}"):
            assert line["target"] != "b01" or "p1" not in line["inspectors"]
            assert len(set(line["inspectors"])) == 2


def test_heavier_bodies_are_drawn_more_often():
    draw = {**a_draw(4), "rule": {"targets": 1, "inspectors": 2}, "recusals": []}
    hits = [conduct(draw, f"s{n}")[0]["target"] for n in range(1500)]
    assert hits.count("b02") > 1.7 * hits.count("b00")  # weight 3 against 1


def test_somebody_who_changes_all_digests_is_caught_by_what_was_published_before():
    draw = a_draw()
    forged = {**draw, "seed": "cd" * 32}
    forged["result"] = conduct(forged, forged["seed"])
    assert {f.code for f in verify(published(forged))[1]} == {"seed"}


def test_the_command_says_it_by_its_exit(tmp_path: Path, capsys: Any):
    path = tmp_path / "draw.json"
    path.write_bytes(FILE)
    assert main(["draw", "verify", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["valid"] is True
    path.write_bytes(FILE.replace("单位3".encode(), "单位4".encode(), 1))
    assert main(["draw", "verify", str(path), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert {f["code"] for f in told["findings"]} >= {"bytes", "lists"}
    path.write_bytes(b"{}")
    assert main(["draw", "verify", str(path)]) == 2


def signed_in(county: Any, who: str) -> Client:
    client = Client()
    client.force_login(county.people[who])
    return client


@pytest.mark.django_db
def test_an_inspection_from_the_draw_to_rectified(data_folder: Path):
    county, public = make_county(), Client()
    by = Act(by=Operator(), channel="cli")
    second = create_person(by, username="supervisor2", name="寅科员", password=PASSWORD)
    assign_role(by, person=second, institution=county.authority, role="supervisor")
    boss = signed_in(county, "supervisor")
    boss.post("/supervision/draws/", {"title": "年度双随机", "targets": 1, "inspectors": 2,
              "items": "责任制\n归档", "weighted": "MZ 3", "recusals": "archivist2 MZ"})  # fmt: skip
    draw = Draw.objects.get()
    before = public.get(f"/supervision/draws/{draw.number}/").content.decode()
    assert draw.commitment in before and draw.seed not in before
    assert draw.seed.encode() not in public.get(f"/supervision/draws/{draw.number}.json").content
    assert (
        boss.post(f"/supervision/draws/{draw.number}/hold/", {"beacon": "080315"}).status_code
        == 302
    )
    told, faults = verify(public.get(f"/supervision/draws/{draw.number}.json").content)
    assert not faults and told["seed"] == draw.seed
    with pytest.raises(Refusal):
        hold_draw(county.act("supervisor"), draw=draw)
    case = Case.objects.get(subject=draw.urn)
    move = f"/cases/{case.number}/move/"
    boss.post(f"{move}notify/", {"notify-officers": "\n".join(case.data["officers"]),
                                 "notify-visit_on": "2026-12-20"})  # fmt: skip
    boss.post(f"{move}begin/")
    _checked_off_line(boss, county, case)
    boss.post(f"{move}conclude/", {"conclude-grade": "fair", "conclude-findings": "未归档",
                                   "conclude-problems": "2"})  # fmt: skip
    assert "责任制" not in public.get("/supervision/").content.decode()
    boss.post(f"{move}order/", {"order-opinion": "发现两个问题", "order-demand": "限期归档",
                                "order-severity": "serious"})  # fmt: skip
    line = RegisterEntry.objects.get(register="problem-ledger")
    assert (line.values["severity"], line.values["state"]) == ("major", "doing")
    told = boss.get("/supervision/draws/").context
    assert len(told["inspected"]) == 1 and len(told["missed"]) == told["covered"].bodies - 1
    assert all(row["last"] is None for row in told["missed"])
    assert not boss.get(f"/supervision/draws/?year={case.opened_at.year - 1}").context["inspected"]
    assert "发现两个问题" in public.get("/supervision/").content.decode()
    body = {"MZ": "leader", "JY": "other_officer"}.get(case.data["target"])
    if body is None:  # the archives itself was drawn: nobody of a unit reports for it
        return
    unit = signed_in(county, body)
    unit.post(f"{move}report/", {"report-rectified": "已补归档"})
    boss.post(f"{move}close/")
    case.refresh_from_db()
    line.refresh_from_db()
    assert case.state == "done" and line.values["state"] == "closed"


def _checked_off_line(boss: Client, county: Any, case: Case) -> None:
    form = boss.get(f"/supervision/site/{case.number}/form.html").content.decode()
    assert mark_of(case, "archives_work") in form and "http" not in form
    items = {"1": {"verdict": "yes", "note": ""}, "4": {"verdict": "no", "note": "缺三年"}}
    lines = [f"{k}|{v['verdict']}|{v['note']}" for k, v in sorted(items.items())]
    lines.append("4|现场.jpg|" + "/9j/")
    sent = {"case": case.number, "checklist": "archives_work", "items": items,
            "mark": mark_of(case, "archives_work"),
            "photos": [{"item": "4", "name": "现场.jpg", "data": "/9j/"}],
            "digest": hashlib.sha256("\n".join(lines).encode()).hexdigest()}  # fmt: skip
    changed = {**sent, "items": {**items, "4": {"verdict": "yes", "note": "缺三年"}}}
    strange = {**sent, "mark": "0" * 64}
    address = f"/supervision/site/{case.number}/"
    for form_sent, good in ((changed, False), (strange, False), (sent, True)):
        file = SimpleUploadedFile("结果.json", json.dumps(form_sent).encode())
        boss.post(address, {"form": file})
        assert SiteCheck.objects.filter(case=case).exists() is good
    row = SiteCheck.objects.get()
    assert row.offline and row.items["4"]["note"] == "缺三年"
    assert "现场.jpg" in boss.get(f"/cases/{case.number}/").content.decode()
    with pytest.raises(Refusal):
        record_site_check(county.act("supervisor"), case=case, checklist="archives_work",
                          items={"99": {"verdict": "yes"}}, photos=[])  # fmt: skip


@pytest.mark.django_db
def test_a_draw_needs_two_inspectors_and_the_authoritys_people(data_folder: Path):
    county = make_county()
    lists = {"rule": {"targets": 1, "inspectors": 1}, "targets": [{"id": "MZ", "name": "民政局"}],
             "inspectors": [], "recusals": [], "items": []}  # fmt: skip
    with pytest.raises(Refusal, match="两人"):
        commit_draw(county.act("supervisor"), authority=county.authority, title="抽", lists=lists)
    with pytest.raises(Refusal):
        commit_draw(county.act("officer"), authority=county.authority, title="抽", lists=lists)


@pytest.mark.django_db
def test_a_draw_begins_with_the_ledger_of_targets_and_writes_what_was_found_back(
    data_folder: Path,
):
    county = make_county()
    line = {"name": "云溪县民政局", "class": "office", "risk": "high", "complaints": 2}
    add_entry(county.act("supervisor"), register="inspection-targets",
                 institution=county.authority, values=line)  # fmt: skip
    form = signed_in(county, "supervisor").get("/supervision/draws/").context
    weighted = next(sheet for sheet in form["sheets"] if sheet["name"] == "weighted")
    assert weighted["text"] == "云溪县民政局\t4" and "责任制" in form["form"].initial["items"]
    case = open_case(
        county.act("supervisor"), definition="inspection", institution=county.authority, title="",
        data={"target": "MZ", "kind": "plan", "items": ["归档"], "officers": ["壬", "丁"]},
    )  # fmt: skip
    for step, data in (
        ("notify", {"officers": ["壬", "丁"], "visit_on": "2026-11-20"}), ("begin", {}),
        ("conclude", {"grade": "poor", "findings": "三年未归档", "problems": 1}),
    ):  # fmt: skip
        move_case(county.act("supervisor"), case=case, transition=step, data=data)
    kept = RegisterEntry.objects.get(register="inspection-targets", withdrawn_at=None)
    assert (kept.values["result"], kept.values["last_inspected"]) == ("fail", "2026-11-20")
