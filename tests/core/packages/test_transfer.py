"""A transfer package is read back as it was written, in both layouts, whatever its texts hold."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantai.core.packages.opening import open_package
from lantai.core.packages.transfer import (
    PackageNotWritable,
    PackageUnreadable,
    ProcessEvent,
    TransferFile,
    TransferItem,
    TransferManifest,
    package_digest,
    read_transfer_package,
    write_transfer_package,
)

MANIFEST = TransferManifest(sender="云河县水利局", content="文书档案", environment="OFD 阅读器")
TEXT = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff")
)


def item(number: int = 1, **values: str) -> TransferItem:
    code = f"Z109-WS·2024·Y·办公室-{number:04d}"
    base = {"reference_code": code, "title": "通知", "fonds": "Z109", "year": "2024"}
    events = [ProcessEvent("归档", "张三", "2024-03-01T09:00:00+08:00", "移交档案室")]
    return TransferItem({**base, **values}, [TransferFile("正文.txt")], events)


def write(folder: Path, *items: TransferItem, content: bytes = b"text") -> TransferManifest:
    return write_transfer_package(folder, MANIFEST, items, lambda file: io.BytesIO(content))


@settings(max_examples=40, deadline=None)
@given(title=TEXT, odd=TEXT)
def test_values_come_back_as_they_were_written(tmp_path_factory, title, odd):
    folder = tmp_path_factory.mktemp("p") / "P1"
    wanted = item(title=title, source_system_id=odd)
    write(folder, wanted)
    with read_transfer_package(folder) as package:
        (found,) = package.items()
        assert found.values == wanted.values
        assert found.events == wanted.events
        assert package.faults == []


def test_counts_and_digest_are_filled_in(tmp_path):
    written = write(tmp_path / "P1", item(1), item(2))
    assert (written.item_count, written.byte_count, written.package_id) == (2, 8, "P1")
    assert written.other["信息包摘要"] == package_digest(tmp_path / "P1")
    with read_transfer_package(tmp_path / "P1") as package:
        assert package.manifest.item_count == 2
        assert package.manifest.last_code.endswith("0002")


@pytest.mark.parametrize(
    "bad",
    [
        item(title="a\x0bb"),
        item(reference_code=""),
        TransferItem(item().values, [TransferFile("../x")]),
        TransferItem(item().values, [TransferFile("元数据.xml")]),
        TransferItem(item().values, [TransferFile("a", sm3="0" * 64)]),
    ],
)
def test_what_cannot_be_written_is_refused_and_leaves_nothing(tmp_path, bad):
    with pytest.raises(PackageNotWritable):
        write(tmp_path / "P1", bad)
    assert list(tmp_path.iterdir()) == []


def test_two_records_of_one_code_are_refused(tmp_path):
    with pytest.raises(PackageNotWritable, match="档号重复"):
        write(tmp_path / "P1", item(1), item(1))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gb2312"])
def test_layout_b_is_read_in_every_encoding(tmp_path, encoding):
    folder = tmp_path / "CD001"
    code = "B168-WS-2024-Y-0001"
    content = folder / "电子档案" / "2024" / code
    content.mkdir(parents=True)
    (content / "正文.txt").write_text("正文")
    text = "移交单位：云河县水利局\n内容描述：文书\n起止档号：B168-1\n档案数量：1\n硬件环境：PC\n"
    (folder / "说明文件.txt").write_bytes(text.encode(encoding))
    rows = f"序号\t档号\t题名\t责任者\n1\t{code}\t关于通知\t水利局\n"
    (folder / "目录文件.txt").write_bytes(rows.encode(encoding))
    with open_package(folder) as package:
        assert (package.profile, package.layout) == ("transfer", "B")
        assert package.manifest.sender == "云河县水利局"
        (found,) = package.items()
        assert found.values["title"] == "关于通知"
        assert [file.path for file in found.files] == [f"电子档案/2024/{code}/正文.txt"]


def test_metadata_of_another_system_is_read_by_its_labels(tmp_path):
    write(tmp_path / "P1", item())
    (path,) = (tmp_path / "P1").rglob("元数据.XML")
    xml = (
        '<?xml version="1.0" encoding="GB2312"?><电子文件><内容描述><题名>甲</题名>'
        "<文号>一号</文号></内容描述><档号><年度>2024</年度></档号></电子文件>"
    )
    path.write_bytes(xml.encode("gb18030"))
    with read_transfer_package(tmp_path / "P1") as package:
        (found,) = package.items()
    assert found.values["title"] == "甲"
    assert found.values["doc_no"] == "一号"
    assert found.values["year"] == "2024"


def test_a_zip_holding_one_folder_opens_as_that_package(tmp_path):
    write(tmp_path / "P1", item())
    with zipfile.ZipFile(tmp_path / "any.zip", "w") as archive:
        for path in (tmp_path / "P1").rglob("*"):
            archive.write(path, path.relative_to(tmp_path))
    with open_package(tmp_path / "any.zip") as package:
        assert (package.profile, package.identifier) == ("transfer", "P1")


def test_a_bag_of_a_transfer_package_is_a_bag(tmp_path):
    write(tmp_path / "P1", item())
    bag = tmp_path / "bag"
    shutil.copytree(tmp_path / "P1", bag / "data")
    (bag / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    (bag / "manifest-sha512.txt").write_text("0" * 128 + "  data/说明文件.TXT\n")
    with open_package(bag) as package:
        assert package.profile == "bagit"
        assert package.item_count() == 1


def test_what_is_no_package_says_so(tmp_path):
    with pytest.raises(PackageUnreadable), open_package(tmp_path / "absent"):
        pass
    with pytest.raises(PackageUnreadable):
        read_transfer_package(tmp_path)
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 no")
    with pytest.raises(PackageUnreadable), open_package(tmp_path / "broken.zip"):
        pass
