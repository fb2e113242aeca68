"""Rules over a batch: duplicate, red-letter, replaced file."""

import shutil
import zipfile
from decimal import Decimal

import pytest

from lantai.core.invoices import Invoice, InvoiceFile, check_batch, invoice_rules, read_forms
from tests.shared_data import shared_data


def file(path, number="26312000000000000001", total="106.00", **more):
    return InvoiceFile(
        path, (Invoice("einvoice", number=number, total=Decimal(total), source=path, **more),)
    )


def found(*files, booked=None):
    return [(one.rule, one.path, one.severity) for one in check_batch(files, booked)]


def test_the_shelf_holds_the_three_rules():
    assert list(invoice_rules().all()) == ["duplicate", "red-letter", "replaced"]


def test_forms_of_one_invoice_are_no_duplicate_but_two_of_a_kind_are():
    assert found(file("a.xml"), file("a.ofd"), file("a.pdf")) == []
    assert found(file("a.xml"), file("b.xml")) == [("duplicate", "b.xml", "error")]


def test_an_invoice_booked_before_is_named():
    assert found(file("a.xml"), booked={"26312000000000000001": "2026-03 记-12"}) == [
        ("duplicate", "a.xml", "error")
    ]


def test_two_files_of_one_invoice_that_differ_in_the_amount_are_named():
    assert found(file("a.xml"), file("a.ofd", total="1060.00")) == [("replaced", "a.ofd", "error")]


RED = "26312000000000000009"
NOTE = "被红冲蓝字数电票号码：26312000000000000001 红字发票信息确认单编号：1"


def test_a_red_invoice_that_takes_back_the_blue_one_is_right():
    assert found(file("a.xml"), file("r.xml", RED, "-106.00", note=NOTE)) == []


@pytest.mark.parametrize(
    ("red", "severity"),
    [
        ({"total": "-107.00", "note": NOTE}, "error"),
        ({"total": "-106.00", "note": ""}, "warning"),
        ({"total": "106.00", "note": NOTE, "issue_type": "N"}, "error"),
        ({"total": "-1.00", "note": NOTE.replace("0001", "0777")}, "warning"),
        ({"total": "-1.00", "note": NOTE, "issue_type": "Y"}, "error"),
    ],
)
def test_a_red_invoice_that_is_not_right_is_named(red, severity):
    assert found(file("a.xml"), file("r.xml", RED, **red)) == [("red-letter", "r.xml", severity)]


def test_an_ofd_whose_attached_xml_was_exchanged_is_named(tmp_path):
    folder = shared_data("ofd")
    if folder is None:
        pytest.skip("the shared data are not here")
    true = read_forms(folder / "converter-999.ofd")
    assert len(true.forms) == 3
    assert check_batch([true]) == []
    with (
        zipfile.ZipFile(folder / "converter-999.ofd") as source,
        zipfile.ZipFile(tmp_path / "x.ofd", "w") as target,
    ):
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("original_invoice.xml"):
                data = data.replace(b"10600", b"19600")
            target.writestr(name, data)
    findings = check_batch([read_forms(tmp_path / "x.ofd")])
    assert {one.rule for one in findings} == {"replaced"}
    shutil.rmtree(tmp_path)
