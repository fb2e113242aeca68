"""The guide is followed word for word: its blocks are laid on the shelf and what it says appears."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest

from lantai.foundation.desks.registers.definitions import register_definitions
from lantai.foundation.desks.returns.models import ReturnForm, ReturnRound
from tests.foundation.offices import Region

pytestmark = pytest.mark.django_db
GUIDES = Path(__file__).resolve().parents[2] / "docs" / "guides"
BLOCK = re.compile(r"<!-- file: (\S+) -->\n```toml\n(.*?)```", re.DOTALL)


def files_of(guide: str) -> dict[str, str]:
    """The files a guide makes its reader write."""
    files: dict[str, str] = {}
    for name, text in BLOCK.findall((GUIDES / guide).read_text(encoding="utf-8")):
        files[name] = files.get(name, "") + text
    return files


@pytest.mark.parametrize("guide", ["desks.zh.md", "desks.md"])
def test_a_person_without_python_adds_a_register_and_a_return(region: Region, guide: str):
    files = files_of(guide)
    assert set(files) == {"registers/old-trees.toml", "returns/town-rooms.toml"}
    shelf = register_definitions().own_folder.parent
    for name, text in files.items():
        (shelf / name).parent.mkdir(parents=True, exist_ok=True)
        (shelf / name).write_text(text, encoding="utf-8")
    try:
        _register(region)
        _return(region)
    finally:
        for name in files:
            (shelf / name).unlink()
    assert region.client("archivist").get("/registers/old-trees/").status_code == 404


def _register(region: Region) -> None:
    client = region.client("archivist")
    desk = client.get("/registers/").content.decode()
    assert "本单位自建" in desk and "古树名木档案" in desk
    form = client.get("/registers/old-trees/new/").content.decode()
    assert "保护级别" in form and "树高（米）" in form
    given = {"number": "YX-001", "name": "云溪古樟", "grade": "first", "height": "31.5",
             "next_look": "2026-03-12", "story": "相传植于光绪三十年"}  # fmt: skip
    made = client.post("/registers/old-trees/new/", given)
    assert made.status_code == 302
    assert "云溪古樟" in client.get("/registers/old-trees/?q=古樟&grade=first").content.decode()
    assert "各级别株数" in client.get("/registers/old-trees/statistics/").content.decode()
    assert "云溪古樟" in client.get("/registers/old-trees/calendar/?month=2026-03").content.decode()
    assert client.get(made["Location"] + "print/pdf/").content[:4] == b"%PDF"
    listed = client.get("/api/v1/registers/old-trees/entries").json()
    assert listed["entries"][0]["values"]["height"] == 31.5
    sent = io.BytesIO("编号,树名,保护级别\nYX-002,银杏,二级\n".encode())
    sent.name = "trees.csv"
    assert (
        client.post("/registers/old-trees/import/", {"file": sent, "place": "YXG"}).status_code
        == 302
    )
    assert region.client("county").get("/registers/old-trees/").status_code == 200
    assert region.client("officer").get("/registers/old-trees/").status_code == 403


def _return(region: Region) -> None:
    county = region.client("county")
    opened = county.post(
        "/returns/new/", {"definition": "town-rooms", "owner": "YX", "period": "2025"}
    )
    assert opened.status_code == 302
    row = ReturnRound.objects.get(definition="town-rooms")
    form = ReturnForm.objects.get(round=row, body__code="MZ")
    officer, address = region.client("officer"), f"/api/v1/returns/forms/{form.pk}"
    page = officer.get(f"/returns/forms/{form.pk}/").content.decode()
    assert "档案员" in page and "已数字化（件）" in page
    cells = {"staff": 1, "paper_kept": 300, "paper_scanned": 400, "photo_kept": 20}
    officer.put(address, json.dumps(cells), "application/json")
    assert "已数字化多于存有" in officer.post(f"{address}/submit").json()["detail"]
    officer.put(address, json.dumps({"paper_scanned": 100}), "application/json")
    assert officer.post(f"{address}/submit").json()["cells"]["kept"] == 320
    assert county.post(f"{address}/accept").json()["state"] == "accepted"
    totals = county.get(f"/api/v1/returns/rounds/{row.number}/totals").json()
    assert totals["figures"]["kept"] == 320
