"""A bundle 摆渡包 as a file: a ZIP that says what it is, signed, every file under its digests.

``bundle.json`` holds everything; ``signature.json`` is the SM2 signature over its canonical form;
``files/…`` are the access copies; ``README.txt`` tells a person how to check it without Lantai.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from lantai.core.fixity import digest_bytes, digest_file
from lantai.core.ledger.chain import NotCanonical, canonical
from lantai.core.packages.refusal import PackageRefused
from lantai.core.packages.unpack import unpack
from lantai.core.packages.unpacking import UnpackLimits
from lantai.engines.sign.sm2 import Sm2Verifier
from lantai.foundation.refusal import Refusal

KIND, FORMAT = "lantai-carried-bundle", 1
LARGEST = 64 << 30  # bytes unpacked
PIECE = 1 << 20
OWN = {"bundle.json", "signature.json", "README.txt"}
README = """兰台摆渡包 / a bundle of published records
单向：由内网兰台发出，由公开网兰台收下；包内只有已公布的开放档案。
One way: sent by the inner Lantai, taken in by the public one; only what is open and published.
bundle.json     目录、次序、前一包的摘要、每个文件的 SM3 和 SHA-512 / catalogue, order, digests
signature.json  对 bundle.json 规范形式（键排序、UTF-8、无空格）的 SM2 签名 / SM2 over its canonical form
files/          供利用的文件 / the access copies
收下 / take in: lantai carry in FILE
"""


class BundleRefused(Refusal):
    """摆渡包不能收: changed, of another key, out of order, or no bundle."""

    code = "bundle-refused"


class NotABundle(BundleRefused):
    """It can not be read as a bundle at all."""

    code = "not-a-bundle"


@dataclass(frozen=True)
class ReadBundle:
    """A bundle whose signature and digests hold; its files lie below ``folder``."""

    document: dict[str, Any]
    digest: str
    folder: Path


def digest_of(value: Any) -> str:
    """SM3 of the canonical form."""
    return digest_bytes(canonical(value), ("sm3",)).values["sm3"]


def write_bundle(
    target: Path,
    document: dict[str, Any],
    files: Iterable[tuple[str, Callable[[], IO[bytes]]]],
    sign: Callable[[bytes], dict[str, str]],
) -> str:
    """Write it beside its place and move it there when whole; the digest that was signed."""
    signed = canonical(document)
    part = target.with_name(target.name + ".part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as pack:
            pack.writestr("README.txt", README)
            pack.writestr("bundle.json", signed)
            pack.writestr("signature.json", json.dumps(sign(signed)))
            for path, opened in files:
                with opened() as stream, pack.open(path, "w", force_zip64=True) as out:
                    while piece := stream.read(PIECE):
                        out.write(piece)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return digest_of(document)


def source_named_in(path: Path) -> tuple[str, str]:
    """(code of the source, key id) a bundle says it is of; nothing is believed yet."""
    try:
        with zipfile.ZipFile(path) as pack:
            if pack.getinfo("bundle.json").file_size > LARGEST:
                raise NotABundle("摆渡包过大。", "The bundle is too large.")
            document = json.loads(pack.read("bundle.json"))
            signature = json.loads(pack.read("signature.json"))
        if document["kind"] != KIND:
            raise KeyError("kind")
        return str(document["source"]["code"]), str(signature.get("key_id", ""))
    except (OSError, ValueError, KeyError, TypeError, RecursionError, zipfile.BadZipFile,
            NotImplementedError, AttributeError):  # fmt: skip
        raise NotABundle("这不是摆渡包，读不出来。", "This can not be read as a bundle.") from None


def read_bundle(path: Path, public_key: str, folder: Path) -> ReadBundle:
    """Unpack and check all of it: signature, format, every file and no other."""
    try:
        unpack(path, folder, UnpackLimits(total_bytes=LARGEST, ratio=1000))
    except PackageRefused as problem:
        raise NotABundle(f"摆渡包解不开：{problem}", f"It can not be unpacked: {problem}") from None
    try:
        document = json.loads((folder / "bundle.json").read_bytes())
        signature = json.loads((folder / "signature.json").read_bytes())
        signed = canonical(document)
    except (OSError, ValueError, RecursionError, NotCanonical):
        raise NotABundle(
            "摆渡包缺少目录或签名。", "Its catalogue or signature is missing."
        ) from None
    if not isinstance(signature, dict) or not Sm2Verifier([public_key])(signed, signature):
        raise BundleRefused(
            "签名不符：摆渡包被改动过，或不是登记的来源所签。没有收下任何内容，请来源重新发出。",
            "The signature does not hold: it was changed, or another key signed it. Nothing was taken.",
        )
    if document.get("format") != FORMAT:
        raise BundleRefused(
            "摆渡包的版本不认识，请升级本系统。", "The bundle is of a newer format."
        )
    _check_files(document, folder)
    return ReadBundle(document, digest_of(document), folder)


def _check_files(document: dict[str, Any], folder: Path) -> None:
    named = {file["path"]: file for entry in document["records"] for file in entry["files"]}
    found = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    } - OWN
    if found != set(named):
        odd = sorted(found ^ set(named))[0]
        raise BundleRefused(f"摆渡包里的文件与目录不符：{odd}", f"Files do not match: {odd}")
    for path, file in named.items():
        digests = digest_file(folder / path, ("sm3", "sha512"))
        if digests.size != file["size"] or any(
            digests.values[name] != file[name] for name in ("sm3", "sha512")
        ):
            raise BundleRefused(f"文件摘要不符：{path}", f"A digest does not hold: {path}")


def safe_name(name: str) -> str:
    """A file's name as it lies in the bundle: its own suffix after a digest of the name."""
    stem = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    suffix = Path(name).suffix[:12]
    return stem + (suffix if suffix.isascii() and suffix[1:].isalnum() else "")
