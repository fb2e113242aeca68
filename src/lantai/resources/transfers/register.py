"""电子档案移交与接收登记表, the two-part hand-over register (STANDARDS §6.5), filled from data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from django.utils.timezone import localtime
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from lantai.core.checks.finding import Property
from lantai.resources.transfers.models import CheckRun, Transfer
from lantai.resources.transfers.queries import last_run

TITLE = "电子档案移交与接收登记表"
INSPECTED = {
    "准确性": Property.AUTHENTICITY, "完整性": Property.INTEGRITY,
    "可用性": Property.USABILITY, "安全性": Property.SECURITY,
}  # fmt: skip
FONT = "STSong-Light"  # a font every PDF reader brings for Chinese


@dataclass(frozen=True)
class Inspection:
    """One row of 检验内容, for both sides."""

    name: str
    sender: str
    receiver: str


@dataclass(frozen=True)
class Register:
    """The register of one batch, as text."""

    transfer: Transfer
    head: tuple[tuple[str, str], ...]
    inspections: tuple[Inspection, ...]
    sender: tuple[tuple[str, str], ...]
    receiver: tuple[tuple[str, str], ...]
    digest: tuple[str, str, str, str]


def register_of(transfer: Transfer) -> Register:
    """Fill the register from the batch, its runs and its signatures."""
    at_unit, at_archives = last_run(transfer, "filing"), last_run(transfer, "transfer")
    gigabytes = f"{transfer.bytes / 1e9:.3f} GB"
    return Register(
        transfer=transfer,
        head=(
            ("交接工作名称", transfer.title),
            ("内容描述", transfer.content or "—"),
            ("起止档号", f"{transfer.first_code} — {transfer.last_code}"),
            ("移交电子档案数量", f"{transfer.items} 件（{transfer.files} 个文件）"),
            ("移交数据量", gigabytes),
            ("载体起止顺序号", "—"),
            ("移交载体类型、规格", "在线"),
        ),
        inspections=(
            *(
                Inspection(name, _verdict(at_unit, prop), _verdict(at_archives, prop))
                for name, prop in INSPECTED.items()
            ),
            Inspection("载体外观", "在线移交，不适用", "在线移交，不适用"),
        ),
        sender=_side(
            transfer.prepared_by, transfer.sender_signed, transfer.unit.name,
            transfer.sender_signed_at,
        ),
        receiver=_side(
            "系统（四性检测）" if at_archives else "", transfer.receiver_signed,
            transfer.archives.name, transfer.receiver_signed_at,
        ),
        digest=(
            transfer.package_id or "—", transfer.content or transfer.title,
            transfer.package_digest or "—", gigabytes,
        ),
    )  # fmt: skip


def _side(filled: str, signed: str, place: str, at: datetime | None) -> tuple[tuple[str, str], ...]:
    day = localtime(at).strftime("%Y年%m月%d日 %H:%M") if at else "　"
    return (
        ("填表人（签名）", filled or "　"),
        ("审核人（签名）", signed or "（待签字）"),
        ("单位（印章）", place),
        ("日期", day),
    )


def _verdict(run: CheckRun | None, prop: Property) -> str:
    """What a run says of one property."""
    if run is None:
        return "—"
    own = [r for r in run.results if r["property"] == prop.value]
    failed = sum(1 for r in own if r["outcome"] == "fail")
    warned = sum(1 for r in own if r["outcome"] == "warning")
    if failed:
        return f"不合格（{failed} 项）"
    judged = sum(1 for r in own if r["outcome"] != "not-applicable")
    return f"合格（检 {judged} 项" + (f"，提醒 {warned} 项）" if warned else "）")


def register_as_pdf(transfer: Transfer) -> bytes:
    """The register on A4."""
    found = register_of(transfer)
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    plain = ParagraphStyle("plain", fontName=FONT, fontSize=10.5, leading=16, wordWrap="CJK")
    title = ParagraphStyle("title", parent=plain, fontSize=18, leading=26, alignment=1)
    small = ParagraphStyle("small", parent=plain, fontSize=9, leading=13)

    def cell(text: Any, style: ParagraphStyle = plain) -> Paragraph:
        return Paragraph(escape(str(text)), style)

    head = [[cell(label), cell(value), "", ""] for label, value in found.head]
    checked = [[cell("检验内容"), cell("移交单位"), cell("接收单位"), ""]]
    checked += [[cell(i.name), cell(i.sender), cell(i.receiver), ""] for i in found.inspections]
    sides = [[cell("移交单位"), "", cell("接收单位"), ""]]
    sides += [
        [cell(a[0]), cell(a[1]), cell(b[0]), cell(b[1])]
        for a, b in zip(found.sender, found.receiver, strict=True)
    ]
    grid = [("GRID", (0, 0), (-1, -1), 0.6, colors.black), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
    widths = [32 * mm, 54 * mm, 32 * mm, 54 * mm]
    spans = [("SPAN", (1, n), (3, n)) for n in range(len(head))]
    two = [("SPAN", (2, n), (3, n)) for n in range(len(checked))]
    annex = [
        [cell(t, small) for t in ("载体（包）编号", "内容说明", "数字摘要（SM3）", "实际容量")]
    ]
    annex += [[cell(t, small) for t in found.digest]]
    sink = BytesIO()
    page = SimpleDocTemplate(
        sink, pagesize=A4, topMargin=20 * mm, bottomMargin=18 * mm, leftMargin=19 * mm,
        rightMargin=19 * mm, title=f"{TITLE} {transfer.number}", author=transfer.archives.name,
    )  # fmt: skip
    page.build(
        [
            cell(TITLE, title),
            cell(f"编号：{transfer.number}（第 {transfer.version} 版信息包）", small),
            Spacer(1, 3 * mm),
            Table(head, widths, style=TableStyle(grid + spans)),
            Table(checked, widths, style=TableStyle(grid + two)),
            Table(sides, widths, style=TableStyle(grid)),
            Spacer(1, 6 * mm),
            cell("附：数字摘要清单", plain),
            Spacer(1, 2 * mm),
            Table(annex, [42 * mm, 46 * mm, 60 * mm, 24 * mm], style=TableStyle(grid)),
        ]
    )
    return sink.getvalue()
