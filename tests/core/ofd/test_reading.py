"""Reading, judging and drawing OFD."""

import io
import shutil
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from lantai.core.ofd import OfdAttachment, OfdUnreadable, TextPage, write_ofd
from lantai.core.ofd.document import OfdDocument
from lantai.core.ofd.render import render_pages, render_png
from tests.shared_data import shared_data

PAGES = {"converter-999": 5, "converter-n": 2, "layout-AddWatermarkAnnot": 6, "reader-keyword2": 2}


@pytest.fixture
def samples() -> Path:
    folder = shared_data("ofd")
    if folder is None:
        pytest.skip("the shared data are not here")
    return folder


def test_all_files_are_read_and_drawn(samples: Path, tmp_path: Path):
    for path in sorted(samples.glob("*.ofd")):
        with OfdDocument.open(path) as document:
            info = document.info()
            assert info["pages"] == PAGES.get(path.stem, info["pages"]) > 0
            assert document.text().strip()
            assert not list(document.page_faults())
        made = render_pages(path, tmp_path / path.stem, 30)
        assert len(made) == info["pages"]
        darkest = min(Image.open(one).convert("L").getextrema()[0] for one in made)
        assert darkest < 200, f"nothing drawn of {path.name}"


@pytest.mark.parametrize("name", ["converter-999", "reader-SESV4SignDoc", "sign-DigitalSign"])
def test_signed_files_are_intact_and_not_trusted(samples: Path, name: str):
    with OfdDocument.open(samples / f"{name}.ofd") as document:
        (signature,) = document.signatures()
    assert (signature.verdict, signature.trusted) == ("intact", False)


def test_a_seal_of_an_expired_certificate_is_intact_and_said_to_be_expired(samples: Path):
    """FAULTS 35: each reason has a field of its own."""
    periods = {}
    for name in ("converter-999.ofd", "reader-SESV4SignDoc.ofd", "sign-DigitalSign.ofd"):
        with OfdDocument.open(samples / name) as document:
            (found,) = document.signatures()
        periods[name] = (found.verdict, found.period, found.weak)
    assert periods == {
        "converter-999.ofd": ("intact", "valid", []),
        "reader-SESV4SignDoc.ofd": ("intact", "expired", []),
        "sign-DigitalSign.ofd": ("intact", "unknown", []),
    }


def test_one_changed_byte_is_found(samples: Path, tmp_path: Path):
    path = tmp_path / "changed.ofd"
    source = zipfile.ZipFile(samples / "reader-SESV4SignDoc.ofd")
    with zipfile.ZipFile(path, "w") as target:
        for info in source.infolist():
            data = source.read(info)
            if info.filename.endswith("Content.xml"):
                data = data.replace("你好".encode(), "您好".encode())
            target.writestr(info, data)
    with OfdDocument.open(path) as document:
        (signature,) = document.signatures()
    assert signature.verdict == "altered"
    assert signature.altered_files == ["Doc_0/Pages/Page_0/Content.xml"]


def test_attachment_comes_out_whole(tmp_path: Path):
    path = tmp_path / "a.ofd"
    write_ofd(path, [TextPage(["x"])], attachments=[OfdAttachment("原文.txt", b"data")])
    with OfdDocument.open(path) as document:
        assert document.info()["attachments"][0]["name"] == "原文.txt"
        assert document.attachment_bytes("原文.txt") == b"data"


def test_wrong_case_and_backslashes_are_followed(tmp_path: Path):
    good, odd = tmp_path / "a.ofd", tmp_path / "b.ofd"
    write_ofd(good, [TextPage(["大小写"])])
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(odd, "w") as target:
        for name in source.namelist():
            target.writestr(name.upper().replace("/", "\\"), source.read(name))
    with OfdDocument.open(odd) as document:
        assert document.text() == "大小写"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"%PDF-1.4"])
def test_what_is_no_ofd_is_refused_by_name(tmp_path: Path, content: bytes):
    path = tmp_path / "a.ofd"
    path.write_bytes(content)
    with pytest.raises(OfdUnreadable):
        OfdDocument.open(path)


def test_truncated_ofd_is_refused(samples: Path, tmp_path: Path):
    path = tmp_path / "cut.ofd"
    shutil.copy(samples / "converter-999.ofd", path)
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(OfdUnreadable):
        OfdDocument.open(path)


def test_written_page_shows_its_text(tmp_path: Path):
    path = tmp_path / "a.ofd"
    write_ofd(path, [TextPage(["档案"] * 5)])
    image = Image.open(io.BytesIO(render_png(path, 1, 400)))
    assert image.width == 400
    assert image.convert("L").getextrema()[0] < 128
