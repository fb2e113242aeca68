"""The report on paper says what the report says, and holds when signed."""

import datetime as dt

import pypdfium2
import pytest

from lantai.cli.main import main
from lantai.core.checks.printed import print_report
from lantai.core.checks.runner import check_path
from lantai.core.formats import characterise
from lantai.core.pdf_fonts import NoChineseFont
from lantai.engines.sign.pades import ROOT_NAME


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "空文件.txt").touch()
    (tmp_path / "in" / "说明.txt").write_text("说明")
    return tmp_path / "in"


def text_of(path):
    with pypdfium2.PdfDocument(path) as document:
        return "".join(page.get_textpage().get_text_range() for page in document)


def test_the_form_says_verdict_place_and_next_step(folder, tmp_path):
    report = check_path(folder, "transfer")
    try:
        paper = print_report(
            report, institution="示例市档案馆", made_at=dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
        )
    except NoChineseFont:
        pytest.skip("no Chinese font here")
    (tmp_path / "a.pdf").write_bytes(paper)
    text = text_of(tmp_path / "a.pdf")
    for word in ("电子档案四性检测报告", "示例市档案馆", "不合格", "空文件.txt", "审核人"):
        assert word in text


def test_the_command_writes_and_signs_it(folder, tmp_path, capsys):
    out = tmp_path / "report.pdf"
    words = [
        "--report",
        str(out),
        "--keys",
        str(tmp_path / "keys"),
        "--institution",
        "示例市档案馆",
    ]
    code = main(["check", str(folder), *words])
    if code == 2 and "no Chinese font" in capsys.readouterr().err:
        pytest.skip("no Chinese font here")
    assert code == 1
    (found,) = characterise(out)["signatures"]
    assert (found["verdict"], found["whole_file"]) == ("intact", True)
    trust = ["--trust", str(tmp_path / "keys" / ROOT_NAME)]
    elsewhere = ["check", str(out), "--signature", "--data", str(tmp_path / "nowhere"), "--json"]
    capsys.readouterr()
    assert main(elsewhere) == 0 and '"intact"' in capsys.readouterr().out
    assert main([*elsewhere, *trust]) == 0 and '"trusted": true' in capsys.readouterr().out
    paper = bytearray(out.read_bytes())
    paper[len(paper) // 3] ^= 1
    out.write_bytes(paper)
    assert main([*elsewhere, *trust]) == 1
