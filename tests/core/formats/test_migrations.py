"""Ways to formats that last: the copy is proven, or not taken."""

from __future__ import annotations

import wave
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from pypdfium2 import PdfDocument

from lantai.core.formats import identify
from lantai.core.formats.migration import (
    MigrationFailed,
    Proof,
    cells_proof,
    migrate_file,
    migrations,
    text_proof,
    ways_for,
)
from lantai.core.formats.soffice import soffice_path
from lantai.core.ofd.document import OfdDocument
from lantai.core.ofd.pages import OfdMetadata
from lantai.core.ofd.writer import lay_out, write_ofd


def migrated(path: Path, folder: Path, way: str):
    return migrate_file(path, folder, migrations().get(way))


def test_a_bitmap_becomes_a_tiff_with_the_same_dots(tmp_path):
    source = tmp_path / "图.bmp"
    Image.radial_gradient("L").convert("RGB").save(source)
    made = migrated(source, tmp_path, "image-to-tiff")
    assert made.puid == "fmt/353"
    with Image.open(source) as old, Image.open(made.path) as new:
        assert old.tobytes() == new.tobytes()


def test_an_animation_keeps_all_its_frames(tmp_path):
    source = tmp_path / "图.gif"
    frames = [Image.new("P", (20, 20), n) for n in range(4)]
    for n, frame in enumerate(frames):
        frame.putpalette([v for i in range(256) for v in (i * n % 256, i, 255 - i)])
    frames[0].save(source, save_all=True, append_images=frames[1:], disposal=2)
    made = migrated(source, tmp_path, "image-to-tiff")
    with Image.open(source) as old, Image.open(made.path) as new:
        assert old.n_frames == new.n_frames


def test_a_tiff_becomes_a_lossless_jpeg_2000(tmp_path):
    source = tmp_path / "页.tif"
    Image.effect_noise((120, 80), 60).convert("RGB").save(source)
    made = migrated(source, tmp_path, "tiff-to-jp2")
    with Image.open(source) as old, Image.open(made.path) as new:
        assert old.tobytes() == new.tobytes()


def test_a_tiff_of_two_pages_is_not_for_jpeg_2000(tmp_path):
    source = tmp_path / "两页.tif"
    page = Image.new("L", (20, 20), 255)
    page.save(source, save_all=True, append_images=[page])
    with pytest.raises(MigrationFailed, match="多页"):
        migrated(source, tmp_path, "tiff-to-jp2")


def test_a_copy_that_lost_something_is_not_taken():
    assert not text_proof(["云溪县民政局关于救灾款的通知"], ["云溪县民政局"], 0.95).kept
    assert text_proof(["云溪縣民政局"], ["云溪县\n民政局"], 0.95).kept


def test_a_table_is_compared_cell_by_cell_in_any_order():
    sheet = ["表一\n项目\t数值\n城关镇\t12500.0\n白沙镇\t38"]
    assert cells_proof(sheet, ["项目 城关镇 12,500.00 白沙镇 38 数值"], 0.95).kept
    assert not cells_proof(sheet, ["项目 城关镇 ### 白沙镇 38 数值"], 0.95).kept


def test_ways_lead_away_from_what_is_kept_already(tmp_path):
    source = tmp_path / "声.wav"
    with wave.open(str(source), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(bytes(range(256)) * 40)
    assert ways_for(identify(source)) == []
    with pytest.raises(MigrationFailed) as caught:
        migrated(source, tmp_path, "tiff-to-jp2")
    assert caught.value.code == "not-for-this"


def test_sound_decodes_to_the_same_samples(tmp_path):
    import av

    source = tmp_path / "声.flac"
    with av.open(str(source), "w") as out:
        track = out.add_stream("flac", rate=8000)
        track.layout = "mono"
        frame = av.AudioFrame("s16", "mono", 4000)
        frame.rate = 8000
        frame.planes[0].update(bytes(i * 7 % 251 for i in range(8000)))
        out.mux(track.encode(frame))
        out.mux(track.encode(None))
    made = migrated(source, tmp_path, "audio-to-wav")
    with wave.open(str(made.path)) as copy:
        assert copy.getnframes() == 4000
    assert [type(p) for p in made.proofs] == [Proof]


@pytest.fixture
def a_pdf(tmp_path):
    """A PDF with text on two pages, by way of our own OFD pages drawn and described."""
    source = tmp_path / "文.pdf"
    with pikepdf.new() as pdf:
        for number in (1, 2):
            page = pdf.add_blank_page(page_size=(595, 842))
            font = pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
            )
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font)))
            words = f"BT /F1 24 Tf 72 700 Td (Relief grain notice number {number}) Tj ET"
            page.Contents = pdf.make_stream(words.encode())
        pdf.save(source)
    return source


def test_a_pdf_becomes_a_double_layer_ofd_that_can_be_searched(tmp_path, a_pdf):
    made = migrated(a_pdf, tmp_path, "pdf-to-ofd")
    with OfdDocument.open(made.path) as document, PdfDocument(a_pdf) as original:
        assert len(document.pages) == len(original) == 2
        assert "Relief grain notice" in document.text()


def test_a_pdf_that_can_not_conform_is_refused_with_the_rule(tmp_path, a_pdf):
    with pytest.raises(MigrationFailed) as caught:  # its font is not embedded
        migrated(a_pdf, tmp_path, "pdf-to-pdfa")
    assert caught.value.code == "not-pdfa"
    assert "PDF/A" in caught.value.message_zh


def test_no_way_leads_from_an_ofd(tmp_path):
    path = tmp_path / "文.ofd"
    write_ofd(path, lay_out(["关于发放救济粮的通知"]), OfdMetadata(title="通知"))
    assert ways_for(identify(path)) == []


@pytest.mark.skipif(not soffice_path(), reason="LibreOffice is not installed")
def test_an_office_file_becomes_pdf_a_with_its_text(tmp_path):
    from docx import Document

    source = tmp_path / "通知.docx"
    document = Document()
    document.add_paragraph("云溪县民政局关于做好春荒救济工作的通知")
    document.save(str(source))
    made = migrated(source, tmp_path, "office-to-pdfa")
    assert made.puid == "fmt/477"
    assert all(proof.kept for proof in made.proofs)


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_a_tiff_of_several_pages_becomes_a_pdfa_with_the_same_dots(mode, tmp_path):
    source = tmp_path / "卷.tif"
    pages = [Image.effect_noise((123 + n, 81), 60).convert(mode) for n in range(3)]
    pages[0].save(source, save_all=True, append_images=pages[1:], dpi=(200, 200))
    made = migrated(source, tmp_path, "tiff-to-pdfa")
    assert made.puid == "fmt/477" and all(proof.kept for proof in made.proofs)
    with PdfDocument(made.path) as pdf:
        assert len(pdf) == 3
        assert pdf[0].get_size() == pytest.approx((123 * 72 / 200, 81 * 72 / 200), abs=0.1)
        shown = pdf[1].render(scale=200 / 72, grayscale=True).to_numpy().mean()
    assert shown == pytest.approx(sum(pages[1].convert("L").tobytes()) / (124 * 81), abs=6)


@pytest.mark.skipif(not soffice_path(), reason="LibreOffice is not installed")
def test_a_letter_becomes_an_ofd_that_can_be_searched(tmp_path):
    from docx import Document

    letter = Document()
    letter.add_paragraph("关于做好会计档案移交工作的通知")
    letter.save(tmp_path / "通知.docx")
    made = migrated(tmp_path / "通知.docx", tmp_path, "office-to-ofd")
    with OfdDocument.open(made.path) as ofd:
        assert "会计档案移交" in ofd.text()
