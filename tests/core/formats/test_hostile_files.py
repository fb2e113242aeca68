"""FAULTS 8, 26, 28, 29, 38: files made to exhaust, to run, to infect or to mislead a reader."""

from __future__ import annotations

import io
import mailbox
import shutil
import struct
import zipfile
import zlib

import pikepdf
import pytest

from lantai.core.checks.facts import CheckFacts
from lantai.core.checks.runner import check_path
from lantai.core.formats import ParseFailed, characterise, identify, read_text, verify_file
from lantai.core.formats.kinds.mbox import messages
from lantai.core.formats.mail import mail_text, parse_mail
from lantai.core.formats.picture_parts import MOST_FRAMES
from lantai.core.formats.sandbox import run_isolated
from lantai.core.ofd.layout import break_lines
from lantai.core.packages.unpack import unpack
from lantai.engines.scan.clamav import ClamAv

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
MEMORY = 32 << 20
CODES = {"crashed", "timeout"}


def looked_at(path):
    """Everything said about a file; only what a parser foresees."""
    said = {problem.code for problem in verify_file(path)}
    try:
        return said, characterise(path)
    except ParseFailed as failure:
        return said | {failure.code}, {}


def test_08_a_parser_out_of_memory_fails_its_file_and_the_next_is_read():
    for _ in range(3):
        with pytest.raises(ParseFailed) as failure:
            run_isolated(break_lines, "档" * 6_000_000, 1e9, 1.0, seconds=60, memory=MEMORY)
        assert failure.value.code in {"memory", "crashed"}
    assert run_isolated(break_lines, "档案", 10.0, 5.0, seconds=60) == ["档案"]


def test_26_names_of_any_length_and_script_are_kept_byte_for_byte(tmp_path):
    title = "关于" + "进一步做好全县农村五保供养工作" * 5
    names = [f"{title[:73]}.txt", "名" * 83 + ".txt", "𠀀𪜀𫝀𫠠𬺰𮯰𰀀𱍐.txt", "龦\ue863\uf8ff.txt"]
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in names:
            archive.writestr(name, name)
    found = {file.path: file.original_name for file in unpack(tmp_path / "a.zip", tmp_path / "out")}
    assert found == {name: name.encode() for name in names}
    assert all((tmp_path / "out" / name).read_text("utf-8") == name for name in names)


def tiff_of(pages, last):
    """A TIFF of as many directories, one dot each; the last one points to ``last``."""
    entries = [(256, 3, 1, 1), (257, 3, 1, 1), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
               (273, 4, 1, 8), (278, 3, 1, 1), (279, 4, 1, 1)]  # fmt: skip
    body = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *e) for e in entries)
    out, at = io.BytesIO(), 10
    out.write(b"II*\0" + struct.pack("<I", at) + b"\x80\0")
    for number in range(pages):
        at += len(body) + 4
        out.write(body + struct.pack("<I", at if number + 1 < pages else last))
    return out.getvalue()


@pytest.mark.parametrize("last", [0, 10])
def test_28_a_tiff_of_a_hundred_thousand_pages_or_without_end_is_bounded(tmp_path, last):
    (tmp_path / "a.tif").write_bytes(tiff_of(100_000 if last == 0 else 3, last))
    said, properties = looked_at(tmp_path / "a.tif")
    assert not said & CODES
    assert properties.get("pages", 0) <= MOST_FRAMES


def test_28_a_flood_of_pixels_is_not_decoded(tmp_path):
    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + data)
    said, _ = looked_at(tmp_path / "a.png")
    assert said and not said & CODES


def test_28_a_pdf_that_loops_or_would_run_something_is_told_and_runs_nothing(tmp_path):
    loop, active = tmp_path / "loop.pdf", tmp_path / "active.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.Root.Pages.Kids.append(pdf.Root.Pages)
        pdf.save(loop)
    said, _ = looked_at(loop)
    assert not said & CODES
    read_text(loop, identify(loop))
    mark = tmp_path / "ran"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.Root.OpenAction = pikepdf.Dictionary(
            S=pikepdf.Name.Launch, F=pikepdf.String(f"/usr/bin/touch {mark}")
        )
        pdf.Root.AA = pikepdf.Dictionary(
            WC=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        )
        pdf.save(active)
    said, properties = looked_at(active)
    assert properties["active"] and not said & CODES and not mark.exists()


def test_29_the_test_virus_is_found_though_nested_five_deep(tmp_path):
    program = shutil.which("clamscan")
    if program is None:
        pytest.skip("ClamAV is not installed: apt-get install clamav")
    rules = tmp_path / "own.ndb"
    rules.write_text(f"Lantai.Test:0:*:{EICAR.hex()}\n")
    data, name = EICAR, "eicar.com"
    for _ in range(5):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, data)
        data, name = out.getvalue(), "内层.zip"
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "附件.zip").write_bytes(data)
    (folder / "说明.txt").write_text("干净的文件")
    engine = ClamAv(program, rules)
    assert engine.scan(folder / "说明.txt") == ""
    assert "Lantai.Test" in engine.scan(folder / "附件.zip")
    found = [
        finding
        for finding in check_path(folder, facts=CheckFacts(antivirus=engine)).findings
        if finding.fault == "infected"
    ]
    assert [one.path for one in found] == ["附件.zip"]
    assert found[0].severity == "error"


def test_29_the_test_virus_is_found_without_an_engine(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "通知.txt").write_bytes(EICAR)
    codes = {f.code for f in check_path(tmp_path / "in").findings if f.severity == "error"}
    assert "YJ-4-2" in codes


def test_38_mail_without_charset_or_nested_a_hundred_deep_is_read():
    body = "关于召开档案工作会议的通知，请各单位派员参加。".encode("gb18030")
    plain = b"From: a@b.cn\nSubject: x\nContent-Type: text/plain\n\n" + body
    assert "档案工作会议" in mail_text(parse_mail(plain))
    nested = plain
    for _ in range(100):
        nested = b"Subject: outer\nContent-Type: message/rfc822\n\n" + nested
    assert "outer" in mail_text(parse_mail(nested))


def test_38_a_mailbox_has_as_many_messages_as_the_reference_counts(tmp_path):
    path = tmp_path / "a.mbox"
    box = mailbox.mbox(path)
    for number in range(50):
        text = f"From: a@b.cn\nSubject: {number}\n\nFrom here on\n\n>From there\n\nFrom 北京\n"
        box.add(text.encode())
    box.flush()
    assert sum(1 for _ in messages(path)) == len(box) == 50
