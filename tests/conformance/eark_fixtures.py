"""A small E-ARK package that keeps every rule, and ways to break each of them."""

import hashlib

DATE = "2026-01-02T03:04:05"


def sha(data):
    return hashlib.sha256(data).hexdigest()


FILES = {
    "documentation/说明.txt": b"about",
    "schemas/x.xsd": b"<schema/>",
    "metadata/descriptive/dc.xml": b"<dc/>",
    "metadata/preservation/premis.xml": b"<premis/>",
    "representations/rep1/data/甲.txt": b"hello",
}


def reference(path, data, kind, more=""):
    return (
        f'<mdRef LOCTYPE="URL" xlink:type="simple" xlink:href="{path}" MDTYPE="{kind}"'
        f' MIMETYPE="text/xml" SIZE="{len(data)}" CREATED="{DATE}" CHECKSUM="{sha(data)}"'
        f' CHECKSUMTYPE="SHA-256"{more}/>'
    )


def file(ident, path, data, mime="text/plain"):
    return (
        f'<file ID="{ident}" MIMETYPE="{mime}" SIZE="{len(data)}" CREATED="{DATE}"'
        f' CHECKSUM="{sha(data)}" CHECKSUMTYPE="SHA-256">'
        f'<FLocat LOCTYPE="URL" xlink:type="simple" xlink:href="{path}"/></file>'
    )


HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<mets xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:csip="https://DILCIS.eu/XML/METS/CSIPExtensionMETS" OBJID="{objid}" TYPE="Datasets"
 csip:CONTENTINFORMATIONTYPE="MIXED" PROFILE="https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml">
<metsHdr CREATEDATE="2026-01-02T03:04:05Z" LASTMODDATE="2026-01-03T03:04:05Z"
 csip:OAISPACKAGETYPE="{kind}">
<agent ROLE="CREATOR" TYPE="OTHER" OTHERTYPE="SOFTWARE"><name>Lantai</name>
<note csip:NOTETYPE="SOFTWARE VERSION">1.0</note></agent>
</metsHdr>
"""


def package_mets(rep):
    dc, premis = FILES["metadata/descriptive/dc.xml"], FILES["metadata/preservation/premis.xml"]
    return (
        HEAD.format(objid="pkg", kind="AIP")
        + f'<dmdSec ID="dmd1" CREATED="{DATE}" STATUS="CURRENT">'
        + reference("metadata/descriptive/dc.xml", dc, "DC")
        + '</dmdSec>\n<amdSec><rightsMD ID="r1" STATUS="CURRENT">'
        + reference("metadata/descriptive/dc.xml", dc, "OTHER", ' OTHERMDTYPE="x"')
        + '</rightsMD><digiprovMD ID="p1" STATUS="CURRENT">'
        + reference("metadata/preservation/premis.xml", premis, "PREMIS")
        + '</digiprovMD></amdSec>\n<fileSec ID="fs"><fileGrp ID="g1" USE="Documentation">'
        + file("f1", "documentation/%E8%AF%B4%E6%98%8E.txt", FILES["documentation/说明.txt"])
        + '</fileGrp><fileGrp ID="g2" USE="Schemas">'
        + file("f2", "schemas/x.xsd", FILES["schemas/x.xsd"], "text/xml")
        + '</fileGrp><fileGrp ID="g3" USE="Representations/rep1"'
        + ' csip:CONTENTINFORMATIONTYPE="MIXED">'
        + file("f3", "representations/rep1/METS.xml", rep.encode(), "text/xml")
        + '</fileGrp></fileSec>\n<structMap ID="s1" TYPE="PHYSICAL" LABEL="CSIP">'
        + '<div ID="d0" LABEL="pkg"><div ID="d1" LABEL="Metadata" ADMID="r1 p1" DMDID="dmd1"/>'
        + '<div ID="d2" LABEL="Documentation"><fptr FILEID="g1"/></div>'
        + '<div ID="d3" LABEL="Schemas"><fptr FILEID="g2"/></div>'
        + '<div ID="d4" LABEL="Representations/rep1"><mptr LOCTYPE="URL" xlink:type="simple"'
        + ' xlink:href="representations/rep1/METS.xml" xlink:title="g3"/></div>'
        + "</div></structMap></mets>"
    )


def representation_mets():
    return (
        HEAD.format(objid="rep1", kind="AIP")
        + '<fileSec ID="fs"><fileGrp ID="g1" USE="Data">'
        + file("f1", "data/%E7%94%B2.txt", FILES["representations/rep1/data/甲.txt"])
        + '</fileGrp></fileSec><structMap ID="s1" TYPE="PHYSICAL" LABEL="CSIP">'
        + '<div ID="d0" LABEL="rep1"><div ID="d1" LABEL="Metadata"/></div></structMap></mets>'
    )


def make(path, change=lambda text: text):
    """Write the package into the folder ``pkg``, its METS changed."""
    top = path / "pkg"
    rep = representation_mets()
    files = {**FILES, "representations/rep1/METS.xml": rep.encode()}
    files["METS.xml"] = change(package_mets(rep)).encode()
    for name, data in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(data)
    (top / "representations/rep1/metadata").mkdir()
    return top
