"""The registers desk: history, two writers, files, imports, adapted definitions, what is public."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate

from lantai.foundation.desks.attachments.storing import attachments_of, place_of
from lantai.foundation.desks.evaluations.operations import open_round
from lantai.foundation.desks.registers.adapting_forms import editor_rows
from lantai.foundation.desks.registers.definitions import definition_of, register_definitions
from lantai.foundation.desks.registers.importing import run_import
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.desks.registers.operations import (
    add_entry,
    attach_file,
    change_entry,
    import_entries,
    migrate_entry,
    publish_entry,
    remind_entry,
    remove_attachment,
    withdraw_entry,
)
from lantai.foundation.desks.registers.tasks import REMIND
from lantai.foundation.inbox.queries import waiting_for
from lantai.foundation.institutions.operations import register_institution
from lantai.foundation.jobs.models import Job
from lantai.foundation.jobs.queue import claim
from lantai.foundation.jobs.tasks_shelf import Running, tasks
from lantai.foundation.ledger.queries import story_of
from lantai.foundation.policy import Operator
from lantai.foundation.refusal import Conflict, NotPermitted, Refusal
from lantai.foundation.work import Act
from tests.foundation.offices import Region

pytestmark = pytest.mark.django_db
RED = {
    "number": "H-001", "title": "云溪县苏维埃政府布告", "holder": "云溪县档案馆", "carrier": "paper",
    "period": "agrarian", "formed": "1931年", "condition": "good",
}  # fmt: skip


def red(region: Region, **more: Any) -> RegisterEntry:
    return add_entry(
        region.act("archivist"),
        register="red-archives",
        institution=region.places["YXG"],
        values={**RED, **more},
    )


def test_what_an_entry_was_stays_and_the_second_writer_is_told(region: Region):
    row = red(region)
    assert row.values["formed"] == "1931"
    act = region.act("archivist", reason="查对原件")
    changed = change_entry(act, entry=row, values={**RED, "condition": "破损"}, version=1)
    assert (changed.version, changed.values["condition"]) == (2, "damaged")
    with pytest.raises(Conflict):
        change_entry(region.act("archivist"), entry=row, values=RED, version=1)
    with pytest.raises(Conflict):
        red(region)
    page = region.client("archivist").get(f"/registers/red-archives/{row.pk}/").content.decode()
    assert "查对原件" in page and "完好" in page
    assert [e.event for e in story_of(row.urn)][:2] == ["register_entry", "register_change"]


def test_only_those_the_definition_names_may_write_or_see(region: Region):
    row = red(region)
    with pytest.raises(NotPermitted):
        change_entry(region.act("county"), entry=row, values={**RED, "title": "改"})
    assert region.client("county").get(f"/registers/red-archives/{row.pk}/").status_code == 200
    assert region.client("officer").get("/registers/red-archives/").status_code == 403
    with pytest.raises(Refusal):
        withdraw_entry(region.act("archivist"), entry=row)
    withdraw_entry(region.act("archivist", reason="误登"), entry=row)
    assert region.client("archivist").get(f"/registers/red-archives/{row.pk}/").status_code == 404
    assert red(region).pk != row.pk


def test_search_meets_traditional_and_simplified_and_pages_never_repeat(region: Region):
    for number in range(7):
        red(region, number=f"H-{number:03d}", title=f"革命歷史文獻{number}")
    client = region.client("archivist")
    seen, after = [], ""
    while True:
        answer = client.get(
            "/api/v1/registers/red-archives/entries",
            {"q": "革命历史", "limit": 3, "after": after, "sort": "-number"},
        ).json()
        seen += [e["values"]["number"] for e in answer["entries"]]
        after = answer["next"]
        if not after:
            break
    assert seen == [f"H-{n:03d}" for n in range(6, -1, -1)]
    assert "<td>H-004</td>" in client.get("/registers/red-archives/").content.decode()
    narrowed = client.get("/api/v1/registers/red-archives/entries", {"filter.condition": "破损"})
    assert narrowed.json()["total"] == 0


def test_a_file_is_kept_under_its_digest_and_a_changed_one_is_not_given_out(region: Region):
    row = red(region)
    client = region.client("archivist")
    sent = SimpleUploadedFile("布告.jpg", b"\xff\xd8 picture")
    client.post(f"/registers/red-archives/{row.pk}/files/", {"files": [sent]})
    part = attachments_of(row.urn).get()
    address = f"/registers/red-archives/{row.pk}/files/{part.pk}/"
    assert b"".join(client.get(address).streaming_content) == b"\xff\xd8 picture"
    place_of(part.sha512).write_bytes(b"something else")
    assert client.get(address).status_code == 422
    remove_attachment(region.act("archivist"), entry=row, attachment=part)
    assert client.get(address).status_code == 404
    assert attach_file.operation.event == "register_attachment"


def lines(path: Path | str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(Path(path).read_text(encoding="utf-8-sig"))))


def test_an_import_reports_row_by_row_and_hostile_cells_stay_text(region: Region, tmp_path: Path):
    """A formula, HTML and control characters come in as text and go out as text."""
    source = tmp_path / "表.csv"
    with source.open("w", newline="", encoding="utf-8-sig") as stream:
        writer = csv.writer(stream)
        writer.writerow(["登记号", "题名", "保管单位", "载体", "所属时期", "保管状况", "不认得"])
        writer.writerow(["1", '=HYPERLINK("http://x")', "馆", "纸质", "抗日战争", "完好", "x"])
        writer.writerow(["2", "<script>alert(1)</script>", "馆", "Paper", "resistance", "完好", ""])
        writer.writerow(["3", "含\x00控\u202e制", "馆", "纸质", "抗日战争", "完好", ""])
        writer.writerow(["4", "缺时期", "馆", "纸质", "", "完好", ""])
        writer.writerow(["5", "错载体", "馆", "陶器", "抗日战争", "完好", ""])
    place = region.places["YXG"]
    given = {
        "register": "red-archives", "institution": place, "path": source, "name": "表.csv",
        "report_path": tmp_path / "report.csv",
    }  # fmt: skip
    tried = run_import(region.act("archivist"), **given, dry_run=True)
    assert (tried.created, RegisterEntry.objects.count()) == (3, 0)
    done = run_import(region.act("archivist"), **given)
    assert (done.read, done.created, done.refused, done.unknown_columns) == (5, 3, 2, ["不认得"])
    assert [row[1] for row in lines(done.report)[1:]] == ["新增", "新增", "新增", "退回", "退回"]
    assert "不在选项中" in lines(done.refused_file)[2][0]
    again = run_import(region.act("archivist"), **given)
    assert (again.created, again.unchanged) == (0, 3)
    titles = set(RegisterEntry.objects.values_list("title", flat=True))
    assert titles == {'=HYPERLINK("http://x")', "<script>alert(1)</script>", "含控制"}
    client = region.client("archivist")
    assert "<script>alert" not in client.get("/registers/red-archives/").content.decode()
    written = b"".join(client.get("/registers/red-archives/export/csv/").streaming_content)
    assert "'=HYPERLINK" in written.decode("utf-8-sig")
    assert import_entries.operation.permission == "registers.write"


def test_a_register_of_1909_people_is_taken_in_listed_and_given_out(region: Region, tmp_path: Path):
    """The sizes that the field names: 1,909 people, 518 pilots, 47 archives evaluated."""
    sizes = {"talents": ("archivist", 1_909), "pilots": ("county", 518)}
    heads = {"talents": ["姓名", "队伍", "级别", "单位", "入选年度"],
             "pilots": ["试点名称", "类别", "试点单位", "状态"]}  # fmt: skip
    cells = {
        "talents": ["young", "nation", "某馆", "2022"],
        "pilots": ["invoice", "某公司", "approved"],
    }
    for key, (who, size) in sizes.items():
        source = tmp_path / f"{key}.csv"
        with source.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(heads[key])
            writer.writerows([f"第{n}位", *cells[key]] for n in range(size))
        place = region.places["YXG" if who == "archivist" else "YX"]
        done = run_import(region.act(who), register=key, institution=place, path=source,
                          report_path=tmp_path / "r.csv", name=f"{key}.csv")  # fmt: skip
        assert (done.created, done.refused) == (size, 0)
        client = region.client(who)
        page = client.get(f"/registers/{key}/", {"q": f"第{size - 1}位"}).content.decode()
        assert (
            f"第{size - 1}位" in page and f"{size:,}" in client.get("/registers/").content.decode()
        )
        given = b"".join(client.get(f"/registers/{key}/export/csv/").streaming_content)
        assert given.count(b"\n") == size + 1
    by = Act(by=Operator(), channel="cli")
    places = [
        register_institution(by, code=f"F{n}", name=f"第{n}家馆", kind="archives")
        for n in range(47)
    ]
    made = open_round(region.act("nation"), definition="business_construction", panel=[], title="第二轮",
                      organiser=region.places["GJ"], subjects=places)  # fmt: skip
    page = region.client("nation").get(f"/evaluations/{made.number}/").content.decode()
    assert made.assessments.count() == 47 and all(place.name in page for place in places)


def test_an_uploaded_file_is_imported_by_a_job(region: Region):
    body = json.dumps([{**RED, "number": "J-1"}], ensure_ascii=False).encode()
    client = region.client("archivist")
    sent = {"file": SimpleUploadedFile("a.json", body), "place": "YXG"}
    assert client.post("/registers/red-archives/import/", sent).status_code == 302
    job = claim("test")
    job.result = tasks()["registers.import"](Running(job))
    job.save()
    assert job.result["created"] == 1
    assert "新增 1" in client.get("/registers/red-archives/import/").content.decode()
    assert client.get(f"/registers/red-archives/import/{job.pk}/report/").status_code == 200


def editor(key: str, **more: Any) -> dict[str, Any]:
    """The editor's form as the page sends it, with changes."""
    definition = register_definitions().get(key)
    post: dict[str, Any] = {"label_zh": definition.label_zh, "label_en": definition.label_en}
    for row in editor_rows(definition):
        for name in (
            "label_zh",
            "label_en",
            "help_zh",
            "max_length",
            "minimum",
            "maximum",
            "words",
        ):
            post[f"{row['name']}.{name}"] = row[name]
        post[f"{row['name']}.required"] = "1" if row["required"] else ""
    return {**post, **more}


def test_an_archives_adapts_a_definition_without_touching_files(region: Region):
    """Previewed with its difference, saved as a version, entries follow, others keep the shipped."""
    row = red(region)
    client = region.client("archivist")
    change = editor(
        "red-archives",
        **{"theme.label_zh": "精神标识", "new0.name": "shelf", "new0.label_zh": "架位",
           "new0.type": "text", "condition.words": "good | 完好 | Good\nbad | 残损 | Bad",
           "reason": "本馆用语"},
    )  # fmt: skip
    preview = client.post("/registers/red-archives/adapt/", {**change, "do": "preview"})
    page = preview.content.decode()
    assert "精神标识" in page and "架位" in page and "残损" in page
    assert definition_of("red-archives", region.places["YXG"]).version == "1"
    wrong = client.post(
        "/registers/red-archives/adapt/", {**change, "new0.type": "code", "do": "save"}
    )
    assert "没有 words" in wrong.content.decode()
    saved = client.post("/registers/red-archives/adapt/", {**change, "do": "save"})
    assert saved["location"] == "/definitions/registers/red-archives/migrate/"
    mine = definition_of("red-archives", region.places["YXG"])
    assert (mine.version, mine.by_field["shelf"].label_zh) == ("1+1", "架位")
    assert definition_of("red-archives", region.places["YX"]).version == "1"
    row = migrate_entry(region.act("archivist"), entry=row)
    assert row.definition_version == "1+1"
    with pytest.raises(Refusal):
        change_entry(region.act("archivist"), entry=row, values={**RED, "condition": "worn"})
    change_entry(region.act("archivist"), entry=row, values={**RED, "shelf": "3-2-1"})


def test_the_public_reads_what_was_published_and_only_public_fields(region: Region, client: Any):
    row = red(region, description="公开说明", surveyed="2026-01-01")
    assert "苏维埃" not in client.get("/lists/red-archives/").content.decode()
    with pytest.raises(NotPermitted):
        publish_entry(region.act("archivist"), entry=row, public=True)
    publish_entry(region.act("director"), entry=row, public=True)
    page = client.get("/lists/red-archives/").content.decode()
    assert "苏维埃" in page and "公开说明" in page and "2026-01-01" not in page
    assert "红色档案名录" in client.get("/lists/").content.decode()
    assert client.get("/lists/hazards/").status_code == 404


def test_a_date_that_comes_near_waits_in_the_inbox(region: Region):
    due = localdate() + timedelta(days=2)
    hazard = {
        "title": "库房门封条脱落", "place": "三号库", "class": "store", "level": "minor",
        "found": localdate(), "owner": "老周", "due": due, "state": "open",
    }  # fmt: skip
    add_entry(
        region.act("archivist"), register="hazards", institution=region.places["YXG"], values=hazard
    )
    assert remind_entry.operation.permission == "registers.remind"
    remind = tasks()[REMIND]
    assert remind(Running(Job(person=None)))["reminded"] == 1
    assert [i.kind for i in waiting_for(region.people["archivist"])] == ["hazards.due"]
    month = region.client("security").get(f"/registers/hazards/calendar/?month={due:%Y-%m}")
    assert "库房门封条脱落" in month.content.decode()
    for part in ("statistics", "definition", "new", "adapt"):
        assert (
            region.client("security" if part != "adapt" else "archivist")
            .get(f"/registers/hazards/{part}/")
            .status_code
            == 200
        )


def test_a_wrong_file_of_ones_own_is_set_aside_with_file_and_line(region: Region):
    folder = register_definitions().own_folder
    folder.mkdir(parents=True, exist_ok=True)
    wrong = folder / "wrong.toml"
    wrong.write_text(
        'label_zh = "坏"\nlabel_en = "bad"\n[[field]]\nname = "a"\nlabel_zh = "甲"\nlabel_en = "A"\ntype = "textt"\nrequired = true\n[[see]]\nroles = ["archivist"]\n[[write]]\nroles = ["archivist"]\n'
    )
    try:
        page = region.client("archivist").get("/registers/").content.decode()
        assert "wrong.toml:7" in page and "textt" in page
    finally:
        wrong.unlink()


def test_pdf_of_an_entry_and_openapi_of_a_register(region: Region):
    row = red(region)
    client = region.client("archivist")
    assert client.get(f"/registers/red-archives/{row.pk}/print/pdf/").content[:4] == b"%PDF"
    described = client.get("/api/v1/registers/red-archives/openapi.json").json()
    properties = described["components"]["schemas"]["Entry"]["properties"]
    assert properties["condition"]["enum"] == ["good", "worn", "damaged", "endangered"]
    assert "/api/v1/registers/{key}/entries" in client.get("/api/v1/openapi.json").json()["paths"]
