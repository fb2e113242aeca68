"""The report on paper 检测报告单: a PDF form with verdict, tallies, findings, and places to sign."""

from __future__ import annotations

import io
from datetime import datetime
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from lantai.core.checks.finding import Finding, Outcome, Property, Stage
from lantai.core.checks.report import CheckReport
from lantai.core.pdf_fonts import chinese_font

MOST_FINDINGS = 500
"""Findings on paper; the rest are counted there and stand in the electronic report."""

_VERDICTS = {"pass": "合格", "fail": "不合格", "unreadable": "无法读取"}
_SEVERITIES = {"error": "不通过", "warning": "警告", "info": "待人工"}
_TITLE = "电子档案四性检测报告"
_GRID = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.4, colors.HexColor("#8a8378")),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ]
)


def print_report(report: CheckReport, *, institution: str, made_at: datetime) -> bytes:
    """The report as a PDF, A4; `NoChineseFont` where none is installed.

    It says by which plan and version it was made; it is signed by who hands it out.
    """
    return _Printing(report, institution, made_at).document()


class _Printing:
    def __init__(self, report: CheckReport, institution: str, made_at: datetime) -> None:
        self.report, self.institution, self.made_at = report, institution, made_at
        self.shown = report.findings[:MOST_FINDINGS]
        words = "".join(self._words()) + "0123456789，。：；（）《》、·-./ "
        body, head = chinese_font("serif", words), chinese_font("serif-bold", words)
        self.body = ParagraphStyle("body", fontName=body, fontSize=9, leading=13, wordWrap="CJK")
        self.head = ParagraphStyle("head", fontName=head, fontSize=10, leading=15, wordWrap="CJK")
        self.title = ParagraphStyle("title", fontName=head, fontSize=18, leading=30, alignment=1)

    def _words(self) -> list[str]:
        found = [_TITLE, self.institution, self.report.package, _FIXED]
        for result in self.report.results:
            found += [result.name_zh, result.reason]
        for one in self.shown:
            found += [one.code, one.clause, one.path, one.message_zh, one.next_zh]
        found += [o.label_zh for o in Outcome] + [p.label_zh for p in Property]
        return found + [s.label_zh for s in Stage] + list(_VERDICTS.values())

    def text(self, words: object, *, bold: bool = False) -> Paragraph:
        """A cell; what is not printable is left out."""
        plain = "".join(c for c in str(words) if c.isprintable())[:2000]
        return Paragraph(escape(plain), self.head if bold else self.body)

    def document(self) -> bytes:
        out = io.BytesIO()
        paper = SimpleDocTemplate(
            out,
            pagesize=A4,
            title=_TITLE,
            author=self.institution,
            leftMargin=20 * mm,
            rightMargin=20 * mm,
            topMargin=18 * mm,
            bottomMargin=18 * mm,
        )
        parts: list[Flowable] = [Paragraph(_TITLE, self.title), self.summary(), Spacer(1, 5 * mm)]
        parts += [self.tallies(), Spacer(1, 5 * mm), *self.findings(), Spacer(1, 8 * mm)]
        parts.append(self.signatures())
        paper.build(parts, onFirstPage=self.foot, onLaterPages=self.foot)
        return out.getvalue()

    def summary(self) -> Table:
        report, counts = self.report, self.report.counts
        rows = [
            ("检测机构", self.institution, "检测时间", self.made_at.strftime("%Y-%m-%d %H:%M")),
            ("检测对象", report.package, "检测环节", Stage(report.stage).label_zh),
            ("检测方案", f"{report.plan} {report.plan_version}", "信息包规格", report.profile),
            ("件数", counts["items"], "文件数", counts["files"]),
            ("字节数", counts["bytes"], "结论", _VERDICTS[report.verdict]),
            ("不通过", counts["errors"], "警告", counts["warnings"]),
        ]
        cells = [[self.text(cell, bold=n % 2 == 0) for n, cell in enumerate(row)] for row in rows]
        table = Table(cells, colWidths=[25 * mm, 60 * mm, 25 * mm, 60 * mm])
        table.setStyle(_GRID)
        return table

    def tallies(self) -> Table:
        heads = ["性质", *(outcome.label_zh for outcome in Outcome)]
        rows = [[self.text(head, bold=True) for head in heads]]
        for kind in Property:
            results = [one for one in self.report.results if one.property == kind.value]
            tally = [sum(one.outcome is outcome for one in results) for outcome in Outcome]
            rows.append([self.text(kind.label_zh), *(self.text(number) for number in tally)])
        table = Table(rows, colWidths=[30 * mm] + [140 * mm / len(Outcome)] * len(Outcome))
        table.setStyle(_GRID)
        return table

    def findings(self) -> list[Flowable]:
        if not self.shown:
            return [self.text("没有发现问题。")]
        heads = ("条目", "程度", "位置", "问题与处理")
        rows = [[self.text(head, bold=True) for head in heads]]
        rows += [self.finding(one) for one in self.shown]
        table = Table(rows, colWidths=[24 * mm, 16 * mm, 45 * mm, 85 * mm], repeatRows=1)
        table.setStyle(_GRID)
        left = len(self.report.findings) - len(self.shown)
        more = [self.text(f"另有 {left} 条未印出，见电子报告。")] if left else []
        return [table, *more]

    def finding(self, one: Finding) -> list[Paragraph]:
        said = f"{one.message_zh}。处理：{one.next_zh}。依据：{one.clause}"
        return [self.text(cell) for cell in (one.code, _SEVERITIES[one.severity], one.path, said)]

    def signatures(self) -> Table:
        cells = [
            [
                self.text("检测人（签名）："),
                self.text("审核人（签名）："),
                self.text("单位（印章）："),
            ]
        ]
        table = Table(cells, colWidths=[56 * mm, 57 * mm, 57 * mm], rowHeights=[22 * mm])
        table.setStyle(_GRID)
        return table

    def foot(self, canvas: Canvas, paper: SimpleDocTemplate) -> None:
        canvas.setFont(self.body.fontName, 8)
        canvas.drawCentredString(A4[0] / 2, 10 * mm, f"第 {paper.page} 页")


_FIXED = (
    "检测机构检测时间检测对象检测环节检测方案信息包规格件数文件数字节数结论不通过警告待人工性质条目程度位置"
    "问题与处理没有发现问题另有条未印出见电子报告处理依据检测人签名审核人单位印章第页合格无法读取"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)
