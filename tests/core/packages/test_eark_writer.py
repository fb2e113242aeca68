"""An E-ARK package is written so that the judge finds nothing, and read back as it was."""

import datetime as dt
import hashlib
import io

import pytest

from lantai.core.packages.eark import validate_eark
from lantai.core.packages.eark_writer import write_eark
from lantai.core.packages.opening import open_package
from lantai.core.packages.package import ProcessEvent, TransferFile, TransferItem
from lantai.core.packages.premis import (
    PremisEvent,
    PremisObject,
    PremisUnreadable,
    read_premis,
    render_premis,
)

CONTENT = {"正文.pdf": b"%PDF-1.4\n", "附件/表 1.txt": "一".encode()}
ITEM = TransferItem(
    values={"reference_code": "Z008-WS·2024·Y-0001", "title": "关于示例的通知"},
    files=[
        TransferFile("正文.pdf", mime="application/pdf", puid="fmt/18", format="PDF"),
        TransferFile("附件/表 1.txt", mime="text/plain", format="text"),
    ],
    events=[ProcessEvent("签发", "张某", "2024-01-05T10:00:00+08:00", "同意")],
)


def write(folder, kind="AIP"):
    write_eark(
        folder,
        ITEM,
        lambda file: io.BytesIO(CONTENT[file.path]),
        kind=kind,
        created=dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC),
        unit="示例市住房和城乡建设局",
        version="0.1",
    )
    return folder


@pytest.mark.parametrize("kind", ["SIP", "AIP", "DIP"])
def test_the_judge_finds_nothing(tmp_path, kind):
    verdict = validate_eark(write(tmp_path / "pkg-1", kind))
    assert (verdict.errors, verdict.warnings) == ([], [])


def test_it_is_read_back_as_it_was(tmp_path):
    write(tmp_path / "pkg-1")
    with open_package(tmp_path / "pkg-1") as package:
        assert package.profile == "eark"
        (found,) = package.items()
        assert found.values == ITEM.values
        assert [package.place(file.path).read_bytes() for file in found.files] == list(
            CONTENT.values()
        )
        assert found.files[0].sha512 == hashlib.sha512(CONTENT["正文.pdf"]).hexdigest()
        assert found.files[0].puid == "fmt/18"
        assert [event.act for event in found.events] == ["签发", "packing"]


def test_premis_keeps_objects_events_and_agents(tmp_path):
    objects = (PremisObject("a.pdf", 9, {"SM3": "ab"}, "PDF", "fmt/18"),)
    events = (
        PremisEvent("e1", "ingestion", "2026-01-01T00:00:00Z", "d", "ok", "馆员", ("a.pdf",)),
    )
    (tmp_path / "p.xml").write_bytes(render_premis(objects, events))
    found = read_premis(tmp_path / "p.xml")
    assert (found.objects, found.events) == (objects, events)
    (tmp_path / "p.xml").write_text("<x/>")
    with pytest.raises(PremisUnreadable):
        read_premis(tmp_path / "p.xml")
