"""What PRONOM lacks or leaves out is told by our own signatures."""

import re
import zipfile

import pytest

from lantai.core.formats import identify, identify_many, verify_file
from tests.shared_data import shared_data

ODF = b"PK\3\4" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument."
OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(20) + b"\xfe\xff"

STARTS = {
    "cut.odt": (ODF + b'textPK... office:version="1.2"', "fmt/291"),
    "cut.ods": (ODF + b'spreadsheet office:version="1.0"', "fmt/137"),
    "cut.ppt": (OLE + "PowerPoint Document".encode("utf-16-le"), "fmt/126"),
    "a.ceb": (b"\0\0Founder CEB" + bytes(40), "lantai-fmt/ceb"),
    "a.caj": (b"CAJ\0" + bytes(40), "lantai-fmt/caj"),
    "b.caj": (b"HN\0\0" + bytes(40), "lantai-fmt/caj-hn"),
    "a.gd": (b"Sursen \0" + bytes(40), "lantai-fmt/gd"),
    "a.kdh": (b"KDH \0\0\2\0" + bytes(40), "lantai-fmt/kdh"),
    "a.uof": (
        b'<?xml version="1.0"?><uof:UOF xmlns:uof="http://schemas.uof.org/cn/2003/uof"/>',
        "lantai-fmt/uof",
    ),
    "a.xml": (
        b'<?xml version="1.0" encoding="UTF-8"?><EInvoice><EInvoiceData/></EInvoice>',
        "lantai-fmt/einvoice",
    ),
    "2018.dwg": (b"AC1032" + bytes(120), "fmt/1395"),
    "2000.dwg": (b"AC1015" + bytes(5) + b"\x06" + bytes(120), "fmt/35"),
    "mail.eml": (
        b"MIME-Version: 1.0\nFrom: a@b.c\nTo: d@e.f\nContent-Type: text/html\n\n<html><head></head>",
        None,
    ),
}


@pytest.mark.parametrize("name", STARTS)
def test_the_first_bytes_tell(tmp_path, name):
    data, puid = STARTS[name]
    (tmp_path / name).write_bytes(data)
    found = identify(tmp_path / name)
    if puid is None:
        assert found.format_id == "eml", found
    else:
        assert found.puid == puid, found


def test_a_claim_of_pdf_a_is_seen_in_any_encoding(tmp_path):
    xmp = '<x:xmpmeta><rdf:Description pdfaid:part="1" pdfaid:conformance="B"/></x:xmpmeta>'
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le"):
        path = tmp_path / f"{encoding}.pdf"
        path.write_bytes(b"%PDF-1.4\n1 0 obj\n" + xmp.encode(encoding) + b"\nendobj\n%%EOF\n")
        assert identify(path).puid == "fmt/354", encoding


def test_uof_2_and_ofd_are_told_from_any_zip(tmp_path):
    for member, name, puid in (
        ("uof.xml", "a.uof", "lantai-fmt/uof2"),
        ("OFD.xml", "a.ofd", "lantai-fmt/ofd"),
    ):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(member, "<x/>")
        assert identify(tmp_path / name).puid == puid


def test_an_empty_file_and_a_jp2_in_name_only_are_errors(tmp_path):
    (tmp_path / "empty.jp2").touch()
    jpeg = bytes.fromhex("FFD8FFE000104A46494600010101004800480000") + bytes(64)
    (tmp_path / "photo.jp2").write_bytes(jpeg + b"\xff\xd9")
    codes = [[p.code for p in verify_file(path)] for path in sorted(tmp_path.iterdir())]
    assert codes == [["empty"], ["misnamed"]]


SKELETONS = shared_data("pronom-skeleton")


@pytest.mark.skipif(SKELETONS is None, reason="the skeleton suite is not here")
def test_every_skeleton_is_told_by_its_bytes():
    named = {
        path: found.group(0).replace("fmt-", "fmt/")
        for path in sorted(SKELETONS.rglob("*"))
        if path.is_file() and (found := re.match(r"(x-)?fmt-\d+", path.name))
    }
    wrong = [
        (path.name, found.puid)
        for (path, puid), found in zip(named.items(), identify_many(named), strict=True)
        if found.puid != puid
    ]
    assert wrong == []
    assert len(named) > 1000
