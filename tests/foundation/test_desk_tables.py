"""Tables of the desks: given out as filtered to those who may see, taken in by the verbs of the pages."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from lantai.foundation.accounts.operations import create_person
from lantai.foundation.desks.cases.definitions import rules_for
from lantai.foundation.desks.cases.importing import run_import
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.evaluations.importing import SelfScores
from lantai.foundation.desks.evaluations.models import Assessment
from lantai.foundation.desks.evaluations.operations import open_round as open_evaluation
from lantai.foundation.desks.evaluations.operations import save_self_score
from lantai.foundation.desks.returns.importing import FormCells
from lantai.foundation.desks.returns.models import ReturnForm
from lantai.foundation.desks.returns.operations import (
    fill_form,
    lock_round,
    open_round,
    submit_form,
)
from lantai.foundation.desks.returns.queries import values_of
from lantai.foundation.desks.tables.cells import import_cells
from lantai.foundation.desks.tables.operations import record_export
from lantai.foundation.desks.tables.reading import Figures, Sent
from lantai.foundation.inbox.queries import waiting_for
from lantai.foundation.jobs.queue import claim
from lantai.foundation.jobs.tasks_shelf import Running, tasks
from lantai.foundation.ledger.models import LedgerEntry
from lantai.foundation.ledger.queries import story_of
from lantai.foundation.policy import Operator
from lantai.foundation.refusal import NotPermitted, Refusal
from lantai.foundation.work import Act
from tests.foundation.offices import Region
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db
HOSTILE = '=HYPERLINK("http://x")'


def table(folder: Path, *rows: list[Any], dry_run: bool = False) -> Sent:
    path = folder / "sent.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return Sent(path, folder / "report.csv", "表.csv", dry_run)


def lines(path: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(Path(path).read_text(encoding="utf-8-sig"))))


def taken(client: Any, address: str) -> str:
    return b"".join(client.get(address).streaming_content).decode("utf-8-sig")


def figures(done: Figures) -> tuple[int, int, int, int]:
    return done.created, done.updated, done.unchanged, done.refused


# --- cases -----------------------------------------------------------------


def test_matters_are_begun_from_a_table_as_by_hand_and_never_twice(region: Region, tmp_path: Path):
    heads = ["来源编号", "向谁查", "查什么", "利用目的", "单位备注"]
    sent = table(
        tmp_path, heads, ["A-1", "云溪县教育局", HOSTILE, "编史", "x"], ["A-2", "JY", "<b>婚姻</b>", "证明"],
        ["A-3", "没有的局", "学籍", "证明"], ["A-4", "JY", "", "证明"], ["", "JY", "知青\x00", "证明"],
    )  # fmt: skip
    labels = run_labels("mutual_lookup")
    text = sent.path.read_text(encoding="utf-8")
    for heading, name in zip(heads[1:4], ("asked", "matter", "purpose"), strict=True):
        text = text.replace(heading, labels[name], 1)
    sent.path.write_text(text, encoding="utf-8")
    given = {"definition": "mutual_lookup", "institution": region.places["MZ"]}
    tried = run_import(
        region.act("officer"), **given, sent=Sent(sent.path, sent.report_path, "a.csv", True)
    )
    assert figures(tried) == (3, 0, 0, 2) and not Case.objects.exists()
    done = run_import(region.act("officer"), **given, sent=sent)
    assert figures(done) == (3, 0, 0, 2) and done.unknown_columns == ["单位备注"]
    assert "没有代码或名称为“没有的局”" in lines(done.refused_file)[1][0]
    begun = Case.objects.order_by("pk")
    assert {case.state for case in begun} == {begun[0].state} and begun[
        0
    ].opened_by == "person:officer"
    assert begun[0].data["asked"] == "JY" and begun[0].data["matter"] == HOSTILE
    assert [entry.event for entry in story_of(begun[0].urn)] == ["case_opening"]
    mended = lines(done.refused_file)
    mended[1][3], mended[2][4] = "JY", "婚姻档案"
    again = run_import(region.act("officer"), **given, sent=table(tmp_path, *mended))
    assert figures(again) == (2, 0, 0, 0) and again.unknown_columns == []
    assert figures(run_import(region.act("officer"), **given, sent=sent))[:3] == (0, 0, 2)
    refused = run_import(region.act("archivist"), **given, sent=table(tmp_path, *mended))
    assert refused.unchanged == 2  # nothing is done, so nobody is asked
    client = region.client("officer")
    written = taken(client, "/cases/export/csv/?definition=mutual_lookup")
    assert written.count("\n") == 6 and "'=HYPERLINK" in written and "A-2" in written
    assert "A-2" not in taken(region.client("other"), "/cases/export/csv/?definition=mutual_lookup")
    book = load_workbook(io.BytesIO(b"".join(client.get("/cases/export/xlsx/").streaming_content)))
    assert book.active.max_row == 6 and {c.data_type for c in book.active["B"]} == {"s"}
    assert len(json.loads(taken(client, "/cases/export/json/?status=closed"))) == 0
    with pytest.raises(Refusal, match="附文件"):
        run_import(region.act("director"), definition="archives_building",
                   institution=region.places["YXG"], sent=sent)  # fmt: skip


def run_labels(key: str) -> dict[str, str]:
    return {entry.name: entry.label_zh for entry in rules_for(key).fields}


def test_a_table_is_sent_on_the_page_and_read_by_a_job(region: Region):
    client = region.client("officer")
    page = client.get("/cases/new/mutual_lookup/import/").content.decode()
    assert (
        "来源编号" in page
        and "从表格批量立件" in client.get("/cases/new/mutual_lookup/").content.decode()
    )
    assert taken(client, "/cases/new/mutual_lookup/import/?blank=csv").startswith("来源编号,")
    body = json.dumps(
        [{"_source": "1", "asked": "JY", "matter": "学籍", "purpose": "证明"}]
    ).encode()
    sent = {"file": SimpleUploadedFile("a.json", body), "place": "MZ"}
    assert client.post("/cases/new/mutual_lookup/import/", sent).status_code == 302
    job = claim("test")
    job.result = tasks()["cases.import"](Running(job))
    job.save()
    assert job.result["created"] == 1
    page = client.get("/cases/new/mutual_lookup/import/").content.decode()
    part = f"/cases/new/mutual_lookup/import/{job.pk}/report/"
    assert "新增 1" in page and part in page
    assert "新增" in taken(client, part)
    assert region.client("other").get(part).status_code == 404
    assert region.client("archivist").get("/cases/new/penalty/import/").status_code >= 400


# --- evaluations -----------------------------------------------------------


def scored(region: Region) -> Any:
    return open_evaluation(
        region.act("county"), definition="digital_archives_room", organiser=region.places["YX"],
        title="数字档案室", subjects=[region.places["MZ"], region.places["JY"]],
        panel=[region.people["county"]],
    )  # fmt: skip


def test_self_scores_come_from_a_table_of_either_shape(region: Region, tmp_path: Path):
    round_ = scored(region)
    leaves = list(SelfScores(region.act("officer"), round_).scheme.leaves)
    first, second = leaves[0], leaves[1]
    wide = table(tmp_path, ["单位代码", first.id, f"{second.id} {second.label_zh}"], ["MZ", "1", "2.5"],
                 ["JY", "1", "1"], ["XX", "1", ""])  # fmt: skip
    cells = SelfScores(region.act("officer"), round_)
    done = import_cells(cells, wide)
    assert figures(done) == (1, 0, 0, 2)
    assert "没有您可以看到的单位“JY”" in lines(done.refused_file)[1][0]
    done = import_cells(SelfScores(region.act("county"), round_), wide)
    assert figures(done)[3] == 3 and "由被评单位办理" in lines(done.refused_file)[1][0]
    row = Assessment.objects.get(round=round_, subject=region.places["MZ"])
    assert (row.answers[first.id]["claimed"], row.answers[second.id]["claimed"]) == (1.0, 2.5)
    assert row.state == "self" and [e.outcome for e in story_of(row.urn)][-1] == "success"
    long = [
        ["指标", "值", "说明"],
        [first.id, "1", "见附件"],
        [second.id, "9999", ""],
        ["9.9.9", "1", ""],
    ]
    done = import_cells(SelfScores(region.act("officer"), round_), table(tmp_path, *long), "MZ")
    assert figures(done) == (0, 1, 0, 2)
    assert "应在 0 到" in lines(done.refused_file)[1][0]
    row.refresh_from_db()
    assert row.answers[first.id]["note"] == "见附件"
    again = import_cells(
        SelfScores(region.act("officer"), round_), table(tmp_path, *long[:2]), "MZ"
    )
    assert figures(again) == (0, 0, 1, 0)
    values = {e.id: {"claimed": 0} for e in leaves}
    save_self_score(region.act("officer"), assessment=row, values=values, submit=True)
    done = import_cells(SelfScores(region.act("officer"), round_), table(tmp_path, *long[:2]), "MZ")
    assert figures(done) == (0, 0, 0, 1) and "已提交自评" in lines(done.refused_file)[1][0]
    county = region.client("county")
    base = f"/evaluations/rounds/{round_.number}"
    assert taken(county, f"{base}/export/csv/").count("\n") == 3
    assert taken(county, f"{base}/export/csv/?state=review").count("\n") == 2
    mine = taken(region.client("other"), f"{base}/export/csv/")
    assert mine.count("\n") == 2 and "MZ" not in mine
    assert county.get(f"{base}/import/").status_code == 403
    assert "单位代码" in region.client("other").get(f"{base}/import/").content.decode()
    assert round_.number in taken(county, "/evaluations/export/csv/")
    figured = county.get(f"{base}/statistics/").content.decode()
    assert "state=review" in figured and "自评得分率分布" in figured
    seen = county.get(f"/evaluations/{round_.number}/", {"state": "review"}).content.decode()
    assert "云溪县民政局" in seen and "云溪县教育局" not in seen


# --- returns ---------------------------------------------------------------

GOOD = {"staff": 2, "ws_j": 100, "ws_i": 20, "after_j": 100, "after_i": 20, "good": 120,
        "closed": 120}  # fmt: skip


def test_figures_come_from_a_table_and_sent_or_locked_forms_say_why_not(
    region: Region, tmp_path: Path
):
    round_ = open_round(
        region.act("nation"), owner=region.places["GJ"], definition="holdings-census",
        period="2025", bodies=[region.places["MZ"], region.places["JY"]], review_days=5,
    )  # fmt: skip
    labels = [f"{code} {FormCells(region.act('officer'), round_).definition.by_code[code].label_zh}"
              for code in GOOD]  # fmt: skip
    wide = table(tmp_path, ["单位代码", *labels], ["MZ", *GOOD.values()], ["JY", *GOOD.values()])
    done = import_cells(FormCells(region.act("officer"), round_), wide)
    assert figures(done) == (1, 0, 0, 1)  # the other body's form is not the officer's to see
    form = ReturnForm.objects.get(round=round_, body=region.places["MZ"])
    assert values_of(form)["staff"] == 2 and form.state == "filling"
    assert [e.event for e in story_of(form.urn)][-1] == "return_entry"
    long = table(tmp_path, ["指标", "值"], ["staff", "3"], ["ws_j", "十卷"], ["volumes", "7"])
    done = import_cells(FormCells(region.act("officer"), round_), long, "MZ")
    assert figures(done) == (0, 1, 0, 2)
    reasons = [line[0] for line in lines(done.refused_file)[1:]]
    assert "不是数字" in reasons[0] and "没有可填的指标" in reasons[1]
    submit_form(region.act("officer"), form=ReturnForm.objects.get(pk=form.pk))
    done = import_cells(FormCells(region.act("officer"), round_), long, "MZ")
    assert figures(done) == (0, 0, 0, 3) and "审核中" in lines(done.refused_file)[1][0]
    lock_round(region.act("nation", reason="到期"), round=round_)
    round_.refresh_from_db()
    done = import_cells(FormCells(region.act("other"), round_), long, "JY")
    assert "已锁定" in lines(done.refused_file)[1][0]


def test_a_round_of_returns_is_given_out_and_counted(region: Region):
    round_ = open_round(
        region.act("nation"), owner=region.places["GJ"], definition="holdings-census",
        period="2025", bodies=[region.places["MZ"], region.places["JY"]],
    )  # fmt: skip
    base = f"/returns/rounds/{round_.number}"
    client = region.client("officer")
    body = json.dumps([{"body": "MZ", **GOOD}]).encode()
    page = client.get(f"{base}/import/").content.decode()
    assert "由表中“单位代码”一列写明" in page
    sent = {"file": SimpleUploadedFile("a.json", body), "place": ""}
    assert client.post(f"{base}/import/", sent).status_code == 302
    job = claim("test")
    job.result = tasks()["returns.import"](Running(job))
    job.save()
    assert job.result["created"] == 1
    assert "新增" in taken(client, f"{base}/import/{job.pk}/report/")
    mine = json.loads(taken(client, f"{base}/export/json/"))
    assert [(one["body"], one["staff"]) for one in mine] == [("MZ", 2)]
    nation = region.client("nation")
    assert taken(nation, f"{base}/export/csv/?state=filling").count("\n") == 3
    assert taken(nation, f"{base}/export/csv/?state=accepted").count("\n") == 1
    assert round_.number in taken(nation, "/returns/export/csv/")
    figured = nation.get(f"{base}/statistics/").content.decode()
    assert "under=SS" in figured and "state=filling" in figured
    seen = nation.get(f"{base}/", {"under": "MZ"}).content.decode()
    assert "云溪县民政局" in seen and "云溪县教育局" not in seen
    entry = LedgerEntry.objects.filter(operation__endswith=record_export.__name__).order_by("-pk")[
        0
    ]
    assert entry.event == "exporting"
    nobody = create_person(Act(by=Operator(), channel="cli"), username="nobody", name="无职",
                           password=PASSWORD)  # fmt: skip
    with pytest.raises(NotPermitted):
        record_export(Act(by=nobody), desk="cases", subject="all", form="csv", rows=0, narrowed={})


def test_levels_of_a_round_are_due_one_after_another(region: Region):
    round_ = open_round(
        region.act("nation"), owner=region.places["GJ"], definition="holdings-census",
        period="2025", bodies=[region.places["MZ"]], due_date=date(2026, 3, 2), review_days=5,
    )  # fmt: skip
    form = ReturnForm.objects.get(round=round_)
    fill_form(region.act("officer"), form=form, cells=GOOD)
    assert waiting_for(region.people["officer"])[0].due_date == date(2026, 3, 2)
    submit_form(region.act("officer"), form=form)
    assert waiting_for(region.people["county"])[0].due_date == date(2026, 3, 9)
