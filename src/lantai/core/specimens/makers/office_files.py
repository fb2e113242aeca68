"""Office files 办公文件: text (docx), tables (xlsx, csv) and pages (html)."""

from __future__ import annotations

import csv
import html
from pathlib import Path

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from lantai.core.specimens.makers._steady import steady
from lantai.core.specimens.makers._tables import table_of
from lantai.core.specimens.makers.maker import Fonts, Maker
from lantai.core.specimens.records import Specimen


class WordFile(Maker):
    """A docx with heading, number, title and paragraphs."""

    id = "docx"
    suffix = ".docx"

    def make(self, record: Specimen, path: Path, fonts: Fonts) -> list[Path]:
        """Core properties carry title, author and subject."""
        document = Document()
        document.core_properties.title = record.title
        document.core_properties.author = record.values["creator"]
        document.core_properties.subject = record.values.get("doc_no", "")
        style = document.styles["Normal"]
        style.font.name, style.font.size = "仿宋", Pt(16)
        style.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
        head = document.add_paragraph()
        head.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = head.add_run(record.values["creator"].split("；")[0])
        run.font.size, run.font.color.rgb, run.bold = Pt(26), RGBColor(0xC8, 0x14, 0x1E), True
        if record.values.get("doc_no"):
            document.add_paragraph(record.values["doc_no"]).alignment = WD_ALIGN_PARAGRAPH.CENTER
        document.add_heading(record.title, level=1).alignment = WD_ALIGN_PARAGRAPH.CENTER
        for line in record.body.split("\n"):
            document.add_paragraph(line).paragraph_format.first_line_indent = Pt(32)
        document.save(str(path))
        steady(path, record.values["date"])
        return [path]


class Workbook_(Maker):  # noqa: N801 – the library owns the plain name
    """An xlsx with the table of the text."""

    id = "xlsx"
    suffix = ".xlsx"

    def make(self, record: Specimen, path: Path, fonts: Fonts) -> list[Path]:
        """Title row, table, source row."""
        book = Workbook()
        sheet = book.active
        sheet.title = "表一"
        sheet.append([record.title])
        sheet["A1"].font = Font(bold=True, size=14)
        sheet["A1"].alignment = Alignment(horizontal="left")
        for row in table_of(record.body):
            sheet.append(row)
        sheet.append([f"填报单位：{record.values['creator']}"])
        sheet.column_dimensions["A"].width = 26
        book.properties.creator = record.values["creator"]
        book.properties.title = record.title
        book.save(path)
        steady(path, record.values["date"])
        return [path]


class CsvFile(Maker):
    """The same table as plain text."""

    id = "csv"
    suffix = ".csv"

    def make(self, record: Specimen, path: Path, fonts: Fonts) -> list[Path]:
        """UTF-8 with a mark at the front, as spreadsheets like it."""
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows(table_of(record.body))
        return [path]


class WebPage(Maker):
    """The page as the county's site showed it."""

    id = "html"
    suffix = ".html"

    def make(self, record: Specimen, path: Path, fonts: Fonts) -> list[Path]:
        """One file, no outside parts."""
        title, creator = html.escape(record.title), html.escape(record.values["creator"])
        paragraphs = "\n".join(f"<p>{html.escape(line)}</p>" for line in record.body.split("\n"))
        path.write_text(
            f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head><meta charset="utf-8">\n'
            f"<title>{title}</title>"
            f'<meta name="author" content="{creator}"></head>\n<body><h1>{title}</h1>\n'
            f"<p>发布单位：{creator}　发布日期：{record.day.isoformat()}</p>\n"
            f"{paragraphs}\n</body></html>\n",
            encoding="utf-8",
        )
        return [path]
