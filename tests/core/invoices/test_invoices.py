"""E-invoices in XML, OFD and PDF."""

from decimal import Decimal
from pathlib import Path

import pytest

from lantai.core.invoices import NoInvoice, check_invoice, read_invoice
from lantai.core.invoices.sums import amount_in_words, credit_code_good
from tests.shared_data import shared_data

EINVOICE = """<?xml version="1.0" encoding="UTF-8"?>
<EInvoice><Header><EIid>26312000000000000001</EIid><InherentLabel><EInvoiceType>
<LabelName>电子发票（普通发票）</LabelName></EInvoiceType></InherentLabel></Header>
<EInvoiceData><SellerInformation><SellerIdNum>91440300708461136T</SellerIdNum>
<SellerName>甲公司</SellerName></SellerInformation><BuyerInformation><BuyerName>乙公司</BuyerName>
</BuyerInformation><BasicInformation><TotalAmWithoutTax>100.00</TotalAmWithoutTax>
<TotalTaxAm>6.00</TotalTaxAm><TotalTax-includedAmount>{total}</TotalTax-includedAmount>
<TotalTax-includedAmountInChinese>壹佰零陆圆整</TotalTax-includedAmountInChinese>
</BasicInformation><IssuItemInformation><ItemName>*服务*费</ItemName><Amount>100.00</Amount>
<TaxRate>0.06</TaxRate><ComTaxAm>6.00</ComTaxAm></IssuItemInformation></EInvoiceData>
<TaxSupervisionInfo><InvoiceNumber>26312000000000000001</InvoiceNumber>
<IssueTime>2026-03-05 10:11:12</IssueTime></TaxSupervisionInfo></EInvoice>"""


@pytest.fixture
def real() -> Path:
    folder = shared_data("einvoice")
    if folder is None:
        pytest.skip("the shared data are not here")
    return folder


def test_fully_digital_invoice(tmp_path: Path):
    path = tmp_path / "a.xml"
    path.write_text(EINVOICE.format(total="106.00"), "utf-8")
    invoice = read_invoice(path)
    assert (invoice.kind, invoice.number) == ("einvoice", "26312000000000000001")
    assert (invoice.date, invoice.total) == ("2026-03-05", Decimal("106.00"))
    assert invoice.lines[0].tax == Decimal("6.00")
    assert check_invoice(invoice) == []


def test_sums_that_disagree_are_told(tmp_path: Path):
    path = tmp_path / "a.xml"
    path.write_text(EINVOICE.format(total="107.00"), "utf-8")
    assert {p.code for p in check_invoice(read_invoice(path))} == {"total", "words"}


def test_vat_invoice_in_xml_and_in_ofd_say_the_same(real: Path):
    drawn = read_invoice(real.parent / "ofd" / "converter-999.ofd")
    plain = read_invoice(real / "original_invoice-999.xml")
    assert drawn.key == plain.key == "05000170011112235358"
    assert plain.date == drawn.date == "2020-08-05"
    assert plain.total == drawn.total == Decimal("10600.00")
    assert len(plain.lines) == len(drawn.lines) == 100
    assert [p.code for p in check_invoice(drawn)] == ["tax-id"]  # the vendor invented it


def test_voucher_standard_xbrl(real: Path):
    invoice = read_invoice(real / "inv_ord_issuer-redacted.xbrl.xml")
    assert (invoice.code, invoice.number, invoice.date) == (
        "033002200211",
        "00000001",
        "2022-09-01",
    )
    assert (invoice.amount, invoice.tax, invoice.total) == (
        Decimal("9.91"),
        Decimal("1.29"),
        Decimal("11.20"),
    )
    assert not [p for p in check_invoice(invoice) if p.severity == "error"]


def test_air_itinerary_pdf(real: Path):
    invoice = read_invoice(real / "xbrl-001.pdf")
    assert invoice.number == "9223372036854775807"
    assert (invoice.date, invoice.total) == ("2021-07-28", Decimal("620.00"))
    assert (invoice.buyer.name, invoice.seller.name) == ("北京XXX公司", "中国南方航空股份有限公司")


@pytest.mark.parametrize("content", [b"", b"<a/>", b"PK\x03\x04", b"%PDF-1.4\n", b"\xff\xfe\x00"])
def test_what_is_no_invoice_is_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "a"
    path.write_bytes(content)
    with pytest.raises(NoInvoice):
        read_invoice(path)


@pytest.mark.parametrize(
    ("words", "figure"),
    [
        ("壹万零陆佰圆整", "10600"),
        ("壹拾壹圆贰角", "11.2"),
        ("叁仟零伍元零捌分", "3005.08"),
        ("贰亿叁仟万圆整", "230000000"),
    ],
)
def test_capital_amounts(words: str, figure: str):
    assert amount_in_words(words) == Decimal(figure)


def test_credit_code_check_digit():
    assert credit_code_good("91440300708461136T")
    assert not credit_code_good("91440300708461136U")
