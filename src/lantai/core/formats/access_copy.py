"""Page images for reading on screen 利用副本: PDF, OFD, images; office files by LibreOffice."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import ExifTags, Image

from lantai.core.formats.format import Unreadable, damaged
from lantai.core.formats.identification import Identification, identify
from lantai.core.formats.kinds.pdf import open_pdf
from lantai.core.formats.ofd_jobs import ofd_page_png
from lantai.core.formats.picture_parts import frames_of
from lantai.core.formats.pictures import judge_size, open_image
from lantai.core.formats.sandbox import ParseFailed, run_isolated
from lantai.core.formats.soffice import soffice_convert, soffice_path
from lantai.core.ofd.container import OfdUnreadable
from lantai.core.ofd.document import OfdDocument

MOST_WIDTH = 6_000
MOST_HEIGHT = 20_000
_SECONDS = 120.0
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ON_ITS_SIDE = {_TURNS[5], _TURNS[6], _TURNS[7], _TURNS[8]}
_OFFICE = {"doc", "docx", "xls", "xlsx", "ppt", "pptx", "odf", "rtf"}
_IMAGES = {"jpeg", "png", "gif", "bmp", "webp", "tiff", "jp2"}


class NotAvailable(Exception):
    """No page image can be made here; ``package`` names the Debian package that would do it."""

    def __init__(self, message_zh: str, message_en: str, package: str = "") -> None:
        super().__init__(f"{message_zh} {message_en}")
        self.message_zh, self.message_en, self.package = message_zh, message_en, package


def page_count(path: Path, identification: Identification | None = None) -> int:
    """How many pages can be shown; raises `NotAvailable` or `ParseFailed`."""
    kind = _kind(path, identification)
    return int(run_isolated(count_pages, str(path), kind, seconds=_SECONDS))


def render_page(
    path: Path, page: int, width: int, identification: Identification | None = None
) -> bytes:
    """Page ``page`` (from 1) as PNG bytes, ``width`` pixels wide (16 to 6000).

    Raises `NotAvailable` or `ParseFailed` (code ``no-page`` past the end).
    """
    kind = _kind(path, identification)
    width = min(max(width, 16), MOST_WIDTH)
    made: bytes = run_isolated(draw_page, str(path), kind, page, width, seconds=_SECONDS)
    return made


def convert_to_pdf(path: Path, folder: Path) -> Path:
    """An office file as PDF in ``folder`` (once, for many pages); raises as above."""
    if not soffice_path():
        raise _no_office()
    try:
        return soffice_convert(path, "pdf", folder)
    except Unreadable as fault:
        raise ParseFailed(fault.code, fault.message_zh, fault.message_en) from fault


def _kind(path: Path, identification: Identification | None) -> str:
    kind = (identification or identify(path)).format_id
    if kind in _OFFICE and not soffice_path():
        raise _no_office()
    if kind not in _OFFICE | _IMAGES | {"pdf", "ofd"}:
        raise NotAvailable("此格式没有页面图像", "no page images for this format")
    return kind


def _no_office() -> NotAvailable:
    return NotAvailable(
        "需要 LibreOffice 才能显示办公文件（Debian 软件包 libreoffice-nogui）",
        "office files need LibreOffice (Debian package libreoffice-nogui)",
        "libreoffice-nogui",
    )


def count_pages(path: str, kind: str) -> int:
    """Worker's part of `page_count`."""
    with _as_pages(Path(path), kind) as (file, kind_now):
        if kind_now == "pdf":
            with open_pdf(file) as document:
                return len(document)
        if kind_now == "ofd":
            try:
                with OfdDocument.open(file) as document:
                    return len(document.pages)
            except OfdUnreadable as fault:
                raise damaged(fault) from fault
        with open_image(file) as image:
            return 1 if kind_now == "gif" else frames_of(image, file)


def draw_page(path: str, kind: str, page: int, width: int) -> bytes:
    """Worker's part of `render_page`."""
    with _as_pages(Path(path), kind) as (file, kind_now):
        if kind_now == "pdf":
            return _png(_pdf_page(file, page, width))
        if kind_now == "ofd":
            return ofd_page_png(str(file), page, width)
        return _png(_image_page(file, page, width))


@contextmanager
def _as_pages(path: Path, kind: str) -> Iterator[tuple[Path, str]]:
    if kind not in _OFFICE:
        yield path, kind
        return
    with tempfile.TemporaryDirectory() as folder:
        yield soffice_convert(path, "pdf", Path(folder)), "pdf"


def _pdf_page(path: Path, page: int, width: int) -> Image.Image:
    with open_pdf(path) as document:
        if not 1 <= page <= len(document):
            raise _no_page(page)
        sheet = document[page - 1]
        across, down = sheet.get_size()
        scale = min(width / max(across, 1), MOST_HEIGHT / max(down, 1))
        image: Image.Image = sheet.render(scale=scale).to_pil()
        return image


def _image_page(path: Path, page: int, width: int) -> Image.Image:
    with open_image(path) as image:
        if page < 1:
            raise _no_page(page)
        try:
            image.seek(page - 1)
        except EOFError:
            raise _no_page(page) from None
        judge_size(image)  # each page of a TIFF has a size of its own
        image.draft("RGB", (width, width))
        turn = _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1)) if page == 1 else None
        small = _shrunk(_with_colours(image), width, turn in _ON_ITS_SIDE)
        small = small.transpose(turn) if turn is not None else small
        if small.mode not in ("RGB", "L"):
            small = small.convert("RGBA")
            paper = Image.new("RGBA", small.size, "white")
            small = Image.alpha_composite(paper, small).convert("RGB")
        return small


def _with_colours(image: Image.Image) -> Image.Image:
    """The image in a mode that can be made smaller without loss of tones."""
    if image.mode.startswith(("I", "F")):
        return image.point(lambda value: value / 256).convert("L")
    if image.mode == "1":
        return image.convert("L")
    if image.mode in ("P", "PA"):
        return image.convert("RGBA" if "transparency" in image.info else "RGB")
    return image.convert("RGBA") if "transparency" in image.info else image


def _shrunk(image: Image.Image, width: int, on_its_side: bool) -> Image.Image:
    """As wide as asked once it is turned; a tall one is made lower first, else it would need
    room for all its rows at the new width."""
    across, down = image.size
    if on_its_side:
        size = (max(1, min(MOST_HEIGHT, round(across * width / down))), width)
    else:
        size = (width, max(1, min(MOST_HEIGHT, round(down * width / across))))
    if down > size[1]:
        image = image.resize((across, size[1]), Image.Resampling.LANCZOS)
    return image.resize(size, Image.Resampling.LANCZOS)


def _no_page(page: int) -> Unreadable:
    return Unreadable("no-page", f"没有第 {page} 页", f"no page {page}")


def _png(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.convert("RGB").save(stream, "PNG")
    return stream.getvalue()
