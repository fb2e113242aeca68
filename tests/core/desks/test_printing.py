"""A paper is the same in PDF, Word and OFD, whatever stands in it."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from lantai.core.desks.charts import bar_picture
from lantai.core.desks.printing import KINDS, Block, PrintTable, blocks_of, sheet, written
from lantai.core.desks.printing.blocks import shares
from lantai.core.ofd.document import OfdDocument

TEMPLATE = """
编号：{number}
{target}：
定于{day}检查。
# 检查事项
- {item}
| 案卷 | 件 |
| {n} | 2 |
> {place}
"""
VALUES = {"number": "JC-1", "target": "云溪县民政局", "day": "2026年12月20日", "item": "归档 {place}",
          "n": "86", "place": "云溪县档案局"}  # fmt: skip


def pdf_text(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    return "".join(page.get_textpage().get_text_bounded() for page in document)


def test_what_was_written_by_a_person_is_no_template():
    blocks = blocks_of("检查通知书", TEMPLATE, VALUES)
    assert [b.kind for b in blocks] == [
        "title", "paragraph", "address", "paragraph", "heading", "item", "table", "signed",
    ]  # fmt: skip
    assert blocks[5].text == "归档 {place}" and blocks[6].rows[1] == ("86", "2")


def test_the_three_files_say_the_same(tmp_path: Path):
    blocks = blocks_of("检查通知书", TEMPLATE, VALUES)
    picture = bar_picture(["条件与保障", "一个很长很长很长很长很长很长的名称"], [3, 4], [5, 5])
    blocks.append(Block("picture", "各项得分与满分", picture=picture))
    pdf = written(blocks, "pdf")
    word = Document(io.BytesIO(written(blocks, "docx")))
    path = tmp_path / "paper.ofd"
    path.write_bytes(written(blocks, "ofd"))
    said = "\n".join(p.text for p in word.paragraphs)
    with OfdDocument.open(path) as ofd:
        pages = ofd.text()
        assert ofd.info()["pages"] == len(pypdfium2.PdfDocument(pdf))
    shown = "".join(pages if isinstance(pages, list) else [str(pages)])
    for words in ("检查通知书", "云溪县民政局", "云溪县档案局", "各项得分与满分"):
        assert words in pdf_text(pdf) and words in said and words in shown.replace("\n", "")
    assert len(word.inline_shapes) == 1 and word.tables[0].cell(1, 0).text == "86"


def test_a_wide_table_lies_on_its_side_and_a_long_one_repeats_its_headings():
    heads = [f"H{n}" for n in range(9)]
    rows = [[f"{n}.{m}" for m in range(9)] for n in range(120)]
    blocks = sheet(
        "汇总", "年报", [("范围", "云溪县")], [PrintTable("表一", heads, rows)], ["待核实"]
    )
    document = pypdfium2.PdfDocument(written(blocks, "pdf"))
    assert len(document) > 2 and document[0].get_width() > document[0].get_height()
    texts = [page.get_textpage().get_text_bounded() for page in document]
    assert all("H8" in text for text in texts if "." in text)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.text(max_size=30), min_size=1, max_size=6), min_size=1, max_size=6))
def test_shares_are_whole_and_any_text_can_be_printed(rows: list[list[str]]):
    assert sum(shares(rows)) == pytest.approx(1)
    blocks = [Block("title", rows[0][0]), Block("table", rows=tuple(map(tuple, rows)))]
    for kind in ("pdf", "docx"):
        assert written(blocks, kind)


def test_every_kind_has_a_button_and_a_media_type():
    assert {kind.label for kind in KINDS.values()} == {"PDF", "Word", "OFD"}
    assert all("/" in kind.mime for kind in KINDS.values())
