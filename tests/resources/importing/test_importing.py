"""Importing: known columns, bad rows set aside, again without harm, every kind of table."""

from __future__ import annotations

import csv
import gzip
import json
import struct

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantai.access.search.followers import bring_up_to_date
from lantai.access.search.queries import search
from lantai.catalogue.records.models import PageText, Record
from lantai.cli.main import main
from lantai.core.tables.table import TableUnreadable, open_table
from lantai.foundation.changes.models import Change
from lantai.foundation.jobs.queue import claim
from lantai.foundation.jobs.worker import run_job
from lantai.foundation.policy import Operator
from lantai.foundation.refusal import NotPermitted
from lantai.foundation.work import Act
from lantai.resources.importing.columns import MapRefused, mapping_for, read_map
from lantai.resources.importing.run import run_import
from tests.people import make_county

pytestmark = pytest.mark.django_db
BY = Act(by=Operator(), channel="cli")


@pytest.fixture
def county(data_folder):
    return make_county()


def lines(path, rows):
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), "utf-8")
    return path


def load(county, path, act=BY, **more):
    return run_import(
        act, path=path, fonds=county.fonds, refused_path=path.with_name("refused.csv"), **more
    )


def test_columns_are_known_by_name_in_both_languages():
    names = [
        "题名",
        "Title",
        "责任者",
        "issuer",
        "author",
        "成文日期",
        "doc_no",
        "文号",
        "id",
        "text",
    ]
    found = mapping_for([*names, "kind"])
    assert [found[n] for n in names] == [
        "title", "title", "creator", "creator", "creator", "date", "doc_no", "doc_no",
        "_source_id", "_text",
    ]  # fmt: skip
    assert found["kind"] == ""


def test_a_second_import_changes_what_changed_and_a_third_nothing(county, tmp_path):
    rows = [{"id": f"x{n}", "title": f"通知{n}", "issuer": "县府"} for n in range(30)]
    path = lines(tmp_path / "a.jsonl", rows)
    first = load(county, path)
    assert (first.read, first.created, first.updated, first.refused) == (30, 30, 0, 0)
    rows[3] |= {"title": "改了", "text": "全文在此"}
    second = load(county, lines(path, rows))
    assert (second.created, second.updated, second.unchanged) == (0, 1, 29)
    changes = Change.objects.count()
    third = load(county, path)
    assert (third.created, third.updated, third.unchanged) == (0, 0, 30)
    assert Change.objects.count() == changes
    row = Record.objects.get(source_id="x3")
    assert row.title == "改了" and row.creator == "县府" and row.version == 2
    assert row.revisions.get().after == {"title": "改了"}
    bring_up_to_date()
    assert search(Operator(), text="全文在此").total == 1


def test_bad_rows_are_set_aside_with_reasons_mended_and_sent_again(county, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "编号,题名,年度,档号,责任者\n"
        "1,好的,1998,J012-WS·1998·Y-0001,甲\n"
        "2,,1998,,乙\n"
        "3,坏年度,九八,,丙\n"
        "4,档号重复,1998,J012-WS·1998·Y-0001,丁\n"
        f"5,太长,1998,{'长' * 300},戊\n"
        "6,多一格,1998,,己,庚\n",
        "gb18030",
    )
    figures = load(county, path)
    assert (figures.read, figures.created, figures.refused) == (6, 1, 5)
    with open(figures.refused_file, encoding="utf-8-sig", newline="") as stream:
        refused = list(csv.DictReader(stream))
    reasons = {row["编号"]: row["未导入原因"] for row in refused}
    assert "没有题名" in reasons["2"] and "第 2 行" in reasons["2"]
    assert "应是数字" in reasons["3"]
    assert "已被另一件" in reasons["4"]
    assert "超过 200 字" in reasons["5"]
    assert "多出 1 格" in reasons["6"]
    refused[0]["题名"] = "补上了"
    mended = tmp_path / "mended.csv"
    with mended.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, refused[0])
        writer.writeheader()
        writer.writerow(refused[0])
    assert load(county, mended).created == 1
    assert not Record.objects.filter(description__has_key="notes").exists()


def test_a_dry_run_writes_nothing(county, tmp_path):
    path = lines(tmp_path / "a.jsonl", [{"id": "1", "title": "甲"}, {"title": ""}])
    figures = load(county, path, dry_run=True)
    assert (figures.created, figures.refused) == (1, 1)
    assert not Record.objects.exists()


def test_hostile_rows_are_refused_or_cleaned_and_the_rest_goes_on(county, tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(
        b'{"id":"1","title":"a\\u0000b\\ud800"}\n'
        b"[1,2]\nnot json\n" + b"[" * 100_000 + b"\n"
        b'{"id":"2","title":{"deep":[1]},"pages":"99999999999999"}\n'
        b'{"id":"3","title":"good","_uid":"x","_parent":5}\n\xff\xfe\n'
    )
    figures = load(county, path)
    assert figures.created == 2 and figures.refused == 5
    assert set(Record.objects.values_list("title", flat=True)) == {"ab?", "good"} or (
        Record.objects.filter(title="good").exists()
    )


def test_rows_go_to_the_registered_fonds_they_name(county, tmp_path):
    path = lines(
        tmp_path / "a.jsonl", [{"题名": "甲", "全宗号": "J012"}, {"题名": "乙", "全宗号": "没有"}]
    )
    figures = load(county, path)
    assert (figures.created, figures.refused) == (1, 1)
    with pytest.raises(NotPermitted):
        load(county, path, act=county.act("clerk"))


def make_dbf(path):
    head = struct.pack("<4BIHH20x", 3, 126, 1, 1, 2, 32 + 32 * 2 + 1, 31)
    fields = b"".join(
        struct.pack("<11sc4xBB14x", name.encode("gbk"), b"C", size, 0)
        for name, size in (("TM", 20), ("DH", 10))
    )
    rows = b"".join(
        b" " + title.encode("gbk").ljust(20) + code.ljust(10).encode()
        for title, code in (("防汛通知", "A-1"), ("抗旱通知", "A-2"))
    )
    path.write_bytes(head + fields + b"\r" + rows + b"\x1a")


def test_every_kind_of_table_is_read(county, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["题名", "年度", "页数"])
    book.active.append(["表格里的", 1998, 3.0])
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "a.tsv").write_text("题名\t责任者\n制表\t甲\n", "utf-8")
    (tmp_path / "a.xml").write_text(
        "<目录><文件><题名>标记里的</题名><责任者>甲</责任者></文件>"
        "<文件><题名>第二</题名><责任者>乙</责任者></文件></目录>",
        "utf-8",
    )
    make_dbf(tmp_path / "a.dbf")
    with gzip.open(tmp_path / "a.jsonl.gz", "wb") as stream:
        stream.write('{"title":"压缩的"}'.encode())
    for name, count in (("xlsx", 1), ("tsv", 1), ("xml", 2), ("dbf", 2), ("jsonl.gz", 1)):
        figures = load(county, tmp_path / f"a.{name}")
        assert (figures.created, figures.refused) == (count, 0), name
    assert Record.objects.get(title="表格里的").pages == 3
    assert Record.objects.get(title="防汛通知").reference_code == "A-1"


@pytest.mark.parametrize("name", ["a.xlsx", "a.dbf", "a.xml", "a.jsonl.gz", "a.csv", "a.exe"])
def test_a_file_that_is_no_table_is_named_so(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"\x1f\x8b\x08\x00broken" if name.endswith("gz") else b"")
    with pytest.raises(TableUnreadable):
        list(open_table(path).rows())


def test_a_map_names_columns_and_only_known_elements(county, tmp_path):
    good = tmp_path / "map.toml"
    good.write_text('"某列" = "title"\n"号" = "id"\n', "utf-8")
    path = lines(tmp_path / "a.jsonl", [{"某列": "甲", "号": "7"}])
    assert load(county, path, chosen=read_map(good)).created == 1
    assert Record.objects.get().source_id == "7"
    good.write_text('"某列" = "nonsense"\n', "utf-8")
    with pytest.raises(MapRefused, match="nonsense"):
        read_map(good)


def test_the_command_makes_the_fonds_and_says_its_figures(data_folder, tmp_path, capsys):
    path = lines(tmp_path / "a.jsonl", [{"id": "1", "title": "甲乙丙"}, {"title": ""}])
    assert main(["import", str(path), "--fonds", "J077", "--json"]) == 1
    figures = json.loads(capsys.readouterr().out)
    assert figures["created"] == 1 and figures["refused"] == 1 and figures["refused_file"]
    assert Record.objects.get().fonds.code == "J077"
    assert main(["search", "甲乙丙", "--as", "system", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["results"][0]["source_id"] == "1"
    assert main(["import", str(tmp_path / "none.csv"), "--json"]) == 2


def test_the_page_previews_maps_and_runs_as_a_job(client, county):
    client.force_login(county.people["archivist"])
    sent = SimpleUploadedFile("旧目录.csv", "题名,怪列\n防火通知,甲\n,乙\n".encode())
    answer = client.post("/import/", {"file": sent, "fonds": "YX/J012"})
    assert answer.status_code == 302
    seen = client.get(answer["Location"]).content.decode()
    assert "防火通知" in seen and "没有题名" in seen
    started = client.post(answer["Location"], {"column-0": "title", "column-1": "creator"})
    run_job(claim("test"))
    assert Record.objects.get().creator == "甲"
    assert PageText.objects.count() == 0
    listed = client.get("/import/").content.decode()
    assert "下载退回的行" in listed
    number = started["Location"].strip("/").rsplit("/", 1)[-1]
    lost = b"".join(client.get(f"/import/jobs/{number}/refused/").streaming_content)
    assert "没有题名" in lost.decode("utf-8-sig")
    again = SimpleUploadedFile("又一份.csv", "题名,怪列\n防汛通知,丙\n".encode())
    shown = client.get(client.post("/import/", {"file": again, "fonds": "YX/J012"})["Location"])
    assert "已套用上次同样列名的对照" in shown.content.decode()
    chosen = {one["label"]: one["value"] for one in shown.context["columns"]}
    assert chosen == {"题名": "title", "怪列": "creator"}
    client.force_login(county.people["clerk"])
    other = SimpleUploadedFile("a.csv", "题名\n甲\n".encode())
    assert client.post("/import/", {"file": other, "fonds": "YX/J012"}).status_code in {302, 403}
    assert Record.objects.count() == 1
