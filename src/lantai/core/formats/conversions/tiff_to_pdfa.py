"""TIFF to PDF/A-2b 图像转 PDF/A without loss: each page as one image, its dots kept as they are."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import Any

from PIL import Image

from lantai.core.formats.conversions.pdf_to_pdfa import PDFA_2B, conformance_proof, saved_as_pdfa
from lantai.core.formats.format import Unreadable
from lantai.core.formats.migration import Migration, Proof
from lantai.core.formats.picture_parts import frames_of
from lantai.core.formats.pictures import judge_size, open_image

MOST_POINTS = 14_400
"""The longest side of a page (ISO 32000-1 annex C)."""
DPI = 300.0
_SPACES = {"1": "/DeviceGray", "L": "/DeviceGray", "RGB": "/DeviceRGB"}


class TiffToPdfA(Migration):
    """All pages of a scan in one file for reading and keeping: black and white by CCITT group 4,
    grey and colour by Flate."""

    id = "tiff-to-pdfa"
    label_zh = "TIFF 转 PDF/A（无损）"
    label_en = "TIFF to PDF/A without loss"
    sources = frozenset({"tiff"})
    target = "PDF/A-2b"
    extension = "pdf"
    puids = PDFA_2B
    order = 45

    def convert(self, source: Path, kind: str, target: Path) -> None:
        """A page as large as the resolution says for each picture of the TIFF."""
        import pikepdf

        with open_image(source) as image, pikepdf.new() as pdf:
            for number in range(frames_of(image, source)):
                image.seek(number)
                judge_size(image)
                _add_page(pdf, image)
            saved_as_pdfa(pdf, target)

    def prove(self, source: Path, kind: str, target: Path) -> list[Proof]:
        """Every dot of every page, read back out of the PDF."""
        return [_dots_proof(source, target), conformance_proof(target)]


def _add_page(pdf: Any, image: Image.Image) -> None:
    from pikepdf import Dictionary, Name, Stream

    if image.mode not in _SPACES:
        raise Unreadable(
            "not-for-this",
            f"色彩模式 {image.mode} 的 TIFF 不转 PDF/A，可转 JPEG 2000",
            f"a TIFF of mode {image.mode} is not for PDF/A",
        )
    image.load()
    width, height = image.size
    picture = Stream(pdf, b"")
    picture.stream_dict = Dictionary(
        Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height,
        ColorSpace=Name(_SPACES[image.mode]), BitsPerComponent=1 if image.mode == "1" else 8,
    )  # fmt: skip
    if image.mode == "1":
        told = Dictionary(K=-1, Columns=width, Rows=height, BlackIs1=True)
        picture.write(_group4(image), filter=Name.CCITTFaxDecode, decode_parms=told)
    else:
        picture.write(zlib.compress(image.tobytes(), 6), filter=Name.FlateDecode)
    across, down = _points(image)
    page = pdf.add_blank_page(page_size=(across, down))
    page.obj.Resources = Dictionary(XObject=Dictionary(Im=pdf.make_indirect(picture)))
    page.obj.Contents = Stream(pdf, f"q {across:.4f} 0 0 {down:.4f} 0 0 cm /Im Do Q".encode())


def _points(image: Image.Image) -> tuple[float, float]:
    """The size of the page, from the resolution where it is told and possible."""
    x, y = (float(value) or DPI for value in image.info.get("dpi", (DPI, DPI))[:2])
    across, down = image.width * 72 / x, image.height * 72 / y
    if not 1 <= min(across, down) <= max(across, down) <= MOST_POINTS:
        across, down = (side * 72 / DPI for side in image.size)
    shrink = min(1.0, MOST_POINTS / max(across, down))
    return max(across * shrink, 3.0), max(down * shrink, 3.0)


def _group4(image: Image.Image) -> bytes:
    """The bare group 4 data, black as ones: libtiff writes them in one strip."""
    stream = io.BytesIO()
    strip = (image.width + 7) // 8 * image.height
    image.save(stream, "TIFF", compression="group4", strip_size=strip, tiffinfo={262: 1})
    with Image.open(stream) as made:
        (at,), (size,) = made.tag_v2[273], made.tag_v2[279]  # type: ignore[attr-defined]
    return stream.getvalue()[at : at + size]


def _dots_proof(source: Path, target: Path) -> Proof:
    import pikepdf

    with open_image(source) as old, pikepdf.open(target) as new:
        count = frames_of(old, source)
        same = count == len(new.pages)
        for number in range(count if same else 0):
            old.seek(number)
            picture: Any = new.pages[number].Resources.XObject.Im
            shown = pikepdf.PdfImage(picture).as_pil_image()
            same = same and shown.size == old.size
            same = same and shown.convert(old.mode).tobytes() == old.tobytes()
        told = f"{old.width}×{old.height}×{count}"
        return Proof("像素 pixels", told, f"×{len(new.pages)}", same)
