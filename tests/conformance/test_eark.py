"""Our E-ARK judge: a package that keeps every rule, and one broken for each requirement."""

import re
import zipfile

import pytest

from lantai.core.packages import eark_rules
from lantai.core.packages.eark import validate_eark
from lantai.core.packages.eark_archive import validate_eark_archive
from tests.conformance.eark_fixtures import make


def test_a_sound_package_breaks_no_rule(tmp_path):
    verdict = validate_eark(make(tmp_path))
    assert (verdict.errors, verdict.warnings) == ([], [])
    assert {found.code for found in verdict.notes} >= {"CSIP61", "CSIP73"}


def within(element, old, new):
    """Change the first ``old`` after the first ``element``."""

    def change(text):
        at = text.index(element)
        assert old in text[at:]
        return text[:at] + text[at:].replace(old, new, 1)

    return change


def without(pattern):
    def change(text):
        assert re.search(pattern, text, re.DOTALL)
        return re.sub(pattern, "", text, count=1, flags=re.DOTALL)

    return change


def twice(ident):
    """A div of the structMap a second time, with another ID."""

    def change(text):
        div = re.search(rf'<div ID="{ident}".*?</div>', text).group()
        return text.replace(div, div + div.replace(ident, "again"))

    return change


CONTENT = '<div LABEL="Representations"><fptr FILEID="g3"/></div>'
MDREF = ("LOCTYPE", "xlink:type", "xlink:href", "MDTYPE", "MIMETYPE", "SIZE", "CREATED")
MDREF += ("CHECKSUM", "CHECKSUMTYPE")
REFERENCES = {
    f"CSIP{first + n} {attribute}": within(section, f" {attribute}=", " x=")
    for section, first in (("<mdRef", 22), ("<digiprovMD", 36), ("<rightsMD", 49))
    for n, attribute in enumerate(MDREF)
}
"""Each attribute of each kind of mdRef taken away."""

OTHER = "csip:OTHERCONTENTINFORMATIONTYPE"
BROKEN = {
    "CSIP1 none": without(' OBJID="pkg"'),
    "CSIP1 empty": within("<mets ", 'OBJID="pkg"', 'OBJID=""'),
    "CSIP2 none": without(' TYPE="Datasets"'),
    "CSIP2 unknown": within("<mets ", "Datasets", "Books"),
    "CSIP2 CSIP3 other": within("<mets ", "Datasets", "Other"),
    "CSIP3 without Other": within("<mets ", 'TYPE="', 'csip:OTHERTYPE="Manuscripts" TYPE="'),
    "CSIP3 of the vocabulary": within(
        "<mets ", 'TYPE="Datasets"', 'TYPE="Other" csip:OTHERTYPE="Textual works - Print"'
    ),
    "CSIP4": within("<mets ", "MIXED", "STRANGE"),
    "CSIP5": within("<mets ", "MIXED", "OTHER"),
    "CSIP5 without OTHER": within("<mets ", '"MIXED"', f'"MIXED" {OTHER}="Ours"'),
    "CSIP5 of the vocabulary": within("<mets ", '"MIXED"', f'"OTHER" {OTHER}="ERMS"'),
    "CSIP6": without(' PROFILE="[^"]*"'),
    "CSIP117": without("<metsHdr.*</metsHdr>"),
    "CSIP7 none": without(' CREATEDATE="[^"]*"'),
    "CSIP7 future": within("<metsHdr", "2026-01-02", "3026-01-02"),
    "CSIP8 future": within("LASTMODDATE", "2026", "3026"),
    "CSIP9 none": without(' csip:OAISPACKAGETYPE="AIP"'),
    "CSIP9 unknown": within("<metsHdr", "AIP", "ZIP"),
    "CSIP10 CSIP11": without("<agent.*?</agent>"),
    "CSIP11 editor": within("<agent", "CREATOR", "EDITOR"),
    "CSIP12": within("<agent", '"OTHER"', '"INDIVIDUAL"'),
    "CSIP13 none": without(' OTHERTYPE="SOFTWARE"'),
    "CSIP13 incorrect": within("<agent", "SOFTWARE", "HARDWARE"),
    "CSIP14 none": without("<name>.*?</name>"),
    "CSIP14 empty": within("<name", "Lantai", ""),
    "CSIP15 none": without("<note.*?</note>"),
    "CSIP15 empty": within("<note", ">1.0<", "><"),
    "CSIP15 two": within("<note", "</note>", "</note><note>x</note>"),
    "CSIP16": within("<note", "SOFTWARE VERSION", "IDENTIFICATIONCODE"),
    "CSIP17": without("<dmdSec.*</dmdSec>"),
    "CSIP31 CSIP32": without("<amdSec.*</amdSec>"),
    "CSIP32": without("<digiprovMD.*</digiprovMD>"),
    "CSIP18": without(' ID="dmd1"'),
    "CSIP18 twice": within("<rightsMD", 'ID="r1"', 'ID="dmd1"'),
    "CSIP19": without(' CREATED="[^"]*"'),
    "CSIP20": within("<dmdSec", "CURRENT", "OLD"),
    **REFERENCES,
    "CSIP26 too much": within("<dmdSec", "text/xml", "text/xml; and more"),
    "CSIP29 wrong": within("<dmdSec", ' CHECKSUM="', ' CHECKSUM="0'),
    "CSIP33": without(' ID="p1"'),
    "CSIP34": within("<digiprovMD", "CURRENT", "OLD"),
    "CSIP41 wrong": within("<digiprovMD", 'SIZE="', 'SIZE="1'),
    "CSIP46": without(' ID="r1"'),
    "CSIP47": within("<rightsMD", "CURRENT", "OLD"),
    "CSIP51 nowhere": within("<rightsMD", "metadata/descriptive/dc.xml", "metadata/none.xml"),
    "CSIP59": without(' ID="fs"'),
    "CSIP60": within("<fileSec", "Documentation", "Docs"),
    "CSIP113": within("<fileSec", "Schemas", "Xsds"),
    "CSIP114": within("<fileSec", "Representations", "Reps"),
    "CSIP61 dangling": within('<fileGrp ID="g1"', "USE=", 'ADMID="none" USE='),
    "CSIP61 of no metadata": within('<fileGrp ID="g1"', "USE=", 'ADMID="r1 fs" USE='),
    "CSIP62": within('USE="Representations', ' csip:CONTENTINFORMATIONTYPE="MIXED"', ""),
    "CSIP63": within('USE="Representations', "MIXED", "OTHER"),
    "CSIP63 of the vocabulary": within(
        'USE="Representations', '"MIXED"', f'"OTHER" {OTHER}="SIARD2"'
    ),
    "CSIP64": within("<fileGrp", ' USE="Documentation"', ""),
    "CSIP65": within("<fileGrp", ' ID="g1"', ""),
    "CSIP66": without('(?<=USE="Documentation">)<file .*?</file>'),
    "CSIP67": without(' ID="f1"'),
    "CSIP67 twice": within("<fileSec", 'ID="f2"', 'ID="f1"'),
    "CSIP68": within("<fileSec", "text/plain", "PNG"),
    "CSIP69": within("<fileSec", ' SIZE="5"', ""),
    "CSIP69 wrong": within("<fileSec", ' SIZE="5"', ' SIZE="6"'),
    "CSIP70": within("<fileSec", " CREATED=", " x="),
    "CSIP71": within("<fileSec", " CHECKSUM=", " x="),
    "CSIP71 wrong": within("<fileSec", ' CHECKSUM="', ' CHECKSUM="0'),
    "CSIP72": within("<fileSec", "SHA-256", "SHA-3"),
    "CSIP76": within("<fileSec", "<FLocat", "<stream"),
    "CSIP77": within("<FLocat", "URL", "OTHER"),
    "CSIP78": within("<FLocat", ' xlink:type="simple"', ""),
    "CSIP79 none": within("<FLocat", " xlink:href=", " x="),
    "CSIP79 nowhere": within("<FLocat", "documentation/", "doc/"),
    "CSIP79 outside": within("<FLocat", "documentation/", "../../"),
    "CSIP79 absolute": within("<FLocat", "documentation/", "file:///etc/passwd#"),
    "CSIP79 remote": within("<FLocat", "documentation/", "http://example.org/"),
    "CSIP80": without("<structMap.*</structMap>"),
    "CSIP80 two": within(
        "</structMap>",
        "</structMap>",
        '</structMap><structMap LABEL="CSIP" '
        'ID="s2" TYPE="PHYSICAL"><div ID="d9" LABEL="x"/></structMap>',
    ),
    "CSIP81": within("<structMap", "PHYSICAL", "LOGICAL"),
    "CSIP82": within("<structMap", ' LABEL="CSIP"', ""),
    "CSIP83": without(' ID="s1"'),
    "CSIP85": without(' ID="d0"'),
    "CSIP86 none": within('ID="d0"', ' LABEL="pkg"', ""),
    "CSIP86 another": within('ID="d0"', '"pkg"', '"package"'),
    "CSIP88 CSIP90": within("<structMap", '"Metadata"', '"Meta"'),
    "CSIP89": without(' ID="d1"'),
    "CSIP91": within("<structMap", ' ADMID="r1 p1"', ""),
    "CSIP91 one missing": within("<structMap", ' ADMID="r1 p1"', ' ADMID="p1"'),
    "CSIP91 one too many": within("<structMap", ' ADMID="r1 p1"', ' ADMID="r1 p1 g1"'),
    "CSIP92": within("<structMap", ' DMDID="dmd1"', ""),
    "CSIP92 one too many": within("<structMap", ' DMDID="dmd1"', ' DMDID="dmd1 r1"'),
    "CSIP93 two": twice("d2"),
    "CSIP97 two": twice("d3"),
    "CSIP101 two": within("</div></structMap>", "</div>", f"{CONTENT}{CONTENT}</div>"),
    "CSIP105 CSIP107 elsewhere": within(
        "<structMap", 'LABEL="Representations/rep1"', 'LABEL="Representations/rep7"'
    ),
    "CSIP93 CSIP95 CSIP96 CSIP116": without('<div ID="d2".*?</div>'),
    "CSIP94": without(' ID="d2"'),
    "CSIP116 elsewhere": within("<structMap", 'FILEID="g1"', 'FILEID="g2"'),
    "CSIP97 CSIP99 CSIP100 CSIP118": without('<div ID="d3".*?</div>'),
    "CSIP98": without(' ID="d3"'),
    "CSIP101 CSIP103 CSIP104 CSIP119 CSIP105 CSIP107": without('<div ID="d4".*?</div>'),
    "CSIP106": without(' ID="d4"'),
    "CSIP107 label": within("<structMap", "Representations/rep1", "rep1"),
    "CSIP108": within("<structMap", 'xlink:title="g3"', 'xlink:title="g9"'),
    "CSIP108 of documentation": within("<mptr", 'title="g3"', 'title="g1"'),
    "CSIP110 none": within("<mptr", " xlink:href=", " x="),
    "CSIP110 CSIP105 nowhere": within("<mptr", "rep1/METS", "rep2/METS"),
    "CSIP111": within("<mptr", ' xlink:type="simple"', ""),
    "CSIP112": within("<mptr", "URL", "URN"),
    "METS-XSD": within("<metsHdr", "<agent", "<unknown/><agent"),
    "METS-XML": without("</mets>"),
    "METS-ROOT": within("<mets ", 'xmlns="http://www.loc.gov/METS/"', ""),
    "METS-FPTR": within("<structMap", 'FILEID="g1"', 'FILEID="g9"'),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_a_requirement_is_named(tmp_path, name):
    verdict = validate_eark(make(tmp_path, BROKEN[name]))
    found = {finding.code for finding in verdict.errors + verdict.warnings}
    assert set(re.findall(r"[A-Z]+-?[A-Z]*\d*", name.split(" ")[0])) <= found
    assert {code for code in name.split() if re.fullmatch(r"CSIP\d+", code)} <= found


def sip(text):
    agents = (
        '<agent ROLE="ARCHIVIST" TYPE="ORGANIZATION"><name>某局</name></agent>'
        '<agent ROLE="CREATOR" TYPE="ORGANIZATION"><name>某局</name>'
        '<note csip:NOTETYPE="IDENTIFICATIONCODE">1</note></agent>'
        '<agent ROLE="PRESERVATION" TYPE="ORGANIZATION"><name>某馆</name></agent>'
        '<altRecordID TYPE="SUBMISSIONAGREEMENT">1</altRecordID>'
    )
    return (
        text.replace("earkcsip.dilcis.eu/profile/E-ARK-CSIP", "earksip.dilcis.eu/profile/E-ARK-SIP")
        .replace('OAISPACKAGETYPE="AIP"', 'OAISPACKAGETYPE="SIP"')
        .replace("</metsHdr>", f"{agents}</metsHdr>")
    )


PERSON = '<agent ROLE="{}" TYPE="{}" {}><name>某人</name></agent>'


def agent(text, *told):
    return text.replace("<altRecordID", f"{PERSON.format(*told)}<altRecordID", 1)


SIP = {
    "SIP2": lambda text: text.replace("E-ARK-SIP.xml", "else.xml"),
    "SIP3": within("<metsHdr", "<metsHdr", '<metsHdr RECORDSTATUS="STRANGE"'),
    "SIP4": within("<metsHdr", '"SIP"', '"DIP"'),
    "SIP5": within("</metsHdr>", "</metsHdr>", "</metsHdr>"),
    "SIP10": within('"ARCHIVIST"', 'ROLE="PRESERVATION" ', ""),
    "SIP11": within('"ARCHIVIST"', "ORGANIZATION", "OTHER"),
    "SIP15": without('<agent ROLE="CREATOR" TYPE="ORGANIZATION">.*?</agent>'),
    "SIP20": within('"ORGANIZATION"', "IDENTIFICATIONCODE", "SOFTWARE VERSION"),
    "SIP22": lambda text: agent(text, "OTHER", "INDIVIDUAL", 'OTHERROLE="CONTACT"'),
    "SIP23": lambda text: agent(text, "CREATOR", "OTHER", 'OTHERTYPE="CONTACT PERSON"'),
    "SIP27": lambda text: agent(text, "OTHER", "ORGANIZATION", 'OTHERROLE="PRESERVATION"'),
    "SIP28": within('"PRESERVATION"', "ORGANIZATION", "INDIVIDUAL"),
}
SIP["SIP5"] = within(
    "<altRecordID",
    "</metsHdr>",
    '<altRecordID TYPE="SUBMISSIONAGREEMENT">2</altRecordID></metsHdr>',
)


def test_a_sound_sip_breaks_no_rule(tmp_path):
    assert validate_eark(make(tmp_path, sip)).errors == []


@pytest.mark.parametrize("code", SIP)
def test_what_breaks_a_requirement_of_the_sip_is_named(tmp_path, code):
    verdict = validate_eark(make(tmp_path, lambda text: SIP[code](sip(text))))
    assert code in {finding.code for finding in verdict.errors}


def test_a_contact_person_may_have_contact_information(tmp_path):
    top = make(tmp_path, lambda text: agent(sip(text), "CREATOR", "INDIVIDUAL", ""))
    verdict = validate_eark(top)
    assert verdict.errors == []
    assert "SIP25" in {finding.code for finding in verdict.notes}


FAULTS_BY_LEVEL = {
    "CSIP17": "<dmdSec.*</dmdSec>",
    "CSIP31": "<amdSec.*</amdSec>",
    "CSIP32": "<digiprovMD.*</digiprovMD>",
}


@pytest.mark.parametrize("code", FAULTS_BY_LEVEL)
def test_metadata_that_is_here_must_be_told_of_and_none_at_all_is_advice(tmp_path, code):
    def change(text):
        text = re.sub(FAULTS_BY_LEVEL[code], "", text, flags=re.DOTALL)
        return text.replace(' ADMID="r1 p1" DMDID="dmd1"', "")

    top = make(tmp_path, change)
    assert code in {finding.code for finding in validate_eark(top).errors}
    for path in (top / "metadata").rglob("*.xml"):
        path.unlink()
    verdict = validate_eark(top)
    assert code not in {finding.code for finding in verdict.errors}
    assert code in {finding.code for finding in verdict.warnings}


def test_a_dip_says_so(tmp_path):
    def dip(text):
        return text.replace("earkcsip.dilcis.eu/profile/E-ARK-CSIP", "earkdip.dilcis.eu/x")

    codes = {finding.code for finding in validate_eark(make(tmp_path, dip)).errors}
    assert {"DIP2", "DIP3"} <= codes


FOLDERS = {
    "CSIPSTR4": "METS.xml",
    "CSIPSTR12": "representations/rep1/METS.xml",
    "CSIPSTR11": "representations/rep1/data",
    "CSIPSTR13": "representations/rep1/metadata",
    "CSIPSTR15": "schemas",
    "CSIPSTR16": "documentation",
    "CSIPSTR9": "representations",
    "CSIPSTR5": "metadata",
}


@pytest.mark.parametrize("code", FOLDERS)
def test_a_folder_the_structure_asks_for_is_missed(tmp_path, code):
    top = make(tmp_path)
    (top / FOLDERS[code]).rename(tmp_path / "away")
    verdict = validate_eark(top)
    assert code in {finding.code for finding in verdict.errors + verdict.warnings}


def test_a_package_in_a_zip_is_judged_and_its_root_counted(tmp_path):
    top = make(tmp_path)
    for name, base in (("sound.zip", top.parent), ("loose.zip", top)):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for path in sorted(top.rglob("*")):
                archive.write(path, path.relative_to(base))
    assert validate_eark_archive(tmp_path / "sound.zip").errors == []
    loose = validate_eark_archive(tmp_path / "loose.zip")
    assert {finding.code for finding in loose.errors} == {"CSIPSTR1"}


def test_entities_are_not_followed(tmp_path):
    hostile = '<!DOCTYPE mets [<!ENTITY x SYSTEM "file:///etc/passwd">]><mets '
    top = make(tmp_path, lambda text: text.replace("<mets ", hostile).replace(">Lantai<", ">&x;<"))
    verdict = validate_eark(top)
    assert [finding.code for finding in verdict.errors] == ["METS-XML"]
    assert "root:" not in str(verdict)


def test_every_rule_of_the_profiles_has_its_words():
    words = eark_rules.words()
    assert {f"CSIP{n}" for n in range(1, 120)} - set(words) == {"CSIP87", "CSIP105", "CSIP115"}
    assert {f"SIP{n}" for n in range(1, 36)} | {f"DIP{n}" for n in range(1, 5)} <= set(words)
