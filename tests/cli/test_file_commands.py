"""`lantai identify`, `lantai ofd`, `lantai invoice`."""

import json
from pathlib import Path

from lantai.cli.main import main
from lantai.core.ofd import TextPage, write_ofd


def test_ofd_info_text_render_and_identify(tmp_path: Path, capsys):
    path = tmp_path / "a.ofd"
    write_ofd(path, [TextPage(["归档"]), TextPage(["章程"])])
    assert main(["ofd", "info", str(path), "--json"]) == 0
    info = json.loads(capsys.readouterr().out)
    assert info["pages"] == 2
    assert info["signatures"] == []
    assert main(["ofd", "text", str(path)]) == 0
    assert capsys.readouterr().out == "归档\f章程\n"
    out = tmp_path / "out"
    assert main(["ofd", "render", str(path), "--out", str(out), "--dpi", "40"]) == 0
    assert len(list(out.glob("*.png"))) == 2
    capsys.readouterr()
    assert main(["identify", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["puid"] == "lantai-fmt/ofd"


def test_what_cannot_be_read_exits_with_two(tmp_path: Path):
    path = tmp_path / "a.ofd"
    path.write_bytes(b"nothing")
    assert main(["ofd", "info", str(path)]) == 2
    assert main(["invoice", "read", str(path)]) == 2
    assert main(["identify", str(tmp_path / "none")]) == 2
    assert main(["ofd", "text", str(tmp_path / "none.ofd")]) == 2
