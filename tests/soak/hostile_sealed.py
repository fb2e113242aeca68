"""Hostile seals, signatures, certificates, inventories, backups, layers of EEP: targets for the attack."""

from __future__ import annotations

import io
import json
import random
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from lantai.core.checks.finding import Stage
from lantai.core.checks.runner import check_path
from lantai.core.formats import ParseFailed
from lantai.core.formats.access_copy import NotAvailable, page_count, render_page
from lantai.core.formats.pdf_signatures import check_pdf_signatures
from lantai.core.ocfl.fixity_extension import blocks_in
from lantai.core.ocfl.inventory import InventoryNotUnderstood, read_inventory, sidecar_matches
from lantai.core.ofd.seal import (
    SealUnreadable,
    certificate_summary,
    read_seal,
    read_signed_value,
)
from lantai.core.packages.eep import check_eep_signatures, validate_eep
from lantai.core.packages.opening import open_package
from lantai.core.packages.package import PackageUnreadable
from lantai.core.tables.table import TableUnreadable, open_table
from lantai.engines.sign.pades import (
    check_pdf,
    load_or_create_identity,
    read_certificates,
    sign_pdf,
)
from lantai.engines.storage.folder import FolderStorage
from lantai.preservation.recovery.manifest import (
    BACKUPS,
    DOCUMENT,
    FORM,
    MANIFEST,
    BackupRefused,
    ManifestWriter,
    manifest_lines,
    read_document,
    signature_holds,
)
from tests.conformance.dat70.maker import pdf
from tests.conformance.test_eep_modified import modify
from tests.core.packages.test_eep import write as write_eep
from tests.shared_data import shared_data

Made = tuple[str, Callable[[Path], None], str, Callable[[Path], object]]
"""A name, how the input is laid out, which of its files is spoilt, the call."""


def spoil_member(spoil: Callable[[bytes, random.Random], bytes]) -> Callable:
    """Spoil what is within a zip (OFD, OOXML, ODF, WACZ): one member, packed again."""

    def spoilt(data: bytes, chance: random.Random) -> bytes:
        if chance.random() < 0.1:
            return spoil(data, chance)
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
            members = [info for info in old.infolist() if not info.is_dir()]
            victim = chance.choice(members)
            for info in members:
                content = old.read(info)
                new.writestr(info, spoil(content, chance) if info is victim else content)
        return out.getvalue()

    return spoilt


def only(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


# -- seals and signatures ------------------------------------------------------------------------


def call_seal(folder: Path) -> None:
    data = only(folder).read_bytes()
    for read in (read_seal, read_signed_value):
        try:
            found = read(data)
        except SealUnreadable:
            continue
        certificate_summary(getattr(found, "maker_certificate", data))
    certificate_summary(data)


def call_signed_pdf(folder: Path) -> None:
    path = only(folder)
    check_pdf(path.read_bytes(), [signed_certificates()])
    for found in check_pdf_signatures(path):
        found.to_json()


def call_certificates(folder: Path) -> None:
    try:
        read_certificates(only(folder).read_bytes())
    except ValueError:
        pass


@cache
def identity() -> object:
    return load_or_create_identity(Path(tempfile.mkdtemp(prefix="fuzz-keys-")), "档案馆")


@cache
def signed_pdf() -> bytes:
    return sign_pdf(pdf(), identity(), reason="检测", place="馆")


@cache
def signed_certificates() -> bytes:
    """The certificate of the signer, from the signature itself."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    reader = PdfFileReader(io.BytesIO(signed_pdf()))
    return bytes(reader.embedded_regular_signatures[0].signer_cert.dump())


# -- packages ------------------------------------------------------------------------------------


def make_modified(folder: Path) -> None:
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as place:
        modify(folder / "b.xml", write_eep(Path(place) / "a.xml"))


def call_eep(folder: Path) -> None:
    path = only(folder)
    validate_eep(path)
    check_eep_signatures(path)
    try:
        with open_package(path, "eep") as package:
            for item in package.items():
                for file in item.files:
                    assert package.place(file.path).resolve().is_relative_to(package.folder)
    except PackageUnreadable:
        pass


def call_opened(profile: str, below: str = "") -> Callable[[Path], None]:
    """Open as a package of this profile and judge it: no check may break."""

    def call(folder: Path) -> None:
        report = check_path(folder / below, Stage.TRANSFER, profile)
        broke = {"check-broke", "run-broke"} & {one.fault for one in report.findings}
        assert not broke, [one for one in report.findings if one.fault in broke]

    return call


def call_packages_table(folder: Path) -> None:
    try:
        list(open_table(only(folder)).rows())
    except TableUnreadable:
        pass


# -- what is kept --------------------------------------------------------------------------------


def call_inventory(folder: Path) -> None:
    data = only(folder).read_bytes()
    blocks_in(data)
    sidecar_matches(data, data)
    try:
        found = read_inventory(data)
    except InventoryNotUnderstood:
        return
    for version in found.versions.values():
        version.paths()
    found.to_bytes()


def make_backup(folder: Path) -> None:
    own = folder / BACKUPS / "20240101"
    own.mkdir(parents=True)
    (own / "database.sqlite3").write_bytes(b"rows" * 50)
    writer = ManifestWriter(own / MANIFEST)
    writer.add_file(own, own / "database.sqlite3")
    writer.add_object("000/one", "urn:x", "v1", "ab" * 64)
    document = {"form": FORM, "name": "20240101", "manifest": writer.close(), "signature": {}}
    (own / DOCUMENT).write_bytes(json.dumps(document).encode())


def call_backup(folder: Path) -> None:
    storage = FolderStorage(folder)
    try:
        document = read_document(storage, "20240101")
    except BackupRefused:
        return
    signature_holds(storage, "20240101", document)
    list(manifest_lines(storage, "20240101"))


# -- pages drawn for readers ---------------------------------------------------------------------


def call_drawn(folder: Path) -> None:
    path = only(folder)
    try:
        page_count(path)
        render_page(path, 1, 400)
    except NotAvailable:
        pass
    except ParseFailed as failure:
        assert failure.code not in ("crashed", "timeout", "memory"), failure


SVG = (
    '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9">'
    '<script>alert(1)</script><image href="http://x/"/><text>兰台</text></svg>'
)
HTML = "<html><body onload=x()><p>通知<script>1</script><iframe src=//x></body></html>"
SMALL = (
    ("dwg", "a.dwg", b"AC1032" + bytes(120)),
    ("ceb", "a.ceb", b"\0\0Founder CEB" + bytes(40)),
    ("svg", "a.svg", SVG.encode()),
    ("csv", "a.csv", "题名,日期\n通知,1958-03-02\n".encode("gb18030")),
    ("html-small", "a.html", HTML.encode()),
    ("ofd-seal", "a.esl", b"\x30\x82\x01\x00\x30\x03\x16\x02ES" + bytes(60)),
)
SEALS = {"v1": "ofd/gm-UserV1.esl", "v4": "ofd/gm-UserV4.esl"}
SIGNED_OFD = "ofd/reader-SESV4SignDoc.ofd"


def one_file(name: str, data: bytes) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        folder.mkdir(parents=True)
        (folder / name).write_bytes(data)

    return make


def late(name: str, data: Callable[[], bytes]) -> Callable[[Path], None]:
    """As `one_file`, of bytes that are made when first asked for."""

    def make(folder: Path) -> None:
        one_file(name, data())(folder)

    return make


def signed_values(path: Path) -> Iterator[bytes]:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.lower().endswith("signedvalue.dat"):
                yield archive.read(name)


def made() -> Iterator[Made]:
    """Every target of this file; seals where the shared data are at hand."""
    for name, place in SEALS.items():
        path = shared_data(place)
        if path is not None:
            yield f"seal:{name}", one_file("a.esl", path.read_bytes()), "*", call_seal
    path = shared_data(SIGNED_OFD)
    for number, data in enumerate(signed_values(path) if path else ()):
        yield f"signed-value:{number}", one_file("a.dat", data), "*", call_seal
    yield "signed-pdf", late("a.pdf", signed_pdf), "*", call_signed_pdf
    yield (
        "certificate", late("a.der", signed_certificates), "*",
        call_certificates,
    )  # fmt: skip
    yield "eep-modified", make_modified, "*.xml", call_eep
    yield "eep-table", write_table, "*.eep", call_packages_table
    yield "backup", make_backup, "**/*.json*", call_backup
    yield "page:pdf", late("a.pdf", pdf), "*", call_drawn


def write_table(folder: Path) -> None:
    folder.mkdir(parents=True)
    write_eep(folder / "a.eep")
