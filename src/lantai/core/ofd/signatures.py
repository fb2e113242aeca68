"""Checking OFD signatures and seals 数字签名与电子签章 (GB/T 33190 §18, GM/T 0031, GB/T 38540).

Three questions, kept apart: are the protected files as they were signed (digests), does the
signature value belong to the certificate, and is the certificate trusted. A signature whose
certificate is on no trust list proves no more than the digests do, and is never "trusted".
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import gmssl_fast
from lxml import etree

from lantai.core.ofd.certificates import verify_by_certificate
from lantai.core.ofd.container import OfdContainer, OfdUnreadable
from lantai.core.ofd.seal import (
    Seal,
    SealedValue,
    SealUnreadable,
    certificate_summary,
    read_seal,
    read_signed_value,
)
from lantai.core.ofd.sm2_identity import identity_hash
from lantai.core.ofd.trust import TrustList
from lantai.core.safe_xml import child, child_text, children, local

_DIGESTS = {
    "1.2.156.10197.1.401": "sm3",
    "1.2.156.10197.1.401.2": "sm3",
    "sm3": "sm3",
    "1.3.14.3.2.26": "sha1",
    "sha1": "sha1",
    "sha-1": "sha1",
    "md5": "md5",
    "1.2.840.113549.2.5": "md5",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "sha256": "sha256",
    "sha-256": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}


_WEAK = frozenset({"md5", "sha1"})


@dataclass
class Signature:
    """One signature, judged.

    ``verdict``: intact (digests and value agree), altered (one of them does not), unreadable.
    ``value``: valid, invalid, no-certificate, not-checked. ``uncovered``: files of the package
    that no digest protects.
    """

    id: str
    kind: str = "seal"
    verdict: str = "unreadable"
    trusted: bool = False
    value: str = "not-checked"
    altered_files: list[str] = field(default_factory=list)
    missing_files: list[str] = field(default_factory=list)
    covered: int = 0
    uncovered: list[str] = field(default_factory=list)
    provider: str = ""
    method: str = ""
    signed_at: str = ""
    signer: dict[str, Any] = field(default_factory=dict)
    seal_name: str = ""
    seal_version: int = 0
    seal_value: str = "not-checked"
    period: str = "unknown"
    """The signer's certificate when it signed: valid, expired, not-yet-valid, unknown."""
    seal_period: str = "unknown"
    """The seal itself when it was used, in the same words."""
    seal_signer: str = "not-told"
    """Whether the seal names the signer's certificate: listed, not-listed, not-told."""
    weak: list[str] = field(default_factory=list)
    """Digests it rests on that are no longer held to be safe."""
    notes: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The fields as a JSON object."""
        return asdict(self)


def check_signatures(
    container: OfdContainer, entry: str, trust: TrustList | None = None
) -> Iterator[Signature]:
    """Judge every signature that Signatures.xml names."""
    try:
        root = container.xml(entry)
    except OfdUnreadable as fault:
        yield Signature("", notes=[str(fault)])
        return
    for element in children(root, "Signature"):
        kind = "sign" if element.get("Type", "Seal").lower() == "sign" else "seal"
        signature = Signature(element.get("ID", ""), kind)
        location = container.resolve(element.get("BaseLoc", ""), entry)
        if location is None:
            signature.notes.append("签名文件缺失 signature file missing")
        else:
            _judge(container, location, signature, trust or TrustList())
        yield signature


def signature_parts(container: OfdContainer, entry: str) -> Iterator[tuple[etree._Element, Any]]:
    """(Signature.xml root, its `Seal` or None) of each signature, for drawing stamps."""
    for element in children(container.xml(entry), "Signature"):
        location = container.resolve(element.get("BaseLoc", ""), entry)
        if location is None:
            continue
        try:
            root = container.xml(location)
            yield root, _seal_of(container, location, root)
        except (OfdUnreadable, SealUnreadable):
            continue


def _seal_of(container: OfdContainer, location: str, root: etree._Element) -> Seal | None:
    value = container.resolve(child_text(root, "SignedValue"), location)
    if value:
        try:
            return read_signed_value(container.read(value)).seal
        except SealUnreadable:
            pass
    entry = container.resolve(child_text(root, "SignedInfo", "Seal", "BaseLoc"), location)
    return read_seal(container.read(entry)) if entry else None


def _judge(container: OfdContainer, location: str, signature: Signature, trust: TrustList) -> None:
    try:
        xml = container.read(location)
        root = container.xml(location)
        value_entry = container.resolve(child_text(root, "SignedValue"), location)
        value = container.read(value_entry) if value_entry else b""
    except OfdUnreadable as fault:
        signature.notes.append(str(fault))
        return
    info = child(root, "SignedInfo")
    _describe(info, signature)
    prefix = _identity_of(value)
    digests_good = _check_digests(container, location, info, signature, value_entry or "", prefix)
    _check_value(xml, value, signature, trust)
    if not value:
        signature.notes.append("缺少签名值 signature value missing")
    elif digests_good and signature.value != "invalid":
        signature.verdict = "intact"
    else:
        signature.verdict = "altered"
        signature.trusted = False


def _identity_of(value: bytes) -> bytes:
    """Z of the signer within a seal's value, for digests taken with it; else empty."""
    try:
        return identity_hash(read_signed_value(value).certificate)
    except SealUnreadable:
        return b""


def _describe(info: etree._Element | None, signature: Signature) -> None:
    provider = child(info, "Provider")
    if provider is not None:
        signature.provider = provider.get("ProviderName", "") or child_text(
            provider, "ProviderName"
        )
    signature.method = child_text(info, "SignatureMethod")
    signature.signed_at = child_text(info, "SignatureDateTime")


def _check_digests(
    container: OfdContainer,
    location: str,
    info: etree._Element | None,
    signature: Signature,
    value_entry: str,
    prefix: bytes,
) -> bool:
    references = child(info, "References")
    named = (references.get("CheckMethod", "") if references is not None else "").strip()
    algorithm = _DIGESTS.get(named.lower() or "md5")
    if algorithm is None:
        signature.notes.append(f"未知摘要算法 unknown digest {named}")
        return False
    if algorithm in _WEAK:
        signature.weak.append(algorithm)
        signature.notes.append(f"摘要算法不再安全 the digest is no longer safe: {algorithm}")
    covered = {location, value_entry}
    for reference in children(references, "Reference"):
        path = reference.get("FileRef", "")
        entry = container.resolve(path, location)
        if entry is None:
            signature.missing_files.append(path)
            continue
        covered.add(entry)
        signature.covered += 1
        expected = child_text(reference, "CheckValue")
        if not _same(container, entry, algorithm, expected, prefix):
            signature.altered_files.append(entry)
    signature.uncovered = sorted(set(container.names) - covered)
    if not signature.covered:
        signature.notes.append("没有受保护的文件 nothing is protected")
    return bool(signature.covered) and not (signature.altered_files or signature.missing_files)


def _same(
    container: OfdContainer, entry: str, algorithm: str, expected: str, prefix: bytes
) -> bool:
    try:
        wanted = base64.b64decode(expected, validate=False)
        data = container.read(entry)
    except (binascii.Error, ValueError, OfdUnreadable):
        return False
    if digest(algorithm, data) == wanted:
        return True
    return algorithm == "sm3" and bool(prefix) and digest(algorithm, prefix + data) == wanted


def digest(algorithm: str, data: bytes) -> bytes:
    """A digest by name; SM3 through the national library."""
    if algorithm == "sm3":
        return bytes(gmssl_fast.sm3(data))
    return hashlib.new(algorithm, data, usedforsecurity=False).digest()


def _check_value(xml: bytes, value: bytes, signature: Signature, trust: TrustList) -> None:
    if signature.kind == "sign" or not value:
        signature.value = "no-certificate" if value else "not-checked"
        if value:
            signature.notes.append(
                "签名值不含证书，只核对了摘要 value carries no certificate: digests checked only"
            )
        if _looks_bare(value):
            return
    try:
        sealed = read_signed_value(value)
    except SealUnreadable as fault:
        signature.notes.append(f"签章结构未能解析 seal not parsed: {fault}")
        return
    signature.notes = [note for note in signature.notes if "carries no certificate" not in note]
    _check_sealed(xml, sealed, signature, trust)


def _looks_bare(value: bytes) -> bool:
    return len(value) < 200 or value[:1] != b"\x30"


def _check_sealed(xml: bytes, sealed: SealedValue, signature: Signature, trust: TrustList) -> None:
    seal = sealed.seal
    signature.signer = certificate_summary(sealed.certificate)
    signature.seal_name, signature.seal_version = seal.name, sealed.version
    _check_period(sealed.time, signature)
    hashes_good = any(digest(name, xml) == sealed.data_hash for name in ("sm3", "sha1", "sha256"))
    hashes_good |= digest("sm3", identity_hash(sealed.certificate) + xml) == sealed.data_hash
    value_good = verify_by_certificate(sealed.certificate, sealed.signed, sealed.signature)
    if not hashes_good:
        signature.notes.append("Signature.xml 与签章中的摘要不符 does not match the seal's digest")
    if value_good is None:
        signature.value = "not-checked"
        signature.notes.append("证书公钥不支持 certificate key not supported")
        if not hashes_good:
            signature.value = "invalid"
    else:
        signature.value = "valid" if value_good and hashes_good else "invalid"
    maker = verify_by_certificate(seal.maker_certificate, seal.signed, seal.maker_signature)
    signature.seal_value = {True: "valid", False: "invalid", None: "not-checked"}[maker]
    _check_seal(sealed, signature)
    signature.trusted = (
        signature.value == "valid"
        and maker is not False
        and signature.seal_signer != "not-listed"
        and "expired" not in (signature.period, signature.seal_period)
        and "not-yet-valid" not in (signature.period, signature.seal_period)
        and trust.holds(sealed.certificate)
    )


def _check_seal(sealed: SealedValue, signature: Signature) -> None:
    """Was the seal in force then, and may this certificate use it (GB/T 38540-2020)?"""
    seal = sealed.seal
    named = seal.permits(sealed.certificate)
    if named is not None:
        signature.seal_signer = "listed" if named else "not-listed"
    if named is False:
        signature.notes.append("印章未授权该证书使用 the seal does not name this certificate")
    day = _day(sealed.time) or _day(signature.signed_at)
    signature.seal_period = _period(day, _day(seal.valid_from), _day(seal.valid_to))
    if signature.seal_period == "expired":
        signature.notes.append("签章时印章已过期 sealed after the seal had expired")
    elif signature.seal_period == "not-yet-valid":
        signature.notes.append("签章时印章尚未生效 sealed before the seal was in force")


def _check_period(sealed_at: str, signature: Signature) -> None:
    """Was the certificate good on the day the signature says it was made?"""
    first, last = (_day(signature.signer.get(key, "")) for key in ("not_before", "not_after"))
    signature.period = _period(_day(sealed_at) or _day(signature.signed_at), first, last)
    if signature.period == "expired":
        signature.notes.append("签名时证书已过期 signed after the certificate had expired")
    elif signature.period == "not-yet-valid":
        signature.notes.append("签名时证书尚未生效 signed before the certificate was valid")


def _period(day: str, first: str, last: str) -> str:
    if not (day and first and last):
        return "unknown"
    if first <= day <= last:
        return "valid"
    return "not-yet-valid" if day < first else "expired"


def _day(text: str) -> str:
    """The day as eight digits, of an ASN.1 time or of words; empty when there is none."""
    digits = re.sub(r"\D", "", text.split("+")[0])
    if re.fullmatch(r"\d{12}Z", text.strip()):  # UTCTime: two digits of the year
        digits = "20" + digits
    return digits[:8] if len(digits) >= 8 else ""


def stamp_annotations(root: etree._Element) -> list[etree._Element]:
    """The StampAnnot elements of a Signature.xml."""
    info = child(root, "SignedInfo")
    return (
        [element for element in info if local(element) == "StampAnnot"] if info is not None else []
    )
