"""E-ARK information packages E-ARK 信息包, judged by CSIP 2.1.0 with its SIP and DIP.

Every METS file is held against the schema of METS 1.12 and the rules of ``eark_rules.toml``;
here stand the folders (CSIPSTR…) and what the METS files refer to: size, digest, presence.
"""

from __future__ import annotations

import posixpath
import stat
import tomllib
from collections.abc import Iterator
from os.path import exists, isfile, islink  # no error for names that no disk can hold
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from lantai.core.fixity import digest_file
from lantai.core.packages import eark_rules
from lantai.core.packages.eark_rules import Surroundings, judge_mets, schema_faults
from lantai.core.verdict import Verdict

NOT_CHECKED = (
    "PREMIS、EAD 等所引用元数据的模式 the schemas of the metadata referred to (PREMIS, EAD, …)",
    "内容类型规范（CITS）的附加要求 what content information type specifications add",
    "MIME 类型是否已在 IANA 登记 whether a MIME type is registered with IANA",
)

_METS = "{http://www.loc.gov/METS/}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_ALGORITHMS = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
    "SM3": "sm3",
}
_MOST_METS = 1 << 28
"""Bytes of one METS file (256 MiB): a larger one is refused, not read."""
_REFERENCES = {
    "m:dmdSec/m:mdRef": ("CSIP24", "CSIP27", "CSIP29"),
    "m:amdSec/m:digiprovMD/m:mdRef": ("CSIP38", "CSIP41", "CSIP43"),
    "m:amdSec/m:rightsMD/m:mdRef": ("CSIP51", "CSIP54", "CSIP56"),
    "m:fileSec//m:file/m:FLocat": ("CSIP79", "CSIP69", "CSIP71"),
    "m:structMap//m:mptr": ("CSIP110", "CSIP69", "CSIP71"),
}
"""Where a METS refers to a file → the requirements of its place, its size and its digest."""
_ID_REFERENCES = {
    "ADMID": (
        "/m:mets/m:amdSec/@ID | /m:mets/m:amdSec/*/@ID",
        {"fileGrp": "CSIP61", "file": "CSIP74", "div": "CSIP91"},
    ),
    "DMDID": ("/m:mets/m:dmdSec/@ID", {"file": "CSIP75", "div": "CSIP92"}),
}
"""An attribute that refers to metadata → the IDs it may name, the requirements it breaks."""
_REPRESENTATIONS = "Representations/"


def validate_eark(path: Path) -> Verdict:
    """Judge an unpacked E-ARK package; never raises for what the package holds."""
    own = tomllib.loads(Path(__file__).with_name("eark_codes.toml").read_text("utf-8"))
    verdict = Verdict({**eark_rules.words(), **own})
    if not (path / "METS.xml").is_file():
        verdict.add("CSIPSTR4")
        return verdict
    judge = _Package(path, verdict)
    judge.mets("METS.xml")
    for inner in sorted(path.glob("representations/*/METS.xml")):
        judge.mets(inner.relative_to(path).as_posix())
    judge.folders()
    judge.representations()
    judge.unreferenced()
    return verdict


class _Package:
    def __init__(self, path: Path, verdict: Verdict) -> None:
        self.path, self.verdict = path, verdict
        self.referenced: set[str] = set()
        self.pointed: set[str] = set()
        """The METS files of representations the package's METS points to."""

    def mets(self, where: str) -> None:
        """Judge one METS file and all it refers to."""
        self.referenced.add(where)
        root = self.parsed(where)
        if root is None:
            return
        for fault in schema_faults(root):
            self.verdict.add("METS-XSD", where, fault)
        judge_mets(root, where, self.surroundings(where, root), self.verdict)
        self.files(root, where)
        self.pointers(root, where)
        if where == "METS.xml":
            self.labels(root)

    def surroundings(self, where: str, root: etree._Element) -> Surroundings:
        folder = (self.path / where).parent
        told = (root.get("PROFILE") or "").lower() + " ".join(root.nsmap.values()).lower()
        claims = {
            "SIP": "earksip" in told or "/sipextensionmets" in told,
            "DIP": "earkdip" in told,
        }
        return Surroundings(
            folder=folder.name,
            level="package" if where == "METS.xml" else "representation",
            profiles=frozenset(name for name, claimed in claims.items() if claimed),
            has_descriptive=_any_file(folder / "metadata" / "descriptive"),
            has_preservation=_any_file(folder / "metadata" / "preservation"),
        )

    def parsed(self, where: str) -> etree._Element | None:
        path = self.path / where
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
        )
        try:
            if path.stat().st_size > _MOST_METS:
                self.verdict.add("METS-XML", where, "too large")
                return None
            root = etree.parse(str(path), parser).getroot()
        except (etree.XMLSyntaxError, OSError) as cause:
            self.verdict.add("METS-XML", where, cause)
            return None
        if root.getroottree().docinfo.internalDTD is not None:
            self.verdict.add("METS-XML", where, "DTD")
            return None
        if root.tag != f"{_METS}mets":
            self.verdict.add("METS-ROOT", where, root.tag)
            return None
        return root

    def files(self, root: etree._Element, where: str) -> None:
        for place, codes in _REFERENCES.items():
            for element in root.iterfind(place, eark_rules.NAMESPACES):
                told = element.getparent() if element.tag == f"{_METS}FLocat" else element
                self.reference(told, element, where, codes)

    def reference(
        self,
        told: etree._Element,
        place: etree._Element,
        where: str,
        codes: tuple[str, str, str],
    ) -> None:
        """One reference: it stays inside, is there, and has the size and digest told."""
        href = place.get(_HREF)
        if not href:
            return
        target = self.inside(href, where)
        path = self.path / target if target else None
        if target is None or path is None or not isfile(path) or islink(path):  # noqa: PTH113, PTH114
            self.verdict.add(codes[0], where, href)
            return
        self.referenced.add(target)
        size = told.get("SIZE") or ""
        if size.isascii() and size.isdigit() and int(size[:18]) != path.stat().st_size:
            self.verdict.add(codes[1], target, size)
        checksum = told.get("CHECKSUM") or ""
        algorithm = _ALGORITHMS.get(told.get("CHECKSUMTYPE") or "")
        if algorithm and checksum:
            found = digest_file(path, (algorithm,)).values[algorithm]
            if found != checksum.strip().lower():
                self.verdict.add(codes[2], target, told.get("CHECKSUMTYPE") or "")
        if place.tag == f"{_METS}mptr":
            self.pointed.add(target)

    def inside(self, href: str, where: str) -> str | None:
        """The path below the package that a reference means, or None when it leaves it."""
        plain = unquote(
            href.removeprefix("file:///").removeprefix("file://./").removeprefix("file:")
        )
        if "://" in plain or plain.startswith(("/", "\\")) or "\0" in plain:
            return None
        path = posixpath.normpath(posixpath.join(posixpath.dirname(where), plain))
        return None if path == ".." or path.startswith("../") else path

    def pointers(self, root: etree._Element, where: str) -> None:
        files = set(root.xpath("//@ID"))
        for pointer in root.iter(f"{_METS}fptr"):
            if pointer.get("FILEID") not in files:
                self.verdict.add("METS-FPTR", where, pointer.get("FILEID") or "")
        for attribute, (sections, codes) in _ID_REFERENCES.items():
            known = set(root.xpath(sections, namespaces=eark_rules.NAMESPACES))
            for element in root.xpath(f"//*[@{attribute}]"):
                code = codes.get(etree.QName(element).localname, "METS-IDREF")
                for name in sorted(set(element.get(attribute).split()) - known):
                    zh, en = (self.verdict.words["METS-IDREF"][key] for key in ("zh", "en"))
                    self.verdict.enter("error", code, where, zh, en, seen=f"{attribute} {name}")

    def folders(self) -> None:
        """The folders CSIP 2.1 §4 asks for."""
        for name, code in (
            ("metadata", "CSIPSTR5"),
            ("metadata/preservation", "CSIPSTR6"),
            ("metadata/descriptive", "CSIPSTR7"),
            ("representations", "CSIPSTR9"),
        ):
            parent = (self.path / name).parent
            if parent.is_dir() and not (self.path / name).is_dir():
                self.verdict.add(code, name)
        found = list(self.each_representation())
        if (self.path / "representations").is_dir() and not found:
            self.verdict.add("CSIPSTR10", "representations")
        for folder in found:
            where = folder.relative_to(self.path).as_posix()
            for name, code in (
                ("data", "CSIPSTR11"),
                ("METS.xml", "CSIPSTR12"),
                ("metadata", "CSIPSTR13"),
            ):
                if not (folder / name).exists():
                    self.verdict.add(code, where)
        for name, code in (("schemas", "CSIPSTR15"), ("documentation", "CSIPSTR16")):
            if not any((folder / name).is_dir() for folder in (self.path, *found)):
                self.verdict.add(code)

    def each_representation(self) -> Iterator[Path]:
        top = self.path / "representations"
        for entry in sorted(top.iterdir()) if top.is_dir() else ():
            if entry.is_dir() and not entry.is_symlink():
                yield entry

    def labels(self, root: etree._Element) -> None:
        """Each div labelled with a representation names one that is here (CSIP105, 107)."""
        divs = "m:structMap[@LABEL = 'CSIP']/m:div/m:div"
        for div in root.iterfind(divs, eark_rules.NAMESPACES):
            label = div.get("LABEL") or ""
            if not label.startswith(_REPRESENTATIONS):
                continue
            name = label.removeprefix(_REPRESENTATIONS).removesuffix("/METS.xml").strip("/")
            inner = self.inside(f"representations/{name}/METS.xml", "METS.xml")
            folder = posixpath.dirname(inner or "")
            asked = inner if div.find(f"{_METS}mptr") is not None else folder
            if not inner or not exists(self.path / str(asked)):  # noqa: PTH110
                for code in ("CSIP105", "CSIP107"):
                    words = self.verdict.words["CSIP-LABEL"]
                    self.verdict.enter(
                        "error", code, "METS.xml", words["zh"], words["en"], seen=label
                    )

    def representations(self) -> None:
        """Each representation with a METS of its own is pointed to (CSIP105, 107)."""
        for folder in self.each_representation():
            where = (folder / "METS.xml").relative_to(self.path).as_posix()
            if (folder / "METS.xml").is_file() and where not in self.pointed:
                self.verdict.add("CSIP105", where)
                words = self.verdict.words["CSIP105"]
                self.verdict.enter("warning", "CSIP107", where, words["zh"], words["en"])

    def unreferenced(self) -> None:
        for path in sorted(self.path.rglob("*")):
            name = path.relative_to(self.path).as_posix()
            mode = path.lstat().st_mode
            if stat.S_ISREG(mode) and name not in self.referenced:
                self.verdict.add("CSIP-UNREFERENCED", name)
            elif not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
                self.verdict.add("CSIP-LINK", name)


def _any_file(folder: Path) -> bool:
    return folder.is_dir() and any(entry.is_file() for entry in folder.rglob("*"))
