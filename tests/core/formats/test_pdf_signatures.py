"""A signed PDF is intact until a byte is changed; no signature here is ever trusted."""

import io

import pytest
from reportlab.pdfgen.canvas import Canvas

from lantai.core.formats import characterise, verify_file
from lantai.engines.sign.pades import load_or_create_identity, sign_pdf


def a_page():
    stream = io.BytesIO()
    canvas = Canvas(stream, pageCompression=0)
    canvas.drawString(72, 700, "an ordinary page")
    canvas.save()
    return stream.getvalue()


@pytest.fixture(scope="module")
def signed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    identity = load_or_create_identity(folder, "示例市档案馆")
    return sign_pdf(a_page(), identity, reason="出证", place="示例市")


def test_a_signed_pdf_is_intact_and_not_trusted(signed, tmp_path):
    (tmp_path / "a.pdf").write_bytes(signed)
    (found,) = characterise(tmp_path / "a.pdf")["signatures"]
    assert (found["verdict"], found["value"], found["trusted"]) == ("intact", "valid", False)
    assert "示例市档案馆" in found["signer"]
    assert "altered" not in {problem.code for problem in verify_file(tmp_path / "a.pdf")}


def test_a_changed_byte_is_told(signed, tmp_path):
    at = signed.index(b"MediaBox")
    altered = signed[:at] + signed[at:].replace(b"841", b"842", 1)
    assert altered != signed
    (tmp_path / "a.pdf").write_bytes(altered)
    assert "altered" in {problem.code for problem in verify_file(tmp_path / "a.pdf")}
