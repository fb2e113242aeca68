"""E-ARK information packages E-ARK 信息包: the structure asked for by CSIP 2.1.

What is judged: METS in the root and in each representation, its header, every file reference
with size and digest, the structural map. What is not judged is said in `NOT_CHECKED`.
"""

from __future__ import annotations

import posixpath
import stat
import tomllib
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from lantai.core.fixity import digest_file
from lantai.core.packages.verdict import Verdict

NOT_CHECKED = (
    "METS 与 PREMIS 的 XML Schema METS and PREMIS against their schemas",
    "受控词表取值（内容类别、OAIS 包类型等） values of the controlled vocabularies",
    "SIP、AIP、DIP 与内容类型规范的附加要求 what SIP, AIP, DIP and CITS add to CSIP",
    "压缩在 zip、tar 内的包 packages still in zip or tar",
)

_METS = "{http://www.loc.gov/METS/}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_CSIP = "{https://DILCIS.eu/XML/METS/CSIPExtensionMETS}"
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


def validate_eark(path: Path) -> Verdict:
    """Judge an unpacked E-ARK package; never raises for what the package holds."""
    words = tomllib.loads(Path(__file__).with_name("eark_codes.toml").read_text("utf-8"))
    verdict = Verdict(words)
    judge = _Package(path, verdict)
    if not (path / "METS.xml").is_file():
        verdict.add("CSIPSTR4")
        return verdict
    judge.mets("METS.xml")
    for folder, code in (("metadata", "CSIPSTR9"), ("representations", "CSIPSTR12")):
        if not (path / folder).is_dir():
            verdict.add(code)
    for inner in sorted(path.glob("representations/*/METS.xml")):
        judge.mets(inner.relative_to(path).as_posix())
    judge.unreferenced()
    return verdict


class _Package:
    def __init__(self, path: Path, verdict: Verdict) -> None:
        self.path, self.verdict = path, verdict
        self.referenced: set[str] = set()

    def mets(self, where: str) -> None:
        """Judge one METS file and all it refers to."""
        self.referenced.add(where)
        root = self.parsed(where)
        if root is None:
            return
        for attribute, code in (("OBJID", "CSIP1"), ("TYPE", "CSIP2"), ("PROFILE", "CSIP6")):
            if not (root.get(attribute) or "").strip():
                self.verdict.add(code, where)
        self.header(root, where)
        self.identifiers(root, where)
        self.files(root, where)
        self.structure(root, where)

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
        if root.tag != f"{_METS}mets":
            self.verdict.add("METS-ROOT", where, root.tag)
            return None
        return root

    def header(self, root: etree._Element, where: str) -> None:
        header = root.find(f"{_METS}metsHdr")
        if header is None:
            self.verdict.add("CSIP117", where)
            return
        if not header.get("CREATEDATE"):
            self.verdict.add("CSIP7", where)
        if not header.get(f"{_CSIP}OAISPACKAGETYPE"):
            self.verdict.add("CSIP9", where)
        if header.find(f"{_METS}agent") is None:
            self.verdict.add("CSIP10", where)

    def identifiers(self, root: etree._Element, where: str) -> None:
        seen: set[str] = set()
        for element in root.iter(etree.Element):
            name = element.get("ID")
            if name is not None and name in seen:
                self.verdict.add("METS-ID", where, name)
            seen.add(name or "")

    def files(self, root: etree._Element, where: str) -> None:
        if root.find(f"{_METS}fileSec") is None:
            self.verdict.add("CSIP58", where)
        for file in root.iter(f"{_METS}file"):
            for attribute, code in (("ID", "CSIP65"), ("MIMETYPE", "CSIP68")):
                if not file.get(attribute):
                    self.verdict.add(code, where, file.get("ID") or "")
            for place in file.findall(f"{_METS}FLocat"):
                self.reference(file, place, where)
        for kind in ("mdRef", "mptr"):
            for element in root.iter(f"{_METS}{kind}"):
                # A pointer to another METS may leave size and digest out.
                self.reference(element, element, where, required=kind == "mdRef")

    def reference(
        self, told: etree._Element, place: etree._Element, where: str, *, required: bool = True
    ) -> None:
        """One reference: it stays inside, is there, and has the size and digest told."""
        href = place.get(_HREF)
        target = self.inside(href, where) if href else None
        if target is None:
            self.verdict.add("CSIP79", where, href or "")
            return
        path = self.path / target
        if not path.is_file() or path.is_symlink():
            self.verdict.add("CSIP76", target, where)
            return
        self.referenced.add(target)
        if told.get("SIZE") != str(path.stat().st_size) and (required or told.get("SIZE")):
            self.verdict.add("CSIP69", target, told.get("SIZE") or "")
        self.digest(told, path, target, required=required)

    def digest(self, told: etree._Element, path: Path, target: str, *, required: bool) -> None:
        checksum, kind = told.get("CHECKSUM"), told.get("CHECKSUMTYPE")
        if not checksum:
            if required:
                self.verdict.add("CSIP71", target)
            return
        algorithm = _ALGORITHMS.get(kind or "")
        if algorithm is None:
            self.verdict.add("CSIP72", target, kind or "")
        elif digest_file(path, (algorithm,)).values[algorithm] != checksum.lower():
            self.verdict.add("CSIP71", target, kind or "")

    def inside(self, href: str, where: str) -> str | None:
        """The path below the package that a reference means, or None when it leaves it."""
        plain = unquote(href.removeprefix("file:///").removeprefix("file:"))
        if "://" in plain or plain.startswith(("/", "\\")) or "\0" in plain:
            return None
        path = posixpath.normpath(posixpath.join(posixpath.dirname(where), plain))
        return None if path.startswith("..") else path

    def structure(self, root: etree._Element, where: str) -> None:
        maps = root.findall(f"{_METS}structMap")
        if not maps:
            self.verdict.add("CSIP80", where)
        elif not any(element.get("LABEL") == "CSIP" for element in maps):
            self.verdict.add("CSIP82", where)
        known = {element.get("ID") for element in root.iter(etree.Element)}
        for pointer in root.iter(f"{_METS}fptr"):
            if pointer.get("FILEID") not in known:
                self.verdict.add("METS-FPTR", where, pointer.get("FILEID") or "")

    def unreferenced(self) -> None:
        for path in sorted(self.path.rglob("*")):
            name = path.relative_to(self.path).as_posix()
            mode = path.lstat().st_mode
            if stat.S_ISREG(mode) and name not in self.referenced:
                self.verdict.add("CSIP-UNREFERENCED", name)
            elif not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
                self.verdict.add("CSIP-LINK", name)
