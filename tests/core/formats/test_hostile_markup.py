"""XML that would fetch or grow, wherever it hides; macros, two formats in one, web loops (FAULTS 27, 29, 37)."""

from __future__ import annotations

import io
import json
import socket
import zipfile
from pathlib import Path

import pikepdf
import pytest

from lantai.core.formats import ParseFailed, characterise, identify, read_text, verify_file
from lantai.core.formats.ofd_jobs import ofd_info, ofd_texts
from lantai.core.formats.sandbox import run_isolated
from tests.conformance.dat70.maker import pdf
from tests.core.formats.test_web_records import records

SECRET = "兰台机密-7319"


@pytest.fixture
def canary(tmp_path):
    """A file nobody may read and a port nobody may call: (file URL, web URL, listener)."""
    place = tmp_path / "secret.txt"
    place.write_text(SECRET, "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        yield place.as_uri(), f"http://127.0.0.1:{listener.getsockname()[1]}/x", listener


def hostile(kind: str, file: str, web: str) -> str:
    """The document, its head or its body such that it would fetch or grow."""
    head, body = HOSTILE[kind]
    told = {"{file}": file, "{web}": web}
    for mark, value in told.items():
        head, body = head.replace(mark, value), body.replace(mark, value)
    return f'<?xml version="1.0"?>{head}<a>{body}</a>'


_LAUGHS = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 20}">' for n in range(9))
_XSI, _XI, _XSL = (
    "http://www.w3.org/2001/XMLSchema-instance",
    "http://www.w3.org/2001/XInclude",
    "http://www.w3.org/1999/XSL/Transform",
)
_INCLUDE = f'<i:include xmlns:i="{_XI}" parse="text" href="{{file}}"/>'
_VALUE = f"<s:s xmlns:s='{_XSL}'><s:value-of select=\"document('{{file}}')\"/></s:s>"
HOSTILE = {
    "file": ('<!DOCTYPE a [<!ENTITY x SYSTEM "{file}">]>', "&x;"),
    "http": ('<!DOCTYPE a [<!ENTITY x SYSTEM "{web}">]>', "&x;"),
    "parameter": ('<!DOCTYPE a [<!ENTITY % x SYSTEM "{web}"> %x;]>', "a"),
    "laughs": (f'<!DOCTYPE a [<!ENTITY a "{"ha" * 100}">{_LAUGHS}]>', "&j;"),
    "quadratic": (f'<!DOCTYPE a [<!ENTITY a "{"ha" * 50_000}">]>', "&a;" * 20_000),
    "dtd": ('<!DOCTYPE a SYSTEM "{web}">', "a"),
    "schema": ("", f'<i xmlns:x="{_XSI}" x:schemaLocation="u {{web}}">a</i>'),
    "xinclude": ("", _INCLUDE),
    "stylesheet": ('<?xml-stylesheet type="text/xsl" href="{web}"?>', "a"),
    "xslt": ("", _VALUE),
}


def zipped(members: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return out.getvalue()


def in_pdf(text: str, key: str) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as document:
        stream = document.make_stream(text.encode())
        if key == "/Metadata":
            stream.Type, stream.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
            document.Root.Metadata = stream
        else:
            document.Root.AcroForm = pikepdf.Dictionary(Fields=[], XFA=stream)
        document.save(out)
    return out.getvalue()


def carriers(text: str) -> dict[str, bytes]:
    """The document by itself and within everything that carries XML."""
    return {
        "a.xml": text.encode(),
        "a.svg": text.replace("<a>", '<svg xmlns="http://www.w3.org/2000/svg"><text>').replace(
            "</a>", "</text></svg>").encode(),
        "a.ofd": zipped({"OFD.xml": text, "Doc_0/Document.xml": text}),
        "a.docx": zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": text}),
        "a.xlsx": zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": text}),
        "a.odt": zipped({"mimetype": "application/vnd.oasis.opendocument.text",
                         "content.xml": text, "meta.xml": text}),
        "xmp.pdf": in_pdf(text, "/Metadata"),
        "xfa.pdf": in_pdf(text, "/XFA"),
    }  # fmt: skip


def read_all(path: Path) -> str:
    """Everything that is read of a file, as text; a refusal reads as what it says."""
    known = identify(path)
    said = [str(verify_file(path, known))]
    for read in (
        lambda: read_text(path, known).text,
        lambda: characterise(path, known),
        lambda: run_isolated(ofd_info, str(path)) if path.suffix == ".ofd" else "",
        lambda: run_isolated(ofd_texts, str(path)) if path.suffix == ".ofd" else "",
    ):
        try:
            said.append(str(read()))
        except ParseFailed as failure:
            assert failure.code not in ("crashed", "timeout", "memory"), failure
            said.append(str(failure))
    return "\n".join(said)


@pytest.mark.parametrize("kind", HOSTILE)
def test_27_nothing_is_fetched_and_nothing_grows(kind, canary, tmp_path):
    file, web, listener = canary
    for name, data in carriers(hostile(kind, file, web)).items():
        path = tmp_path / name
        path.write_bytes(data)
        said = read_all(path)
        assert SECRET not in said, name
        assert len(said) < 1_000_000, name
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_29_a_document_with_macros_is_told(tmp_path):
    path = tmp_path / "a.docm"
    path.write_bytes(zipped({
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.'
        'ms-word.document.macroEnabled.main+xml"/></Types>',
        "word/document.xml": "<w/>", "word/vbaProject.bin": "x",
    }))  # fmt: skip
    known = identify(path)
    assert (known.puid, characterise(path, known)["macros"]) == ("fmt/523", True)


def test_29_a_file_of_two_formats_is_told_as_one_that_was_named_otherwise(tmp_path):
    """A PDF with a zip behind it is a PDF; called .zip it is told that it is none."""
    both = pdf() + zipped({"a.exe": "MZ"})
    (tmp_path / "a.zip").write_bytes(both)
    known = identify(tmp_path / "a.zip")
    assert known.puid != "x-fmt/263" or known.warning
    (tmp_path / "a.pdf").write_bytes(both)
    known = identify(tmp_path / "a.pdf")
    assert known.puid == "fmt/17" or known.warning


def test_37_records_that_lead_in_a_circle_are_read_and_not_followed(tmp_path):
    loop = b"HTTP/1.1 302 Found\r\nLocation: http://x/b\r\n\r\n"
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://x/%s\r\n"
    head += b"WARC-Date: 2024-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:%s>\r\n"
    head += b"Content-Type: application/http;msgtype=response\r\nContent-Length: %d\r\n\r\n"
    data = b"".join(
        head % (to, to, len(body)) + body + b"\r\n\r\n"
        for to, body in ((b"a", loop), (b"b", loop.replace(b"x/b", b"x/a")))
    )
    path = tmp_path / "a.warc"
    path.write_bytes(data)
    assert characterise(path, identify(path))["records"] == 2


def test_37_a_wacz_without_its_index_is_usable_and_told(tmp_path):
    path = tmp_path / "a.wacz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "datapackage.json", json.dumps({"resources": [], "profile": "data-package"})
        )
        archive.writestr("archive/a.warc", b"".join(records(3, False)))
    problems = {(p.severity, p.message_en) for p in verify_file(path, identify(path))}
    assert ("warning", "the WACZ lacks index") in problems
    assert not [p for p in problems if p[0] == "error"]
