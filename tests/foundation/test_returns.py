"""The returns desk: four levels, what was given back, offline files, totals at once, adaptations."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantai.core.desks.offline import seal
from lantai.foundation.desks.adapting.models import Adaptation
from lantai.foundation.desks.adapting.operations import adapt_definition
from lantai.foundation.desks.returns import views
from lantai.foundation.desks.returns.definitions import definition_for, definition_of
from lantai.foundation.desks.returns.models import ReturnForm, ReturnRound, ReturnState
from lantai.foundation.desks.returns.operations import (
    FormRefused,
    accept_form,
    fill_form,
    open_round,
    return_form,
    submit_form,
    take_offline,
)
from lantai.foundation.desks.returns.queries import ticket_of, values_of
from lantai.foundation.desks.returns.totals import roll_up_round, total_of
from lantai.foundation.inbox.queries import waiting_for
from lantai.foundation.refusal import Conflict, NotPermitted, Refusal
from tests.foundation.offices import Region

pytestmark = pytest.mark.django_db
GOOD = {
    "staff": 2,
    "ws_j": 100,
    "ws_i": 20,
    "after_j": 100,
    "after_i": 20,
    "good": 120,
    "closed": 120,
}


def census(region: Region, period: str = "2025") -> ReturnRound:
    return open_round(
        region.act("nation"),
        owner=region.places["GJ"],
        definition="holdings-census",
        period=period,
        bodies=[region.places["MZ"], region.places["JY"]],
    )


def form_of(row: ReturnRound, code: str) -> ReturnForm:
    return ReturnForm.objects.get(round=row, body__code=code)


def sent(region: Region, row: ReturnRound, code: str = "MZ", **more: Any) -> ReturnForm:
    who = {"MZ": "officer", "JY": "other"}[code]
    form = fill_form(region.act(who), form=form_of(row, code), cells={**GOOD, **more})
    return submit_form(region.act(who), form=form)


def volumes(region: Region, row: ReturnRound, code: str) -> float:
    total = total_of(row, region.places[code])
    return float(total.figures[definition_of(row).place["volumes"]])


def test_given_back_and_sent_again_every_version_is_kept(region: Region):
    row = census(region)
    assert [i.kind for i in waiting_for(region.people["officer"])] == ["return_fill"]
    form = sent(region, row)
    accept_form(region.act("county"), form=form)
    with pytest.raises(NotPermitted):
        accept_form(region.act("county"), form=ReturnForm.objects.get(pk=form.pk))
    form.refresh_from_db()
    with pytest.raises(Refusal):
        return_form(region.act("city"), form=form)
    return_form(region.act("city", reason="馆藏与上年不符"), form=form)
    assert volumes(region, row, "SS") == 0
    assert [i.kind for i in waiting_for(region.people["officer"])] == ["return_returned"]
    with pytest.raises(NotPermitted):
        fill_form(region.act("city"), form=form, cells={"staff": 1})
    sent(region, row, ws_j=110, after_j=110, good=130, closed=130)
    for level in ("county", "city", "province", "nation"):
        form.refresh_from_db()
        accept_form(region.act(level), form=form)
    kinds = list(
        ReturnState.objects.filter(form=form).order_by("version").values_list("kind", flat=True)
    )
    assert kinds == [
        "submitted",
        "passed",
        "returned",
        "submitted",
        "passed",
        "passed",
        "passed",
        "accepted",
    ]
    assert volumes(region, row, "GJ") == 110
    first = region.client("nation").get(f"/returns/forms/{form.pk}/versions/1/").content.decode()
    assert ">100<" in first
    page = region.client("officer").get(f"/returns/forms/{form.pk}/").content.decode()
    assert "馆藏与上年不符" in page


def test_errors_keep_a_form_back_and_what_is_odd_needs_a_word(region: Region):
    row = census(region)
    form = form_of(row, "MZ")
    with pytest.raises(FormRefused) as empty:
        submit_form(region.act("officer"), form=form)
    assert "专兼职档案人员" in str(empty.value.findings[0].message_zh)
    fill_form(region.act("officer"), form=form, cells={**GOOD, "after_j": 90})
    with pytest.raises(FormRefused, match="各时期案卷之和"):
        submit_form(region.act("officer"), form=form)
    with pytest.raises(FormRefused, match="不是数字"):
        fill_form(region.act("officer"), form=form, cells={"ws_j": "一百"})
    fill_form(region.act("officer"), form=form, cells={"after_j": 100, "staff": 0})
    with pytest.raises(FormRefused, match="没有档案人员"):
        submit_form(region.act("officer"), form=form)
    fill_form(region.act("officer"), form=form, cells={}, explanation="新设单位")
    assert submit_form(region.act("officer"), form=form).state == "reviewing"
    with pytest.raises(Conflict):
        fill_form(region.act("officer"), form=form, cells={"staff": 1})


def test_last_year_stands_beside_and_a_leap_is_pointed_at(region: Region):
    before = census(region, "2024")
    sent(region, before)
    row = census(region)
    client = region.client("officer")
    form = form_of(row, "MZ")
    leap = {
        f"c.{k}": v
        for k, v in {**GOOD, "ws_j": 900, "after_j": 900, "good": 920, "closed": 920}.items()
    }
    answer = client.post(f"/returns/forms/{form.pk}/check/", leap).json()
    assert answer["worked"]["volumes"] == "900"
    assert any("由上期 100 变为 900" in f["message"] for f in answer["findings"])
    assert not ReturnForm.objects.get(pk=form.pk).cells
    page = client.post(
        f"/returns/forms/{form.pk}/", {**leap, "note": "接收乡镇档案", "do": "submit"}
    )
    assert page.status_code == 302 and ReturnForm.objects.get(pk=form.pk).state == "reviewing"
    totals = region.client("county").get(f"/returns/rounds/{row.number}/totals/?indicator=volumes")
    assert '"2024", "2025"' in totals.content.decode()


def test_totals_changed_at_once_are_the_totals_rolled_up_whole(region: Region):
    row = census(region)
    form = sent(region, row)
    sent(region, row, "JY", ws_j=7, after_j=7, good=27, closed=27)
    at_once = {c: volumes(region, row, c) for c in ("MZ", "JY", "YX", "GJ")}
    roll_up_round(row)
    assert at_once == {c: volumes(region, row, c) for c in ("MZ", "JY", "YX", "GJ")}
    assert at_once == {"MZ": 100, "JY": 7, "YX": 107, "GJ": 107}
    return_form(region.act("county", reason="重填"), form=form)
    assert volumes(region, row, "GJ") == 7
    answer = region.client("county").get(f"/returns/rounds/{row.number}/totals/?format=csv")
    assert "云溪县教育局" in b"".join(answer.streaming_content).decode()
    assert (
        region.client("officer").get(f"/returns/rounds/{row.number}/totals/?place=GJ").status_code
        == 404
    )


def test_a_goal_is_a_line_beside_the_years_and_says_when_it_is_reached(region: Region):
    for n, scanned in enumerate((100, 140, 180)):
        row = open_round(
            region.act("nation"), owner=region.places["GJ"], definition="digitisation-bulletin",
            period=str(2023 + n), bodies=[region.places["YXG"]],
        )  # fmt: skip
        cells = {"pages": 900, "scanned": scanned, "this_year": 40, "target": 300}
        form = fill_form(region.act("archivist"), form=row.forms.get(), cells=cells,
                         explanation="核对过")  # fmt: skip
        submit_form(region.act("archivist"), form=form)
    page = region.client("county").get(
        f"/returns/rounds/{row.number}/totals/?indicator=scanned"
    ).content.decode()  # fmt: skip
    assert "目标 400，应在 2033 年达到；按近年速度，预计 2031 年达到" in page
    assert "自报目标页数" in page and "目标 300；按近年速度，预计 2028 年达到" in page
    assert "dashed" in page and '"2033"' in page
    english = region.client("county").get(
        f"/returns/rounds/{row.number}/totals/?indicator=scanned",
        headers={"accept-language": "en"},
    ).content.decode()  # fmt: skip
    assert "at the pace of late, in 2031" in english


def offline_answer(page: str, **more: Any) -> dict[str, Any]:
    """What the offline form's script would export."""
    data = json.loads(re.search(r'id="form">(.*?)</script>', page, re.DOTALL).group(1))
    document = {
        "kind": data["kind"], "format": data["format"], "round": data["round"], "body": data["body"],
        "definition": data["definition"], "definition_version": data["definition_version"],
        "filled_by": "老周", "note": "", "cells": {k: str(v) for k, v in GOOD.items()}, **more,
    }  # fmt: skip
    return {**document, "mac": seal(document, data["key"])}


def test_an_offline_form_comes_back_and_a_changed_one_is_refused_with_the_reason(region: Region):
    row = census(region)
    form, client = form_of(row, "MZ"), region.client("officer")
    page = client.get(f"/returns/forms/{form.pk}/offline/").content.decode()
    assert "src=" not in page and "http" not in page.replace("http-equiv", "")
    good = offline_answer(page)
    address = f"/returns/forms/{form.pk}/offline/take/"

    def bring(document: Any) -> Any:
        text = json.dumps(document) if not isinstance(document, bytes) else document.decode()
        return client.post(address, {"file": SimpleUploadedFile("a.json", text.encode())})

    tampered = {**good, "cells": {**good["cells"], "ws_j": "999"}}
    for wrong, reason in (
        (tampered, "校验码不符"),
        ({**good, "body": "JY"}, "不是这一张"),
        (b"<html>", "读不出"),
        ({"kind": "x"}, "不是离线填报"),
        ({**good, "cells": {"ws_j": 999}}, "结构不对"),
    ):
        answer = bring(wrong)
        assert answer.status_code == 422 and reason in answer.content.decode()
    assert not ReturnForm.objects.get(pk=form.pk).cells
    assert bring(good).status_code == 302
    taken = ReturnForm.objects.get(pk=form.pk)
    assert values_of(taken)["volumes"] == 100
    submit_form(region.act("officer"), form=taken)
    assert bring(good).status_code == 409
    other = region.client("other").get(f"/returns/forms/{form.pk}/offline/")
    assert other.status_code == 404
    assert ticket_of(form).key != ticket_of(form_of(row, "JY")).key
    assert take_offline.operation.permission == "returns.fill"


def test_a_definition_is_adapted_for_the_next_round_and_leaves_the_open_one(region: Region):
    row = census(region)
    client = region.client("nation")
    post = {
        "anomaly_ratio": "0.3",
        "c.nobody.severity": "error",
        "label_zh": "国有档案资源普查（修订）",
    }
    preview = client.post("/returns/definitions/holdings-census/adapt/", {**post, "do": "preview"})
    assert "国有档案资源普查（修订）" in preview.content.decode()
    assert not Adaptation.objects.exists()
    wrong = {**post, "c.nobody.rule": "staff > nothing"}
    answer = client.post("/returns/definitions/holdings-census/adapt/", {**wrong, "do": "save"})
    assert "没有指标 nothing" in answer.content.decode()
    client.post("/returns/definitions/holdings-census/adapt/", {**post, "do": "save"})
    assert definition_for("holdings-census", region.places["GJ"]).version == "1+1"
    assert definition_of(row).version == "1"
    assert definition_of(census(region, "2026")).anomaly_ratio == 0.3
    with pytest.raises(Refusal):
        adapt_definition(
            region.act("nation"), desk="returns", definition="holdings-census",
            institution=region.places["GJ"], changes=Adaptation.objects.get().changes,
        )  # fmt: skip


def test_indicators_are_put_in_and_left_out_on_the_page(region: Region):
    client, address = region.client("nation"), "/returns/definitions/holdings-census/adapt/"
    shipped = definition_for("holdings-census")
    rules = " ".join([*(c.rule for c in shipped.checks), *(i.formula for i in shipped.indicators)])
    listed = [str(row["code"]) for row in shipped.data["indicator"]]
    spare = next(code for code in listed if code not in rules)
    needed = next(code for code in listed if code in rules)
    new = {"new0.code": "drones", "new0.label_zh": "无人机", "new0.label_en": "Drones",
           "new0.type": "integer", "new0.table": shipped.tables[0].id}  # fmt: skip
    refused = client.post(address, {**new, f"i.{needed}.remove": "1", "do": "save"})
    assert f"没有指标 {needed}" in refused.content.decode() and not Adaptation.objects.exists()
    for wrong, word in (({"new0.code": listed[0]}, "已经有了"), ({"new0.table": "x"}, "不存在")):
        refused = client.post(address, {**new, **wrong, "do": "save"})
        assert word in refused.content.decode()
    preview = client.post(address, {**new, f"i.{spare}.remove": "1", "do": "preview"})
    assert "无人机" in preview.content.decode()
    client.post(address, {**new, f"i.{spare}.remove": "1", "do": "save"})
    mine = definition_for("holdings-census", region.places["GJ"])
    assert "drones" in mine.by_code and spare not in mine.by_code
    assert not mine.by_code["drones"].verified  # 待核实 until somebody says otherwise
    client.post(address, {"i.drones.label_zh": "无人机（架）", f"back.{spare}": "1", "do": "save"})
    mine = definition_for("holdings-census", region.places["GJ"])
    assert mine.by_code["drones"].label_zh == "无人机（架）" and spare in mine.by_code
    client.post(address, {"i.drones.remove": "1", "do": "save"})
    assert "drones" not in definition_for("holdings-census", region.places["GJ"]).by_code


def test_a_round_is_turned_page_by_page_in_the_order_of_the_codes(region: Region, monkeypatch):
    row = census(region)
    order = list(ReturnForm.objects.filter(round=row).order_by("body__code"))
    monkeypatch.setattr(views, "PAGE", 1)
    client, address, seen = region.client("nation"), "?state=filling", []
    while address:
        shown = client.get(f"/returns/rounds/{row.number}/{address}").context
        seen += [line["form"] for line in shown["rows"]]
        address = (shown["pager"] or {}).get("next", "")
        assert shown["total"] == len(order) and "state=filling" in (address or "state=filling")
    assert seen == order and len(order) > 1
    back = client.get(f"/returns/rounds/{row.number}/{shown['pager']['previous']}").context
    assert [line["form"] for line in back["rows"]] == [order[-2]]


def test_the_desk_shows_each_what_waits_and_a_round_is_opened_by_the_authority(region: Region):
    form = {"definition": "responsibility", "owner": "YX", "period": "2025"}
    assert region.client("officer").post("/returns/new/", form).status_code == 403
    assert region.client("county").post("/returns/new/", form).status_code == 302
    row = ReturnRound.objects.get()
    assert row.forms.count() == 2
    with pytest.raises(Conflict):
        open_round(region.act("county"), owner=region.places["YX"], definition="responsibility",
                   period="2025", bodies=[region.places["MZ"]])  # fmt: skip
    assert row.title in region.client("officer").get("/returns/").content.decode()
    one = form_of(row, "MZ")
    for part in ("", "print/pdf/", "print/docx/"):
        assert region.client("officer").get(f"/returns/forms/{one.pk}/{part}").status_code == 200
    assert region.client("other").get(f"/returns/forms/{one.pk}/").status_code == 404
    for address in (f"/returns/rounds/{row.number}/", "/returns/definitions/", "/returns/new/"):
        assert region.client("county").get(address).status_code == 200
    locked = region.client("county").post(f"/returns/rounds/{row.number}/lock/", {})
    assert locked.status_code == 422 and ReturnRound.objects.get().state == "open"
    region.client("county").post(f"/returns/rounds/{row.number}/lock/", {"reason": "年度截止"})
    assert ReturnRound.objects.get().state == "locked"
