"""Electronic invoices 数电票: the XML of STANDARDS §9.4, and an OFD that carries it."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from lantai.core.ofd.pages import OfdAttachment, PlacedText, TextPage
from lantai.core.ofd.writer import write_ofd
from lantai.core.specimens.makers.maker import Fonts, Maker
from lantai.core.specimens.makers.ofd_files import ofd_metadata
from lantai.core.specimens.numerals import capital_amount
from lantai.core.specimens.records import Specimen

RATE = 6  # per cent, services
_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_code(body: str) -> str:
    """A unified social credit code of 17 characters with its check character (GB 32100)."""
    total = sum(_LETTERS.index(char) * pow(3, place, 31) for place, char in enumerate(body))
    return body + _LETTERS[(31 - total % 31) % 31]


class Invoice(Maker):
    """Two files: the XML and its OFD."""

    id = "einvoice"
    suffix = ".xml"

    def make(self, record: Specimen, path: Path, fonts: Fonts) -> list[Path]:
        """Sums agree: without tax plus tax is the whole."""
        total = int(record.facts["cents"])
        net = round(total * 100 / (100 + RATE))
        root = _tree(record, net, total - net)
        etree.indent(root)
        path.write_bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))
        picture = path.with_suffix(".ofd")
        write_ofd(
            picture,
            [_picture(record, net, total)],
            ofd_metadata(record),
            [OfdAttachment("original_invoice.xml", path, "xml")],
        )
        return [path, picture]


def _number(record: Specimen) -> str:
    return f"{record.values['year'][2:]}999{record.seed:015d}"[:20]


def _parties(record: Specimen) -> tuple[tuple[str, str], tuple[str, str]]:
    seller = str(record.facts["seller"])
    return (seller, credit_code(f"91999123MA{sum(map(ord, seller)) % 10**7:07d}")), (
        record.values["creator"],
        credit_code("11999123000000021"),
    )


def _put(parent: etree._Element, **children: str) -> etree._Element:
    for name, text in children.items():
        etree.SubElement(parent, name).text = text
    return parent


def _label(parent: etree._Element, name: str, code: str, text: str) -> None:
    _put(etree.SubElement(parent, name), LabelCode=code, LabelName=text)


def _tree(record: Specimen, net: int, tax: int) -> etree._Element:
    money = lambda cents: f"{cents / 100:.2f}"  # noqa: E731 – one line, used below only
    (seller, seller_id), (buyer, buyer_id) = _parties(record)
    number, when = _number(record), f"{record.day.isoformat()} 10:15:00"
    root = etree.Element("EInvoice")
    head = _put(
        etree.SubElement(root, "Header"), EIid=number, EInvoiceTag="SWEI3200", Version="0.2"
    )
    inherent = etree.SubElement(head, "InherentLabel")
    _label(inherent, "InIssuType", "Y", "蓝字发票")
    _label(inherent, "EInvoiceType", "01", "数电票")
    _label(inherent, "GeneralOrSpecialVAT", "02", "普通发票")
    data = etree.SubElement(root, "EInvoiceData")
    _put(
        etree.SubElement(data, "SellerInformation"),
        SellerIdNum=seller_id,
        SellerName=seller,
        SellerAddr="清江市文汇路9号",
        SellerTelNum="19900008800",
        SellerBankName="清江农商银行",
        SellerBankAccNum="9990000000012345",
    )
    _put(etree.SubElement(data, "BuyerInformation"), BuyerIdNum=buyer_id, BuyerName=buyer)
    basic = _put(
        etree.SubElement(data, "BasicInformation"),
        TotalAmWithoutTax=money(net),
        TotalTaxAm=money(tax),
    )
    etree.SubElement(basic, "TotalTax-includedAmount").text = money(net + tax)
    etree.SubElement(basic, "TotalTax-includedAmountInChinese").text = capital_amount(net + tax)
    _put(basic, Drawer="开票员", RequestTime=when)
    _put(
        etree.SubElement(data, "IssuItemInformation"),
        ItemName=f"*服务*{record.facts['summary']}",
        MeaUnits="项",
        Quantity="1",
        UnPrice=money(net),
        Amount=money(net),
        TaxRate=f"0.0{RATE}",
        ComTaxAm=money(tax),
        TotaltaxIncludedAmount=money(net + tax),
        TaxClassificationCode="3040000000000000000",
    )
    _put(etree.SubElement(data, "AdditionalInformation"), Remark=record.values["reference_code"])
    _put(etree.SubElement(root, "SellerAuthentication"), AuthenticationMethods="0")
    _put(
        etree.SubElement(root, "TaxSupervisionInfo"),
        InvoiceNumber=number,
        IssueTime=when,
        TaxBureauCode="19990000",
        TaxBureauName="本省税务局",
    )
    return root


def _picture(record: Specimen, net: int, total: int) -> TextPage:
    (seller, seller_id), (buyer, buyer_id) = _parties(record)
    rows = [
        f"发票号码：{_number(record)}　开票日期：{record.day.isoformat()}",
        f"购买方：{buyer}　{buyer_id}",
        f"销售方：{seller}　{seller_id}",
        f"项目：*服务*{record.facts['summary']}　金额 {net / 100:.2f}　税率 {RATE}%",
        f"税额 {(total - net) / 100:.2f}",
        f"价税合计（大写）：{capital_amount(total)}　（小写）¥{total / 100:.2f}",
    ]
    texts = [PlacedText("电子发票（普通发票）", 72, 18, 7, colour=(128, 40, 20), bold=True)]
    texts += [PlacedText(row, 12, 38 + n * 15, 3.6) for n, row in enumerate(rows)]
    return TextPage(texts, size=(210.0, 140.0))
