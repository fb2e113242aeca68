"""Modified EEPs 修改型封装包 (DA/T 48-2009): a layer over what stays, each layer's signature judged.

The structure is the schema's; the serialisation that is signed and the naming of a new layer's
identifiers are not verified against the text 待核实.
"""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest

from lantai.core.checks.runner import check_path
from lantai.core.packages.eep import check_eep_signatures, modify_eep, validate_eep
from lantai.core.packages.eep.layers import encoded, layers
from lantai.core.packages.eep.package import REPLACED
from lantai.core.packages.eep.reading import NAMESPACE, read_eep
from lantai.core.packages.opening import open_package
from lantai.core.packages.package import PackageNotWritable, ProcessEvent, TransferFile
from tests.core.packages.test_eep import CONTENT, WHEN, change, item, signer, write

__all__ = ["signer"]
LATER = WHEN + dt.timedelta(days=30)
NEW = {**CONTENT, "附件 2.txt": "更正说明".encode()}


def changed():
    """The title set right, one annex replaced, the text as it was."""
    record = item()
    record.values["title"] = "关于示例事项的通知（更正）"
    record.files = [
        TransferFile("正文.pdf", mime="application/pdf", format="PDF"),
        TransferFile("附件 2.txt", mime="text/plain", role="附属文档"),
    ]
    record.events = [ProcessEvent("更正", "李某", "2026-03-30T10:00:00+08:00", "题名有误")]
    return record


def modify(path, original, signer=None, record=None, when=LATER):
    modify_eep(
        path, original, record or changed(), lambda file: io.BytesIO(NEW[file.path]),
        created=when, unit="示例市档案馆", signer=signer,
    )  # fmt: skip
    return path


@pytest.fixture
def package(tmp_path, signer):
    return modify(tmp_path / "b.xml", write(tmp_path / "a.xml", signer), signer)


def codes(path):
    found = validate_eep(path)
    return {one.code for one in found.errors}, {one.code for one in found.warnings}


def verdicts(path):
    return [(one.id, one.layer, one.verdict) for one in check_eep_signatures(path)]


def test_what_is_written_is_valid_and_both_signatures_hold(package):
    assert codes(package) == (set(), set())
    assert verdicts(package) == [("M2-S1", 0, "intact"), ("S1", 1, "intact")]
    root = read_eep(package).root
    assert [(layer.kind, layer.modification) for layer in layers(root)] == [
        ("修改型", "M2"), ("原始型", ""),
    ]  # fmt: skip


def test_what_did_not_change_is_not_stored_again(package):
    assert list(encoded(read_eep(package).root)) == ["B1", "B2", "M2-B2"]
    assert '编码数据ID="M2-B1" 引用编码数据ID="B1"' in package.read_text("utf-8")


def test_it_is_read_as_the_newest_layer_and_the_replaced_file_stays(package):
    with open_package(package) as opened:
        (found,) = opened.items()
        assert found.values["title"] == "关于示例事项的通知（更正）"
        files = {file.path.rpartition("/")[2]: file for file in found.files}
        assert {name: file.role for name, file in files.items()} == {
            "正文.pdf": "主文档", "附件 2.txt": "附属文档", "附件 1.txt": REPLACED,
        }  # fmt: skip
        for name, file in files.items():
            assert opened.place(file.path).read_bytes() == NEW[name]
        assert [event.act for event in found.events] == ["签发", "更正"]


def test_a_modified_package_is_modified_again(tmp_path, package, signer):
    record = changed()
    record.files, record.values["title"] = record.files[:1], "第三次"
    third = modify(tmp_path / "c.xml", package, signer, record, LATER + dt.timedelta(days=1))
    assert codes(third) == (set(), set())
    assert verdicts(third) == [
        ("M3-S1", 0, "intact"), ("M2-S1", 1, "intact"), ("S1", 2, "intact"),
    ]  # fmt: skip
    with open_package(third) as opened:
        (found,) = opened.items()
        assert found.values["title"] == "第三次"
        roles = sorted(file.role for file in found.files)
        assert roles == sorted(["主文档", REPLACED, REPLACED])


@pytest.mark.parametrize(
    ("old", "new", "altered"),
    [
        ("关于示例事项的通知（更正）", "关于别的事项的通知", ["M2-S1"]),
        ("关于示例 &lt;事项&gt; 的通知", "伪造的原题名", ["M2-S1", "S1"]),
    ],
)
def test_a_change_is_told_of_by_every_signature_over_it(package, old, new, altered):
    text = package.read_text("utf-8")
    assert old in text
    package.write_text(text.replace(old, new), "utf-8")
    assert [name for name, _, verdict in verdicts(package) if verdict == "altered"] == altered
    found = validate_eep(package).errors
    assert sorted(one.path for one in found if one.code == "EEP-SIGNATURE") == sorted(altered)
    told = {f"{one.check}.{one.fault}" for one in check_path(package, "transfer").findings}
    assert "1-1.package-signature-broken" in told


DAMAGE = {
    "EEP-ORDER": change("<修改标识符>M2</修改标识符>", ""),
    "EEP-CONTENT": change("(?<=<封装包类型>)原始型", "修改型"),
    "EEP-ID": change('编码数据ID="M2-B2"', '编码数据ID="B2"'),
    "EEP-REFERENCE": change('引用编码数据ID="B1"', '引用编码数据ID="M2-B1"'),
    "EEP-SIZE": change("<计算机文件大小>", "<计算机文件大小>9"),
    "EEP-KIND": change("系修改封装", "修改封装"),
    "EEP-BASE64": change('(编码数据ID="M2-B2">)', r"\1*"),
}


@pytest.mark.parametrize("code", DAMAGE)
def test_damage_of_a_layer_is_named(package, code):
    text = package.read_text("utf-8")
    package.write_text(DAMAGE[code](text), "utf-8")
    assert package.read_text("utf-8") != text
    assert code in codes(package)[0]


def test_an_earlier_date_is_told_of(tmp_path):
    early = modify(tmp_path / "b.xml", write(tmp_path / "a.xml"), when=WHEN - dt.timedelta(days=1))
    assert codes(early) == (set(), {"EEP-TIME"})


def test_two_layers_of_one_mark_are_told_of(tmp_path, package):
    third = modify(tmp_path / "c.xml", package)
    third.write_text(third.read_text("utf-8").replace(">M3<", ">M2<"), "utf-8")
    assert {"EEP-MODIFICATION", "EEP-ID"} <= codes(third)[0]


def test_a_locking_signature_is_judged_by_the_signature_it_locks(package, signer):
    """锁定签名, made here as the schema has it: over the 电子签名 it names."""
    import base64

    from lxml import etree

    from lantai.core.packages.eep.signatures import RULE, canonical

    tree = etree.parse(str(package))
    root, space = tree.getroot(), f"{{{NAMESPACE}}}"
    locked = root.find(f"{space}电子签名块/{space}电子签名")
    lock = etree.SubElement(root, f"{space}锁定签名")
    certificate = base64.b64encode(signer.certificate).decode()
    value = base64.b64encode(signer.sign(canonical(locked))).decode()
    for name, text in (("被锁定签名标识符", "M2-S1"), ("签名规则", RULE), ("签名结果", value)):
        etree.SubElement(lock, f"{space}{name}").text = text
    block = etree.SubElement(lock, f"{space}证书块")
    etree.SubElement(block, f"{space}证书").text = certificate
    etree.SubElement(lock, f"{space}签名算法标识").text = signer.algorithm
    tree.write(str(package), xml_declaration=True, encoding="UTF-8")
    assert codes(package) == (set(), set())
    found = [one for one in check_eep_signatures(package) if one.locks]
    assert [(one.locks, one.verdict) for one in found] == [("M2-S1", "intact")]
    text = package.read_text("utf-8")
    package.write_text(re.sub("<签名时间>2026-03-31", "<签名时间>2026-04-01", text), "utf-8")
    assert "EEP-LOCK" in codes(package)[0]
    package.write_text(text.replace("<被锁定签名标识符>M2-S1", "<被锁定签名标识符>S9"), "utf-8")
    assert "EEP-LOCK" in codes(package)[0]


def test_a_signature_that_would_not_verify_inside_is_not_embedded(tmp_path, signer):
    """Inclusive canonical XML sees the namespaces around it: a prefixed original is refused."""
    from lxml import etree

    from lantai.core.packages.eep.writer import sign

    path = write(tmp_path / "a.xml")
    text = path.read_text("utf-8").replace("xmlns=", "xmlns:e=")
    path.write_text(re.sub(r"<(/?)(?=[^?!/])", r"<\1e:", text), "utf-8")
    assert etree.parse(str(path)) is not None
    sign(path, signer, WHEN)
    assert verdicts(path) == [("S1", 0, "intact")]
    with pytest.raises(PackageNotWritable, match="签名"):
        modify(tmp_path / "b.xml", path)
    assert [one.name for one in tmp_path.iterdir()] == ["a.xml"]


def test_what_is_no_package_is_not_modified(tmp_path):
    (tmp_path / "a.xml").write_text("<x/>")
    with pytest.raises(PackageNotWritable):
        modify(tmp_path / "b.xml", tmp_path / "a.xml")
