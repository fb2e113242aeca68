"""Drawing a certificate 证明版式: an official Chinese paper on A4, its list of pages, its copies.

Head in red with the archives' name, number at the right, body in 三号 with a two-character
indent, signature and date under the seal at the right, code and QR at the foot (GB/T 9704-2012
is the model for margins and sizes).
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import segno
from reportlab.lib.colors import Color, black
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from lantai.access.certificates.seal import draw_seal
from lantai.access.certificates.sheet import COPY, FOUND, CertificateSheet, Line
from lantai.access.certificates.typesetting import (
    Style,
    break_lines,
    draw_centred,
    draw_paragraph,
)
from lantai.core.pdf_fonts import chinese_font

MM = 72 / 25.4
WIDTH, HEIGHT = A4
LEFT, RIGHT, BOTTOM = 28 * MM, WIDTH - 26 * MM, 52 * MM
MEASURE = RIGHT - LEFT
RED = Color(0.80, 0.08, 0.08)
GREY = Color(0.35, 0.35, 0.35)
BODY_SIZE = 15.0
WIDEST_GAP = 2.5  # points between characters of a spread line; beyond, it stays ragged
LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
FIXED = (
    "档案证明查无复制件编号经查本馆馆藏《》形成单位时间第页记载如下以上内容摘录自原文与核对一致特此"
    "仅说明在范围内的结果不作为有关事实存依据后附共张系由列利用专用章办审核验码请扫描或访问输入无打开网址"
    "清单序题名次摘要样仅供阅未签发年月日〇一二三四五六七八九十申请因为查询到上述事项相关（）：，。、；“”—·〔〕…%-./*: "
)


@dataclass
class _Faces:
    serif: str
    bold: str
    sans: str


def draw_certificate(sheet: CertificateSheet) -> bytes:
    """The whole paper as an unsigned PDF: body, list of records and pages, copies."""
    faces = _faces(sheet)
    total = _Sheet(sheet, faces, 0).draw()[1]
    return _Sheet(sheet, faces, total).draw()[0]


def _faces(sheet: CertificateSheet) -> _Faces:
    text = FIXED + LATIN + sheet.title + repr(sheet.facts()) + sheet.seal_words
    text += "".join(body_paragraphs(sheet)[0])
    return _Faces(*(chinese_font(style, text) for style in ("serif", "serif-bold", "sans")))


def body_paragraphs(sheet: CertificateSheet) -> tuple[list[str], list[str]]:
    """The words of the body before the quotations' end, and the closing words (D06)."""
    opening = f"{sheet.asker}，因{sheet.purpose}，申请查询：{sheet.question}"
    opening += "" if opening.endswith(("。", "？")) else "。"
    if sheet.kind == FOUND:
        words = [opening]
        for line in sheet.lines:
            words += [f"经查，{_cited(line)}记载如下：", f"“{line.quote}”"]
        closing = "以上内容据档案原文摘录，与原件核对一致。特此证明。"
        return words, [closing]
    if sheet.kind == COPY:
        pages = len(sheet.pages)
        words = [opening, f"经查，所附复制件共 {pages} 页，由本馆馆藏下列档案复制："]
        words += [f"{n}. {_cited(line, own=False)}。" for n, line in enumerate(sheet.lines, 1)]
        return words, ["复制件与原件核对一致，逐页摘要见所附清单。特此证明。"]
    words = [opening, f"经查本馆馆藏（查找范围：{sheet.scope}），未查到与上述事项有关的档案。"]
    closing = "本证明只说明在上述范围内的查找结果，不作为有关事实不存在的依据。特此证明。"
    return words, [closing]


def _cited(line: Line, own: bool = True) -> str:
    parts = [f"档号 {line.reference_code}" if line.reference_code else "无档号"]
    if line.creator:
        parts.append(f"形成单位 {line.creator}")
    if line.date:
        parts.append(f"形成时间 {line.date}")
    if line.pages:
        parts.append(f"第 {line.pages} 页")
    return f"{'本馆馆藏' if own else ''}《{line.title}》（{'，'.join(parts)}）"


class _Sheet:
    """One drawing of the paper; drawn twice, since a page says how many there are."""

    def __init__(self, sheet: CertificateSheet, faces: _Faces, total: int) -> None:
        self.sheet, self.faces, self.total, self.number = sheet, faces, total, 1
        self.out = io.BytesIO()
        self.canvas = Canvas(self.out, pagesize=A4, pageCompression=1)
        self.body = Style(faces.serif, BODY_SIZE, BODY_SIZE * 1.9, first=BODY_SIZE * 2)
        self.y = 0.0

    def draw(self) -> tuple[bytes, int]:
        """The bytes, and how many pages."""
        self.canvas.setTitle(f"{self.sheet.archives_name}{self.sheet.title} {self.sheet.number}")
        self.canvas.setAuthor(self.sheet.archives_name)
        self.canvas.setSubject(self.sheet.title)
        self.canvas.setCreator("Lantai")
        self._head()
        self._body()
        self._signature()
        self._finish_page()
        if self.sheet.pages:
            self._list_of_pages()
        for n, page in enumerate(self.sheet.pages, 1):
            self._copy(n, page.label, page.image)
        self.canvas.save()
        return self.out.getvalue(), self.number - 1

    def _head(self) -> None:
        canvas, sheet = self.canvas, self.sheet
        y = HEIGHT - 42 * MM
        size = min(34.0, MEASURE / max(1, len(sheet.archives_name)) * 0.86)
        canvas.setFillColor(RED)
        gap = min(
            8.0, (MEASURE - size * len(sheet.archives_name)) / max(1, len(sheet.archives_name))
        )
        draw_centred(
            canvas, sheet.archives_name, Style(self.faces.bold, size, 0), WIDTH / 2, y, gap
        )
        canvas.setStrokeColor(RED)
        canvas.setLineWidth(2.2)
        canvas.line(LEFT, y - 15, RIGHT, y - 15)
        canvas.setLineWidth(0.6)
        canvas.line(LEFT, y - 19, RIGHT, y - 19)
        canvas.setFillColor(black)
        canvas.setFont(self.faces.serif, 11)
        canvas.drawRightString(RIGHT, y - 38, f"编号：{sheet.number}")
        title = Style(self.faces.bold, 25, 0)
        draw_centred(canvas, sheet.title, title, WIDTH / 2, y - 88, 9)
        self.y = y - 136

    def _body(self) -> None:
        words, closing = body_paragraphs(self.sheet)
        for text in [*words, *closing]:
            self._paragraph(text)

    def _paragraph(self, text: str) -> None:
        """Draw line by line so that a long quotation runs over to the next page."""
        style = self.body
        for paragraph in text.splitlines() or [""]:
            for n, line in enumerate(break_lines(paragraph, style, MEASURE)):
                if self.y < BOTTOM + 12:
                    self._finish_page()
                    self._running_head()
                shown = Style(
                    style.font, style.size, style.leading, first=style.first if n == 0 else 0
                )
                self._line(paragraph, line, shown, n)

    def _line(self, paragraph: str, line: str, style: Style, n: int) -> None:
        lines = break_lines(paragraph, self.body, MEASURE)
        if n == len(lines) - 1:
            text = self.canvas.beginText(LEFT + style.first, self.y)
            text.setFont(style.font, style.size)
            text.textOut(line)
            self.canvas.drawText(text)
        else:
            room = MEASURE - style.first
            spare = room - stringWidth(line, style.font, style.size)
            text = self.canvas.beginText(LEFT + style.first, self.y)
            text.setFont(style.font, style.size)
            between = spare / max(1, len(line) - 1)
            text.setCharSpace(between if 0 < between < WIDEST_GAP else 0)
            text.textOut(line)
            text.setCharSpace(0)
            self.canvas.drawText(text)
        self.y -= style.leading

    def _signature(self) -> None:
        """Archives and date at the right, under the seal; they stay with text on their page."""
        if self.y < BOTTOM + 92:
            self._finish_page()
            self._running_head()
        canvas, sheet = self.canvas, self.sheet
        centre = RIGHT - 78
        y = self.y - 42
        style = Style(self.faces.serif, BODY_SIZE, 0)
        draw_centred(canvas, sheet.archives_name, style, centre, y)
        day = sheet.issued_on
        draw_centred(canvas, f"{day.year}年{day.month}月{day.day}日", style, centre, y - 28)
        if not sheet.specimen:
            draw_seal(canvas, sheet.archives_name, sheet.seal_words, self.faces.bold, centre, y - 8)

    def _specimen(self) -> None:
        canvas = self.canvas
        canvas.saveState()
        canvas.translate(WIDTH / 2, HEIGHT / 2 - 40)
        canvas.rotate(32)
        canvas.setFillColor(Color(0.6, 0.6, 0.6, alpha=0.35))
        draw_centred(canvas, "样稿 未签发", Style(self.faces.bold, 64, 0), 0, 0, 8)
        canvas.restoreState()

    def _running_head(self) -> None:
        canvas = self.canvas
        canvas.setFont(self.faces.serif, 9.5)
        canvas.setFillColor(GREY)
        canvas.drawString(LEFT, HEIGHT - 22 * MM, f"{self.sheet.archives_name}{self.sheet.title}")
        canvas.drawRightString(RIGHT, HEIGHT - 22 * MM, f"编号：{self.sheet.number}")
        canvas.setLineWidth(0.4)
        canvas.setStrokeColor(RED)
        canvas.line(LEFT, HEIGHT - 24 * MM, RIGHT, HEIGHT - 24 * MM)
        canvas.setFillColor(black)
        self.y = HEIGHT - 38 * MM

    def _finish_page(self) -> None:
        """The foot: QR with the address, code, who handled it, page of pages."""
        canvas, sheet = self.canvas, self.sheet
        if sheet.specimen:
            self._specimen()
        top = 40 * MM
        canvas.setStrokeColor(RED)
        canvas.setLineWidth(0.6)
        canvas.line(LEFT, top, RIGHT, top)
        side = 24 * MM
        _draw_qr(canvas, sheet.verify_url, LEFT, top - side - 6, side)
        canvas.setFillColor(black)
        canvas.setFont(self.faces.sans, 8.5)
        x, y = LEFT + side + 12, top - 18
        lines = [
            f"验证码：{sheet.verify_code}",
            "扫描二维码，或打开下列网址输入验证码，可验证本证明：",
            sheet.verify_url.split("?")[0],
            f"经办：{sheet.handler}　　审核：{sheet.approver}　　申请编号：{sheet.request}",
        ]
        for line in lines:
            canvas.drawString(x, y, line)
            y -= 14
        canvas.setFont(self.faces.serif, 9)
        of = f" 共 {self.total} 页" if self.total else ""
        canvas.drawCentredString(WIDTH / 2, 9 * MM, f"第 {self.number} 页{of}")
        canvas.showPage()
        self.number += 1

    def _list_of_pages(self) -> None:
        """复制件清单: each page image with its digest."""
        self._running_head()
        canvas = self.canvas
        draw_centred(canvas, "复制件清单", Style(self.faces.bold, 16, 0), WIDTH / 2, self.y, 4)
        self.y -= 30
        for n, page in enumerate(self.sheet.pages, 1):
            if self.y < BOTTOM + 30:
                self._finish_page()
                self._running_head()
            head = Style(self.faces.serif, 10.5, 15)
            self.y = draw_paragraph(canvas, f"{n}. {page.label}", head, LEFT, self.y, MEASURE)
            canvas.setFillColor(GREY)
            small = Style(self.faces.sans, 7.2, 11, left=14)
            self.y = draw_paragraph(canvas, f"SHA-256 {page.sha256}", small, LEFT, self.y, MEASURE)
            canvas.setFillColor(black)
            self.y -= 5
        self._finish_page()

    def _copy(self, n: int, label: str, image: bytes) -> None:
        self._running_head()
        canvas = self.canvas
        canvas.setFont(self.faces.serif, 9.5)
        canvas.drawString(LEFT, HEIGHT - 29 * MM, f"复制件 {n}：{label}")
        box_w, box_h = MEASURE, HEIGHT - 29 * MM - 8 - 43 * MM
        picture = ImageReader(io.BytesIO(image))
        wide, high = picture.getSize()
        scale = min(box_w / wide, box_h / high)
        x, y = LEFT + (box_w - wide * scale) / 2, 43 * MM + (box_h - high * scale)
        canvas.drawImage(picture, x, y, wide * scale, high * scale)
        canvas.setStrokeColor(GREY)
        canvas.setLineWidth(0.4)
        canvas.rect(x, y, wide * scale, high * scale)
        self._finish_page()


def _draw_qr(canvas: Canvas, text: str, x: float, y: float, side: float) -> None:
    rows = [list(row) for row in segno.make(text, error="m").matrix_iter(border=0)]
    cell = side / len(rows)
    canvas.setFillColor(black)
    for r, row in enumerate(rows):
        for c, dark in enumerate(row):
            if dark:
                canvas.rect(x + c * cell, y + side - (r + 1) * cell, cell + 0.05, cell + 0.05, 0, 1)
