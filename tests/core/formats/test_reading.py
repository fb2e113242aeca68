"""Identifying, reading and confining, on files made here."""

import io
import os
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from lantai.core.formats import (
    Identification,
    ParseFailed,
    formats,
    identify,
    identify_many,
    read_text,
    risk_of,
    verify_file,
)
from lantai.core.formats.access_copy import NotAvailable, page_count, render_page
from lantai.core.formats.encoding import detect_encoding
from lantai.core.formats.mail import mail_text, parse_mail
from lantai.core.formats.sandbox import run_isolated
from lantai.core.formats.sheets import sheet_names
from lantai.core.ofd import TextPage, write_ofd
from lantai.core.ofd.layout import break_lines
from lantai.core.safe_xml import XmlRefused, parse_xml


def test_every_format_has_names_in_both_languages():
    for entry in formats().all().values():
        assert entry.label_zh
        assert entry.label_en


def test_missing_empty_and_special_files_are_told_not_raised(tmp_path: Path):
    (tmp_path / "empty").touch()
    os.mkfifo(tmp_path / "pipe")
    names = [tmp_path / "none", tmp_path / "empty", tmp_path / "pipe", tmp_path]
    for found in identify_many(names):
        assert found.puid == "UNKNOWN"
        assert found.warning


def test_ofd_under_a_wrong_name_is_still_ofd(tmp_path: Path):
    path = tmp_path / "扫描.doc"
    write_ofd(path, [TextPage(["归档"])])
    found = identify(path)
    assert (found.puid, found.format_id) == ("lantai-fmt/ofd", "ofd")
    assert "mismatch" in found.warning
    assert read_text(path, found).text == "归档"
    assert risk_of(found).level == "preferred"


def test_invoice_xml_has_an_id_of_its_own(tmp_path: Path):
    path = tmp_path / "a.xml"
    path.write_text('<?xml version="1.0"?><EInvoice><EInvoiceData/></EInvoice>')
    assert identify(path).puid == "lantai-fmt/einvoice"


@pytest.mark.parametrize(
    "document",
    [
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><a>&b;</a>',
        b"<a>" * 5000,
    ],
)
def test_hostile_xml_is_refused(document):
    with pytest.raises(XmlRefused):
        parse_xml(document)


def test_hostile_office_part_is_refused(tmp_path: Path):
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml",
            '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a><t>&x;</t></a>',
        )
    found = Identification(str(path), "fmt/412", format_id="docx")
    assert "root:" not in read_text(path, found).text
    assert verify_file(path, found)[0].code == "damaged"


def test_a_worker_that_hangs_is_stopped_and_the_next_job_runs():
    with pytest.raises(ParseFailed) as failure:
        run_isolated(break_lines, "档" * 50_000_000, 1e9, 1.0, seconds=1)
    assert failure.value.code == "timeout"
    assert run_isolated(break_lines, "档案", 10.0, 5.0, seconds=20) == ["档案"]


def test_only_own_functions_run_in_the_sandbox():
    with pytest.raises(ParseFailed):
        run_isolated(os.getcwd, seconds=20)


def test_a_missing_file_in_the_sandbox_is_a_failure_not_a_crash():
    with pytest.raises(ParseFailed):
        run_isolated(sheet_names, "/nowhere", seconds=20)


def test_gbk_mail_with_raw_headers_and_attachment_is_read():
    raw = (
        "From: 张三 <a@b.cn>\r\nSubject: =?gb2312?B?1tDOxA==?=\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\n'
        "Content-Type: text/plain; charset=gbk\r\n\r\n正文内容在此\r\n--x\r\n"
        'Content-Type: application/pdf; name="附件一.pdf"\r\n'
        "Content-Disposition: attachment\r\n\r\nx\r\n--x--\r\n"
    ).encode("gbk")
    text = mail_text(parse_mail(raw))
    for part in ("张三", "中文", "正文内容在此", "附件一.pdf"):
        assert part in text


def test_from_inside_a_body_does_not_begin_a_message(tmp_path: Path):
    path = tmp_path / "a.mbox"
    one = "From a@b Thu Jan  1 00:00:00 2026\nSubject: x\n\nFrom here on\n\nFrom the desk\n\n"
    path.write_text(one * 3)
    found = Identification(str(path), "fmt/720", format_id="mbox")
    assert len(read_text(path, found).pages) == 3


def test_nested_mail_stops_at_a_depth():
    raw = b"Subject: inner\n\nbody\n"
    for _ in range(100):
        raw = b"Content-Type: message/rfc822\n\n" + raw
    assert isinstance(mail_text(parse_mail(raw)), str)


def test_traditional_and_simplified_encodings():
    simplified = "关于进一步加强机关档案工作的通知，请各单位认真贯彻执行。"
    traditional = "關於進一步加強機關檔案工作的通知，請各單位認真貫徹執行。"
    assert detect_encoding(simplified.encode("gb18030")) == "gb18030"
    assert detect_encoding(traditional.encode("big5")) == "big5hkscs"
    assert detect_encoding(simplified.encode()) == "utf-8"


def test_page_images_of_pdf_ofd_and_multi_page_tiff(tmp_path: Path):
    ofd, tiff, pdf = tmp_path / "a.ofd", tmp_path / "a.tif", tmp_path / "a.pdf"
    write_ofd(ofd, [TextPage(["一"]), TextPage(["二"])])
    frames = [Image.new("L", (40, 60), shade) for shade in (0, 128, 255)]
    frames[0].save(tiff, save_all=True, append_images=frames[1:])
    frames[0].convert("RGB").save(pdf)
    for path, pages in ((ofd, 2), (tiff, 3), (pdf, 1)):
        assert page_count(path) == pages
        image = Image.open(io.BytesIO(render_page(path, pages, 200)))
        assert abs(image.width - 200) <= 1
        with pytest.raises(ParseFailed):
            render_page(path, pages + 1, 200)
    text = tmp_path / "a.txt"
    text.write_text("x")
    with pytest.raises(NotAvailable):
        page_count(text)


def test_truncated_image_is_found(tmp_path: Path):
    path = tmp_path / "a.png"
    Image.effect_noise((200, 200), 50).save(path)
    path.write_bytes(path.read_bytes()[:-5000])
    assert verify_file(path)[0].code == "damaged"
