import hashlib

import pytest

from lantai.core.packages.eark import validate_eark

METS = """<?xml version="1.0" encoding="UTF-8"?>
<mets xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:csip="https://DILCIS.eu/XML/METS/CSIPExtensionMETS" OBJID="urn:x"
 TYPE="Textual works – Print"
 PROFILE="https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml">
<metsHdr CREATEDATE="2026-11-22T00:00:00Z" csip:OAISPACKAGETYPE="SIP"><agent/></metsHdr>
<fileSec><fileGrp><file ID="f1" MIMETYPE="text/plain" SIZE="{size}" CHECKSUM="{digest}"
 CHECKSUMTYPE="SHA-256">
<FLocat LOCTYPE="URL" xlink:href="{href}"/></file></fileGrp></fileSec>
<structMap LABEL="CSIP"><div><fptr FILEID="{fileid}"/></div></structMap></mets>"""


@pytest.fixture
def package(tmp_path):
    (tmp_path / "metadata").mkdir()
    data = tmp_path / "representations" / "rep1" / "data"
    data.mkdir(parents=True)
    (data / "甲.txt").write_bytes(b"hello")
    write(tmp_path)
    return tmp_path


def write(path, **changes):
    told = {
        "size": 5,
        "digest": hashlib.sha256(b"hello").hexdigest(),
        "href": "representations/rep1/data/%E7%94%B2.txt",
        "fileid": "f1",
        **changes,
    }
    (path / "METS.xml").write_text(METS.format(**told))


def codes(path):
    return [found.code for found in validate_eark(path).errors]


def test_a_sound_package_is_valid(package):
    verdict = validate_eark(package)
    assert (verdict.valid, verdict.warnings) == (True, [])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"size": 6}, "CSIP69"),
        ({"digest": "0" * 64}, "CSIP71"),
        ({"href": "representations/none"}, "CSIP76"),
        ({"href": "../outside"}, "CSIP79"),
        ({"href": "file:///etc/passwd"}, "CSIP76"),
        ({"href": "http://example.org/x"}, "CSIP79"),
        ({"fileid": "f9"}, "METS-FPTR"),
    ],
)
def test_what_does_not_hold_is_named(package, changes, code):
    write(package, **changes)
    assert codes(package) == [code]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('OBJID="urn:x"', "", "CSIP1"),
        ('LABEL="CSIP"', "", "CSIP82"),
        ("<agent/>", "", "CSIP10"),
        ("</mets>", "", "METS-XML"),
        ('xmlns="http://www.loc.gov/METS/"', "", "METS-ROOT"),
    ],
)
def test_what_is_not_in_the_mets_is_named(package, old, new, code):
    path = package / "METS.xml"
    path.write_text(path.read_text().replace(old, new))
    assert codes(package) == [code]


def test_entities_are_not_followed(package):
    path = package / "METS.xml"
    hostile = '<!DOCTYPE mets [<!ENTITY x SYSTEM "file:///etc/passwd">]><mets '
    path.write_text(
        path.read_text().replace("<mets ", hostile).replace("<agent/>", "<agent>&x;</agent>")
    )
    assert "root:" not in str(validate_eark(package))


def test_no_mets_is_no_package(tmp_path):
    assert codes(tmp_path) == ["CSIPSTR4"]
