"""EEP packages of DA/T 48: written, read back byte for byte, signed, altered, hostile."""

import datetime as dt
import io
import re

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from lantai.core.checks.runner import check_path
from lantai.core.packages.eep import (
    EepSigner,
    check_eep_signatures,
    validate_eep,
    write_eep,
)
from lantai.core.packages.opening import open_package
from lantai.core.packages.package import (
    PackageNotWritable,
    ProcessEvent,
    TransferFile,
    TransferItem,
)

WHEN = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
CONTENT = {"正文.pdf": b"%PDF-1.4\n" + bytes(200_000), "附件 1.txt": "说明".encode()}


def item():
    return TransferItem(
        values={
            "reference_code": "Z008-WS·2024·Y-0001",
            "fonds": "Z008",
            "creating_unit": "示例市住房和城乡建设局",
            "electronic_record_code": "ERN-2024-000001",
            "year": "2024",
            "retention": "永久",
            "title": "关于示例 <事项> 的通知",
            "creator": "示例市住房和城乡建设局",
            "date": "20240105",
            "secrecy": "公开",
        },
        files=[
            TransferFile("正文.pdf", mime="application/pdf", format="PDF"),
            TransferFile("附件 1.txt", mime="text/plain", role="附属文档"),
        ],
        events=[ProcessEvent("签发", "张某", "2024-01-05T10:00:00+08:00", "同意")],
    )


def write(path, signer=None, record=None):
    write_eep(
        path,
        record or item(),
        lambda file: io.BytesIO(CONTENT[file.path]),
        created=WHEN,
        unit="示例市档案局",
        signer=signer,
    )
    return path


@pytest.fixture(scope="module")
def signer():
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "示例市档案局")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(WHEN)
        .not_valid_after(WHEN + dt.timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    return EepSigner(
        lambda text: key.sign(text, padding.PKCS1v15(), hashes.SHA256()),
        certificate.public_bytes(serialization.Encoding.DER),
        "档案局",
        "1.2.840.113549.1.1.11",
    )


def test_what_is_written_is_valid_and_read_back_byte_for_byte(tmp_path):
    path = write(tmp_path / "a.xml")
    assert validate_eep(path).errors == []
    with open_package(path) as package:
        assert (package.profile, package.item_count()) == ("eep", 1)
        (found,) = package.items()
        for name, value in item().values.items():
            assert found.values[name] == value
        assert [(file.role, file.mime) for file in found.files] == [
            ("主文档", "application/pdf"),
            ("附属文档", "text/plain"),
        ]
        assert [package.place(file.path).read_bytes() for file in found.files] == list(
            CONTENT.values()
        )
        assert found.events == item().events
        folder = package.folder
    assert not folder.exists()


def test_a_folder_of_packages_is_one_package_of_several_records(tmp_path):
    (tmp_path / "in").mkdir()
    for number in (1, 2, 3):
        write(tmp_path / "in" / f"{number}.xml")
    with open_package(tmp_path / "in") as package:
        assert (package.profile, package.item_count()) == ("eep", 3)


def test_a_signature_holds_until_a_word_is_changed(tmp_path, signer):
    path = write(tmp_path / "a.xml", signer)
    (found,) = check_eep_signatures(path)
    assert (found.verdict, found.trusted, found.signer) == ("intact", False, "档案局")
    assert validate_eep(path).errors == []
    path.write_text(path.read_text("utf-8").replace("20240105", "20240106"), "utf-8")
    assert [one.verdict for one in check_eep_signatures(path)] == ["altered"]
    report = check_path(path, "transfer")
    assert "1-1.package-signature-broken" in {f"{f.check}.{f.fault}" for f in report.findings}


def change(pattern, new):
    return lambda text: re.sub(pattern, new, text, count=1, flags=re.DOTALL)


DAMAGE = {
    "EEP-XML": change("</封装内容>", ""),
    "EEP-ROOT": change("ERM/encapsulation", "else"),
    "EEP-ORDER": change("<责任者>.*?</责任者>", ""),
    "EEP-VERSION": change('eep版本="2009"', 'eep版本="2010"'),
    "EEP-KIND": change("原始封装，未经修改", "原始封装"),
    "EEP-LEVEL": change(">文件</聚合层次>", ">案卷</聚合层次>"),
    "EEP-SIZE": change("<计算机文件大小>", "<计算机文件大小>1"),
    "EEP-BASE64": change("(<编码数据 [^>]*>)", r"\1*"),
    "EEP-REFERENCE": change('编码数据ID="B2">[^<]*', '编码数据ID="B2" 引用编码数据ID="B9">'),
}


@pytest.mark.parametrize("code", DAMAGE)
def test_damage_is_named(tmp_path, code):
    path = write(tmp_path / "a.xml")
    before = path.read_text("utf-8")
    path.write_text(DAMAGE[code](before), "utf-8")
    assert path.read_text("utf-8") != before
    assert code in {found.code for found in validate_eep(path).errors}


def test_hostile_packages_do_no_harm(tmp_path):
    path = write(tmp_path / "a.xml")
    text = path.read_text("utf-8")
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'
    path.write_text(text.replace("<电子文件封装包", bomb + "<电子文件封装包", 1), "utf-8")
    assert [found.code for found in validate_eep(path).errors] == ["EEP-XML"]
    path.write_text(text.replace(">正文.pdf<", ">../../etc/passwd<"), "utf-8")
    with open_package(path) as package:
        (found,) = package.items()
        assert all(".." not in file.path for file in found.files)
        assert (package.folder / found.files[0].path).is_file()


def test_a_record_that_lacks_what_the_schema_asks_is_not_written(tmp_path):
    record = item()
    del record.values["creator"]
    with pytest.raises(PackageNotWritable, match="责任者"):
        write(tmp_path / "a.xml", record=record)
    assert list(tmp_path.iterdir()) == []
