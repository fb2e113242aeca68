"""Hostile input for every parser: sound seeds, ways to spoil them, and what may come of it."""

from __future__ import annotations

import io
import json
import random
import shutil
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import py7zr

from lantai.core.checks.finding import Stage
from lantai.core.checks.runner import check_path
from lantai.core.dates import DateNotUnderstood, parse_date
from lantai.core.formats import ParseFailed, characterise, identify, read_text, verify_file
from lantai.core.formats.ofd_jobs import ofd_info, ofd_page_png
from lantai.core.formats.sandbox import run_isolated
from lantai.core.formats.web_records import Walk, walk
from lantai.core.invoices import NoInvoice, read_forms
from lantai.core.ocfl.validator import validate
from lantai.core.packages.bag import validate_bag
from lantai.core.packages.eark import validate_eark
from lantai.core.packages.eep import validate_eep
from lantai.core.packages.opening import open_package
from lantai.core.packages.package import PackageUnreadable
from lantai.core.packages.unpack import PackageRefused, UnpackLimits, unpack
from tests.conformance import bagit_fixtures, eark_fixtures, ocfl_fixtures
from tests.core.formats.test_web_records import records
from tests.core.packages import test_transfer
from tests.core.packages.test_eep import write as write_eep
from tests.shared_data import shared_data
from tests.soak import hostile_sealed, hostile_words

INTERESTING = (b"\0", b"\xff" * 4, b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"..", b"/", b"\\", b"%00")
WORDS = (
    *("null", "[]", "{}", '""', "-1", "1e999", "9" * 400, '"../../../../etc/passwd"', "true"),
    *('"\\ud800"', '"' + "a" * 5000 + '"', "[" * 3000, '"\\u0000"', "0.1"),
)
MOST_SECONDS = 60.0
"""No single input may take a parser longer."""


def spoil(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one to six faults."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        if not found:
            return bytes(chance.randbytes(chance.randint(0, 64)))
        at = chance.randrange(len(found))
        kind = chance.randrange(8)
        if kind == 0:
            found[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del found[at:]
        elif kind == 2:
            del found[at : at + chance.randint(1, 64)]
        elif kind == 3:
            found[at:at] = chance.choice(INTERESTING)
        elif kind == 4:
            end = at + chance.randint(1, 512)
            found[at:at] = found[at:end]
        elif kind == 5:
            found[at : at + 4] = chance.randbytes(4)
        elif kind == 6:
            found[at:at] = chance.choice(WORDS).encode("utf-8", "replace")
        else:
            found[at : at + 64] = found[-64:]
    return bytes(found[: 4 << 20])


def spoil_json(data: bytes, chance: random.Random) -> bytes:
    """JSON with one value exchanged for something else, still JSON; or spoilt as bytes."""
    if chance.random() < 0.3:
        return spoil(data, chance)
    document = json.loads(data)
    places = list(_places(document))
    holder, key = chance.choice(places)
    if chance.random() < 0.2:
        if isinstance(holder, dict):
            del holder[key]
        return json.dumps(document).encode()
    mark = "@@here@@"
    holder[key] = mark
    text = json.dumps(document).replace(f'"{mark}"', chance.choice(WORDS))
    return text.encode("utf-8", "replace")


def _places(value: object) -> Iterator[tuple]:
    pairs = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in list(pairs):
        yield value, key
        yield from _places(inner)


@dataclass(frozen=True)
class Target:
    """A parser: how a sound input is laid out, which of its files is spoilt, how it is called."""

    make: Callable[[Path], None]
    files: str
    call: Callable[[Path], object]
    spoil: Callable[[bytes, random.Random], bytes] = spoil


def one_file(name: str, data: bytes) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        folder.mkdir(parents=True)
        (folder / name).write_bytes(data)

    return make


def call_format(folder: Path) -> None:
    (path,) = folder.iterdir()
    known = identify(path)
    try:
        read_text(path, known)
        characterise(path, known)
    except ParseFailed as failure:
        assert failure.code not in ("crashed", "timeout", "memory"), failure
    for problem in verify_file(path, known):
        assert problem.code not in ("crashed", "timeout", "memory"), problem


def call_binary_workbook(folder: Path) -> None:
    """Its reader gives up the process when a length lies (100 GB asked for): in the worker alone."""
    (path,) = folder.iterdir()
    known = identify(path)
    verify_file(path, known)
    read_text(path, known)
    hostile_words.call_table(folder)


def call_ofd(folder: Path) -> None:
    (path,) = folder.iterdir()
    try:
        run_isolated(ofd_page_png, str(path), 1, 300)
        run_isolated(ofd_info, str(path))
    except ParseFailed as failure:
        assert failure.code not in ("crashed", "timeout", "memory"), failure


def call_walk(folder: Path) -> None:
    (path,) = folder.iterdir()
    with path.open("rb") as stream:
        for record in walk(stream, Walk(), digests=True):
            record.rec_headers.get_header("WARC-Target-URI")


def call_invoice(folder: Path) -> None:
    (path,) = folder.iterdir()
    try:
        read_forms(path)
    except NoInvoice:
        pass


def call_unpack(folder: Path) -> None:
    (path,) = folder.iterdir()
    into = folder.parent / "unpacked"
    shutil.rmtree(into, ignore_errors=True)
    try:
        unpack(path, into, UnpackLimits())
    except PackageRefused:
        pass
    assert {entry.name for entry in folder.parent.iterdir()} <= {folder.name, "unpacked"}
    for entry in into.rglob("*") if into.exists() else ():
        assert entry.resolve().is_relative_to(into.resolve())
        assert not entry.is_symlink()


def call_eep(folder: Path) -> None:
    (path,) = folder.iterdir()
    validate_eep(path)
    try:
        with open_package(path, "eep") as package:
            for item in package.items():
                for file in item.files:
                    assert package.place(file.path).resolve().is_relative_to(package.folder)
    except PackageUnreadable:
        pass


def call_transfer(folder: Path) -> None:
    report = check_path(folder, Stage.TRANSFER)
    assert "check-broke" not in {one.code for one in report.findings}, report.findings
    for one in report.findings:
        assert not one.path.startswith("/") and ".." not in one.path.split("/"), one.path


def call_date(folder: Path) -> None:
    (path,) = folder.iterdir()
    try:
        parse_date(path.read_bytes().decode("utf-8", "replace"))
    except DateNotUnderstood:
        pass


def zipped() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("甲/乙.txt", "a.bin", "空"):
            archive.writestr(name, name.encode() * 100)
    return stream.getvalue()


def tarred() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name in ("甲/乙.txt", "a.bin"):
            told = tarfile.TarInfo(name)
            told.size = 300
            archive.addfile(told, io.BytesIO(bytes(300)))
    return stream.getvalue()


def sevenzipped() -> bytes:
    stream = io.BytesIO()
    with py7zr.SevenZipFile(stream, "w") as archive:
        for name in ("甲/乙.txt", "a.bin"):
            archive.writestr(name * 50, name)
    return stream.getvalue()


def mailbox() -> bytes:
    letter = "From a@b Mon Jan  1 00:00:00 2024\nSubject: =?gb2312?B?zajWqg==?=\n\n通知\n\n"
    return letter.encode("gb18030") * 3


def make_transfer(folder: Path) -> None:
    test_transfer.write(folder, test_transfer.item(1), test_transfer.item(2))


def make_eep(folder: Path) -> None:
    folder.mkdir(parents=True)
    write_eep(folder / "a.xml")


def make_eark(folder: Path) -> None:
    folder.mkdir(parents=True)
    eark_fixtures.make(folder)


def targets() -> dict[str, Target]:
    """Every parser by name; formats with a seed for each file at hand."""
    good = ocfl_fixtures.GOOD
    found = {
        "ocfl": Target(
            lambda folder: good["updates_all_actions"][0](folder, "1.1"),
            "**/inventory.json",
            validate,
            spoil_json,
        ),
        "ocfl-files": Target(
            lambda folder: good["ocfl_object_all_fixity_digests"][0](folder, "1.0"),
            "**/*",
            validate,
        ),
        "bag": Target(bagit_fixtures.VALID["v1.0-basic_bag"], "*.txt", validate_bag),
        "eark": Target(make_eark, "pkg/METS.xml", lambda folder: validate_eark(folder / "pkg")),
        "eep": Target(make_eep, "*.xml", call_eep),
        "zip": Target(one_file("a.zip", zipped()), "*", call_unpack),
        "tar": Target(one_file("a.tar.gz", tarred()), "*", call_unpack),
        "7z": Target(one_file("a.7z", sevenzipped()), "*", call_unpack),
        "transfer": Target(make_transfer, "**/*", call_transfer),
        "ledger": Target(hostile_words.make_ledger, "**/*", hostile_words.call_ledger),
        "format:mbox": Target(one_file("a.mbox", mailbox()), "*", call_format),
        "warc": Target(one_file("a.warc", b"".join(records(4, False))), "*", call_walk),
        "warc-gz": Target(one_file("a.warc.gz", b"".join(records(4, True))), "*", call_walk),
        "date": Target(
            one_file("d", "民国二十六年七月；光绪三十年；2024-01".encode()), "*", call_date
        ),
    }
    for name, file, data, call in hostile_words.inputs():
        found[name] = Target(one_file(file, data), "*", call)
    for name, make, files, call in hostile_sealed.made():
        found[name] = Target(make, files, call)
    found |= insides(good)
    for name, file, data in hostile_sealed.SMALL:
        found[f"format:{name}"] = Target(one_file(file, data), "*", call_format)
    for name, path in seeds():
        call = call_binary_workbook if name == "xls" else call_format
        found[f"format:{name}"] = Target(one_file(path.name, path.read_bytes()), "*", call)
        if name == "ofd":
            found["ofd-drawn"] = Target(one_file(path.name, path.read_bytes()), "*", call_ofd)
        if name in ZIPPED:
            found[f"inside:{name}"] = Target(
                one_file(path.name, path.read_bytes()), "*",
                call_ofd if path.suffix == ".ofd" else call_format,
                hostile_sealed.spoil_member(spoil),
            )  # fmt: skip
        if name in DRAWN:
            found[f"page:{name}"] = Target(
                one_file(path.name, path.read_bytes()), "*", hostile_sealed.call_drawn
            )
        if name in ("ofd", "einvoice", "pdf-invoice"):
            found[f"invoice:{name}"] = Target(
                one_file(path.name, path.read_bytes()), "*", call_invoice
            )
    return found


def insides(good: dict) -> dict[str, Target]:
    """What lies within a package or a root, read by those who use it."""

    def inventory(folder: Path) -> None:
        with tempfile.TemporaryDirectory() as place:
            good["updates_all_actions"][0](Path(place) / "o", "1.1")
            one_file("a.json", (Path(place) / "o/inventory.json").read_bytes())(folder)

    def root(folder: Path) -> None:
        folder.mkdir(parents=True)
        (folder / "0=ocfl_1.1").write_text("ocfl_1.1\n")
        layout = {"extension": "0004-hashed-n-tuple-storage-layout", "description": "as there"}
        (folder / "ocfl_layout.json").write_text(json.dumps(layout))
        good["minimal_one_version_one_file"][0](folder / "ab/object", "1.1")

    eark = hostile_sealed.call_opened("eark", "pkg")
    bag = hostile_sealed.call_opened("bagit")
    return {
        "inventory": Target(inventory, "*", hostile_sealed.call_inventory, spoil_json),
        "ocfl-root": Target(root, "*", validate),
        "eark-opened": Target(make_eark, "pkg/**/METS.xml", eark),
        "bag-opened": Target(bagit_fixtures.VALID["v1.0-basic_bag"], "*.txt", bag),
    }


ZIPPED = ("ofd", "ofd-signed", "docx", "xlsx", "pptx", "odt", "wacz")
DRAWN = ("tif", "jpg", "gif", "jp2")
SEEDS = {
    "ofd-signed": "ofd/reader-SESV4SignDoc.ofd",
    "pdf-invoice": "einvoice/xbrl-001.pdf",
    "doc": "formats-office/variations/variations/application/msword/lorem-ipsum.doc",
    "xls": "formats-office/office/spreadsheet/xls/valid.xls",
    "ppt": "pronom-skeleton/containers/fmt-126-container-signature-id-3000.ppt",
    "mov": "video/png.mov",
    "aiff": "audio/french.aiff",
    "arc": "warc/warcio/example.arc",
    "ofd": "ofd/converter-999.ofd",
    "einvoice": "einvoice/original_invoice-999.xml",
    "pdf": "siegfried-benchmark/Benchmark.pdf",
    "docx": "siegfried-benchmark/Benchmark.docx",
    "xlsx": "siegfried-benchmark/Benchmark.xlsx",
    "pptx": "siegfried-benchmark/Benchmark.pptx",
    "msg": "siegfried-benchmark/Benchmark.msg",
    "odt": "siegfried-benchmark/Benchmark.odt",
    "rtf": "siegfried-benchmark/Benchmark.rtf",
    "tif": "siegfried-benchmark/Benchmark.tif",
    "jpg": "siegfried-benchmark/Benchmark.jpg",
    "png": "siegfried-benchmark/Benchmark.png",
    "wav": "siegfried-benchmark/Benchmark.wav",
    "jp2": "jpylyzer-jp2/graphicsMagick.jp2",
    "eml": "email/msg_07.eml",
    "xml": "siegfried-benchmark/Benchmark.xml",
    "html": "debian-reference/ch08.zh-cn.html",
    "gif": "siegfried-benchmark/Benchmark.gif",
    "bmp": "siegfried-benchmark/Benchmark.bmp",
    "xbrl": "einvoice/inv_ord_issuer-redacted.xbrl.xml",
    "flac": "audio/audio-mono-16-bit-44100Hz.flac",
    "wacz": "warc/wacz/valid_example_1.wacz",
}


def seeds() -> Iterator[tuple[str, Path]]:
    """Small real files, where the shared data are at hand."""
    for name, place in SEEDS.items():
        path = shared_data(place)
        if path is not None and path.stat().st_size < 2 << 20:
            yield name, path


def attack(name: str, target: Target, chance: random.Random, folder: Path) -> bytes:
    """Make the input, spoil one file of it, call the parser; the spoilt bytes."""
    shutil.rmtree(folder, ignore_errors=True)
    work = folder / "in"
    if name in ("bag", "bag-opened"):
        work.mkdir(parents=True)
    else:
        folder.mkdir(parents=True)
    target.make(work)
    victims = sorted(path for path in work.glob(target.files) if path.is_file())
    victim = chance.choice(victims)
    data = target.spoil(victim.read_bytes(), chance)
    victim.write_bytes(data)
    target.call(work)
    return data
