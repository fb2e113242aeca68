"""Real files: each kind opens in a reader that did not write it, and is the same twice."""

from __future__ import annotations

import io
import wave
import zipfile
from pathlib import Path

import av
import openpyxl
import pypdfium2
import pytest
from docx import Document
from lxml import etree
from PIL import Image

from lantai.core.formats.identification import identify
from lantai.core.specimens._draw_typeface import characters
from lantai.core.specimens.make import make_files
from lantai.core.specimens.makers.maker import BUNDLED, Fonts, makers
from lantai.core.specimens.records import Specimen, records

RECORDS = records()
FONTS = Fonts()


def specimen_of(kind: str) -> Specimen:
    return next(r for r in RECORDS if kind in r.kinds)


def made(kind: str, folder: Path) -> Path:
    record = specimen_of(kind)
    maker = makers().get(kind)()
    return maker.make(record, folder / f"x{maker.suffix}", FONTS)[0]


@pytest.mark.parametrize("kind", sorted(makers().all()))
def test_the_same_record_gives_the_same_bytes(kind: str, tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    record = specimen_of(kind)
    contents = []
    for folder in (first, second):
        contents.append([(p.name, p.read_bytes()) for p in make_files(record, folder, FONTS)])
    assert contents[0] == contents[1]


def test_a_pdf_is_searchable_and_its_typeface_is_inside(tmp_path: Path) -> None:
    path = made("pdf", tmp_path)
    text = pypdfium2.PdfDocument(path)[0].get_textpage().get_text_range()
    assert specimen_of("pdf").body[:8].strip("　\n")[:5] in text
    assert b"FontFile2" in path.read_bytes()


def test_a_tiff_scan_is_bilevel_group_four(tmp_path: Path) -> None:
    with Image.open(made("tiff", tmp_path)) as image:
        assert image.mode == "1"
        assert image.info["compression"] == "group4"
        assert image.size == (1240, 1754)


def test_an_old_paper_is_written_in_columns_on_a_colour_scan(tmp_path: Path) -> None:
    record = next(r for r in RECORDS if r.values["fonds"] == "L001" and "jpeg" in r.kinds)
    with Image.open(make_files(record, tmp_path, FONTS)[0]) as image:
        assert image.mode == "RGB"


def test_office_files_open(tmp_path: Path) -> None:
    assert Document(str(made("docx", tmp_path))).core_properties.title == specimen_of("docx").title
    sheet = openpyxl.load_workbook(made("xlsx", tmp_path)).active
    assert sheet["A1"].value == specimen_of("xlsx").title


def test_sound_and_film_play(tmp_path: Path) -> None:
    with wave.open(str(made("wav", tmp_path))) as sound:
        assert sound.getnframes() / sound.getframerate() > 3
    with av.open(str(made("mp4", tmp_path))) as film:
        assert sum(1 for _ in film.decode(video=0)) >= 16


def test_the_invoice_adds_up_and_its_ofd_carries_the_xml(tmp_path: Path) -> None:
    record = specimen_of("einvoice")
    xml, ofd = makers().get("einvoice")().make(record, tmp_path / "x.xml", FONTS)
    root = etree.parse(str(xml)).getroot()
    net, tax, total = (
        float(root.findtext(f".//{name}"))
        for name in ("TotalAmWithoutTax", "TotalTaxAm", "TotalTax-includedAmount")
    )
    assert round(net + tax, 2) == total == record.facts["cents"] / 100
    assert len(root.findtext(".//InvoiceNumber")) == 20
    with zipfile.ZipFile(ofd) as archive:
        assert any(name.endswith(".xml") and "ttach" in name for name in archive.namelist())


def test_a_scanned_ofd_holds_the_words_beneath_the_picture(tmp_path: Path) -> None:
    data = made("ofd-scan", tmp_path).read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        page = next(n for n in archive.namelist() if n.endswith("Content.xml"))
        assert "TextCode" in archive.read(page).decode()


@pytest.mark.parametrize(
    "kind", ["pdf", "ofd", "docx", "xlsx", "tiff", "jpeg", "photo", "wav", "mp4", "eml", "html"]
)
def test_every_file_is_what_its_name_says(kind: str, tmp_path: Path) -> None:
    assert not identify(made(kind, tmp_path)).warning


def test_the_typeface_draws_every_character_of_the_world() -> None:
    font_tools = pytest.importorskip("fontTools.ttLib")
    table = font_tools.TTFont(str(BUNDLED)).getBestCmap()
    missing = [char for char in characters() if ord(char) not in table]
    assert not missing
    texts = {char for r in RECORDS for char in r.body + r.title if char != "\n"}
    assert not [char for char in texts if ord(char) not in table]
