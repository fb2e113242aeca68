"""Writing OFD."""

import io
import json
from pathlib import Path

import ofdkit
import pytest
from PIL import Image

from lantai.cli.main import main
from lantai.core.ofd import (
    ImagePage,
    OfdAttachment,
    OfdMetadata,
    PlacedText,
    TextPage,
    WordBox,
    lay_out,
    write_ofd,
)
from lantai.core.ofd.document import OfdDocument
from lantai.core.ofd.pages import OfdNotWritten
from lantai.core.ofd.render import render_png


def _png(width=200, height=100):
    stream = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(stream, "PNG")
    return stream.getvalue()


def test_text_metadata_and_attachment_come_back(tmp_path: Path):
    path = tmp_path / "文件.ofd"
    write_ofd(
        path,
        [TextPage(["关于印发《归档办法》的通知", "各部门：", PlacedText("2026年", 30, 200, 6)])],
        OfdMetadata("通知", custom={"档号": "X043-WS·2026-Y-BGS-0001"}),
        [OfdAttachment("附件.xml", b"<a/>")],
    )
    with ofdkit.open(path) as document:
        text = document.text()
        assert "关于印发《归档办法》的通知" in text
        assert "2026年" in text
        assert document.info.title == "通知"
        assert document.info.custom_data["档号"] == "X043-WS·2026-Y-BGS-0001"


def test_scan_keeps_invisible_text(tmp_path: Path):
    path = tmp_path / "scan.ofd"
    write_ofd(path, [ImagePage(_png(), [WordBox("批复", 10, 10, 60, 30)], dpi=100)])
    with ofdkit.open(path) as document:
        assert document.text().strip() == "批复"
        assert document.pages[0].width == pytest.approx(50.8)


def test_same_input_gives_same_bytes():
    first, second = io.BytesIO(), io.BytesIO()
    for stream in (first, second):
        write_ofd(stream, [TextPage(["甲乙丙"])], OfdMetadata("题名"))
    assert first.getvalue() == second.getvalue()


def test_paragraphs_spread_over_pages_and_lose_nothing():
    paragraphs = [f"第{i}段，" + "档案工作" * 40 for i in range(30)]
    pages = lay_out(paragraphs)
    assert len(pages) > 1
    assert "".join("".join(p.lines) for p in pages) == "".join(paragraphs)


def test_control_characters_do_not_break_the_xml():
    stream = io.BytesIO()
    write_ofd(stream, [TextPage(["a\x00b\x0bc\ud800d"])], OfdMetadata("\x01题"))
    stream.seek(0)
    with ofdkit.open(stream) as document:
        assert document.text().strip() == "abcd"


def test_no_pages_and_strange_images_are_refused(tmp_path: Path):
    with pytest.raises(OfdNotWritten):
        write_ofd(tmp_path / "a.ofd", [])
    with pytest.raises(OfdNotWritten):
        write_ofd(tmp_path / "a.ofd", [ImagePage(b"GIF89a....")])
    assert not list(tmp_path.iterdir())


def test_scans_and_their_text_become_a_double_layer_and_are_read_back(tmp_path: Path, capsys):
    first, second = (Image.linear_gradient("L").resize((600, 800)).rotate(n) for n in (0, 90))
    first.save(tmp_path / "a.tif", save_all=True, append_images=[second], dpi=(150, 150))
    first.convert("RGB").save(tmp_path / "b.jpg")
    (tmp_path / "a.txt").write_text("关于救灾款发放的批复\n云溪县民政局\f第二页 雲溪縣\f", "utf-8")
    target = tmp_path / "双层.ofd"
    words = [str(tmp_path / "a.tif"), str(tmp_path / "b.jpg"), "--text", str(tmp_path / "a.txt")]
    assert main(["ofd", "write", str(target), *words, "--title", "批复", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["pages"], told["kept"], told["characters"]) == (3, True, 22)
    with OfdDocument.open(target) as document:
        info, texts = document.info(), document.page_texts()
    assert info["metadata"]["Title"] == "批复"
    assert [run["width"] for run in info["page_sizes"]] == [101.6, 50.8]
    assert texts[0].split() == ["关于救灾款发放的批复", "云溪县民政局"] and texts[2] == ""
    with Image.open(io.BytesIO(render_png(target, 1, 300))) as drawn:
        near = drawn.convert("L").resize((6, 8)), first.resize((6, 8))
        apart = [abs(a - b) for a, b in zip(near[0].tobytes(), near[1].tobytes(), strict=True)]
        assert max(apart) < 12  # the scan alone is seen: the text is not
    assert main(["ofd", "write", str(target), *words]) == 2  # never written over
    assert (
        main(["ofd", "write", str(tmp_path / "c.ofd"), words[1], *words[2:]]) == 2
    )  # too much text
    assert not (tmp_path / "c.ofd").exists()
