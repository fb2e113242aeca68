"""Signatures of EEPs 电子签名块 (DA/T 48-2009): made and verified over 被签名对象.

The text that is signed is the canonical XML (C14N 1.0, no comments) of the element; the rule is
stated in 签名规则. How the standard's annex serialises it is 待核实 (not verified): a signature by
another rule is answered "not-checked", not "altered".
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from lantai.core.ofd.certificates import verify_by_certificate
from lantai.core.ofd.seal import certificate_summary
from lantai.core.ofd.trust import TrustList
from lantai.core.packages.eep.reading import NAMESPACE, ROOT

RULE = "对被签名对象按 C14N 1.0（无注释）规范化后签名"
SM2_WITH_SM3 = "1.2.156.10197.1.501"
_MOST = 512 << 20
_N = f"{{{NAMESPACE}}}"


@dataclass(frozen=True)
class EepSigner:
    """Who signs: a function from text to signature (DER), the certificate (DER), a name."""

    sign: Callable[[bytes], bytes]
    certificate: bytes
    name: str = ""
    algorithm: str = SM2_WITH_SM3


@dataclass
class EepSignature:
    """One signature, judged: intact, altered, not-checked (another rule or key), unreadable.

    ``layer``: 0 for the package itself, 1 for the one it keeps within it, and so on. ``locks``:
    the identifier of the signature that a locking signature 锁定签名 signs.
    """

    id: str
    verdict: str = "unreadable"
    trusted: bool = False
    rule: str = ""
    algorithm: str = ""
    signed_at: str = ""
    signer: str = ""
    certificate: dict[str, Any] = field(default_factory=dict)
    layer: int = 0
    locks: str = ""


def canonical(element: etree._Element) -> bytes:
    """The text of an element that is signed."""
    return bytes(etree.tostring(element, method="c14n", with_comments=False))


def check_eep_signatures(path: Path, trust: TrustList | None = None) -> list[EepSignature]:
    """Every signature of the package and of the packages it keeps within it; [] without any."""
    try:
        if path.stat().st_size > _MOST:
            return [EepSignature("", "not-checked")]
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, huge_tree=True, load_dtd=False
        )
        root = etree.parse(str(path), parser).getroot()
    except (OSError, etree.XMLSyntaxError):
        return []
    return list(_signatures(root, trust or TrustList()))


def _signatures(root: etree._Element, trust: TrustList) -> Iterator[EepSignature]:
    """Newest layer first: its signatures over 被签名对象, then what locks one of them."""
    for place in root.iter(f"{_N}{ROOT}", f"{_N}原封装包"):
        depth = sum(1 for one in place.iterancestors(f"{_N}原封装包"))
        layer = depth + (place.tag != f"{_N}{ROOT}")
        signed = place.find(f"{_N}被签名对象")
        known = {}
        for element in place.iterfind(f"{_N}电子签名块/{_N}电子签名"):
            found = _judged(element, signed, trust)
            found.layer, known[found.id] = layer, element
            yield found
        for element in place.iterfind(f"{_N}锁定签名"):
            locked = (element.findtext(f"{_N}被锁定签名标识符") or "").strip()
            found = _judged(element, known.get(locked), trust)
            found.layer, found.locks = layer, locked
            yield found


def _judged(
    element: etree._Element, signed: etree._Element | None, trust: TrustList
) -> EepSignature:
    def told(name: str) -> str:
        return (element.findtext(f"{_N}{name}") or "").strip()

    found = EepSignature(
        told("签名标识符"),
        rule=told("签名规则"),
        algorithm=told("签名算法标识"),
        signed_at=told("签名时间"),
        signer=told("签名人"),
    )
    try:
        value = base64.b64decode(told("签名结果"), validate=False)
        text = element.findtext(f"{_N}证书块/{_N}证书") or ""
        certificate = base64.b64decode(text, validate=False)
    except (binascii.Error, ValueError):
        return found
    if signed is None or not value or not certificate:
        return found
    found.certificate = certificate_summary(certificate)
    good = verify_by_certificate(certificate, canonical(signed), value)
    if good:
        found.verdict = "intact"
    elif good is None or "C14N" not in found.rule:
        found.verdict = "not-checked"
    else:
        found.verdict = "altered"
    found.trusted = found.verdict == "intact" and trust.holds(certificate)
    return found
