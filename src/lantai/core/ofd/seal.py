"""Electronic seals 电子印章: SES signed data of GM/T 0031-2014 (V1) and GB/T 38540-2020 (V4)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import gmssl_fast
from asn1crypto import core, parser, x509


class SealUnreadable(Exception):
    """Not an SES structure of a known layout."""


@dataclass(frozen=True)
class Node:
    """One ASN.1 value: universal tag, whole encoding, contents, and children if constructed."""

    tag: int
    raw: bytes
    content: bytes
    children: tuple[Node, ...] = ()

    def bits(self) -> bytes:
        """Contents of a BIT STRING without the count of unused bits."""
        return self.content[1:] if self.tag == 3 else self.content


@dataclass(frozen=True)
class SealPicture:
    """The seal's image: kind (png, jpg, ofd …), bytes, size in mm."""

    kind: str
    data: bytes
    width: float
    height: float


@dataclass(frozen=True)
class SealedValue:
    """What a SignedValue.dat says: to be verified by ``certificate`` over ``signed``."""

    version: int
    signed: bytes
    data_hash: bytes
    certificate: bytes
    algorithm: str
    signature: bytes
    time: str
    property_info: str
    seal: Seal


@dataclass(frozen=True)
class Seal:
    """The seal itself: name, picture, maker's certificate and signature over it."""

    id: str
    name: str
    version: int
    picture: SealPicture | None
    signed: bytes
    maker_certificate: bytes
    maker_signature: bytes
    valid_from: str
    valid_to: str
    signers: tuple[bytes, ...] = ()
    """Certificates that may sign with it, whole."""
    signer_digests: tuple[tuple[str, bytes], ...] = ()
    """The same by algorithm and digest (GB/T 38540-2020 certListType 2)."""

    def permits(self, certificate: bytes) -> bool | None:
        """Whether the seal names this certificate among its signers; None when it names none."""
        if not (self.signers or self.signer_digests):
            return None
        return certificate in self.signers or any(
            _digest(name, certificate) == value for name, value in self.signer_digests
        )


def read_tree(data: bytes, depth: int = 12) -> Node:
    """The ASN.1 tree of DER or BER bytes; `SealUnreadable` when they are none."""
    try:
        _, method, tag, header, content, _ = parser.parse(data, strict=False)
    except (ValueError, TypeError, IndexError) as fault:
        raise SealUnreadable(str(fault)) from fault
    children = []
    if method and depth:
        position = 0
        while position < len(content):
            child = read_tree(content[position:], depth - 1)
            children.append(child)
            position += len(child.raw)
    return Node(tag, header + content, content, tuple(children))


def read_signed_value(data: bytes) -> SealedValue:
    """Parse SignedValue.dat of a seal signature, V1 or V4."""
    try:
        root = read_tree(data)
        to_sign = root.children[0]
        version = int.from_bytes(to_sign.children[0].content, "big")
        seal = read_seal(to_sign.children[1])
        parts = to_sign.children
        if len(root.children) >= 4:  # GB/T 38540: certificate beside what is signed
            certificate, algorithm, signature = root.children[1:4]
        else:  # GM/T 0031: certificate within
            certificate, algorithm, signature = parts[5], parts[6], root.children[1]
        return SealedValue(
            version,
            to_sign.raw,
            parts[3].bits(),
            certificate.content,
            _oid(algorithm),
            signature.bits(),
            _text(parts[2]),
            parts[4].content.decode("latin-1"),
            seal,
        )
    except (IndexError, ValueError) as fault:
        raise SealUnreadable(f"SES: {fault}") from fault


def read_seal(node: Node | bytes) -> Seal:
    """Parse an SESeal (Seal.esl), V1 or V4."""
    try:
        root = read_tree(node) if isinstance(node, bytes) else node
        info = root.children[0]
        header, seal_id, detail, picture = info.children[:4]
        rest = root.children
        if len(rest) >= 4:  # GB/T 38540: the information alone is signed
            certificate, signature, signed = rest[1].content, rest[3].bits(), info.raw
        else:  # GM/T 0031: the information with certificate and algorithm
            inner = rest[1].children
            certificate, signature = inner[0].content, inner[2].bits()
            signed = _sequence(info.raw, inner[0].raw, inner[1].raw)
        dates = [_text(part) for part in detail.children if part.tag in (23, 24)]
        return Seal(
            _text(seal_id),
            _text(detail.children[1]),
            int.from_bytes(header.children[1].content, "big"),
            _picture(picture),
            signed,
            certificate,
            signature,
            dates[-2] if len(dates) >= 2 else "",
            dates[-1] if dates else "",
            *_signers(detail),
        )
    except (IndexError, ValueError) as fault:
        raise SealUnreadable(f"SESeal: {fault}") from fault


def _signers(detail: Node) -> tuple[tuple[bytes, ...], tuple[tuple[str, bytes], ...]]:
    """certList of SES_ESPropertyInfo: certificates, or digests of them with their algorithm."""
    listed = next((part.children for part in detail.children if part.children), ())
    whole = tuple(one.content for one in listed if one.tag == 4)
    digests = tuple(
        (_text(one.children[0]), one.children[1].content)
        for one in listed
        if len(one.children) == 2
    )
    return whole, digests


def _digest(algorithm: str, data: bytes) -> bytes:
    named = algorithm.strip().lower().replace("-", "")
    if named in ("sm3", "1.2.156.10197.1.401"):
        return bytes(gmssl_fast.sm3(data))
    return hashlib.sha256(data).digest() if named == "sha256" else b""


def _sequence(*parts: bytes) -> bytes:
    """The parts as one DER SEQUENCE."""
    body = b"".join(parts)
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8 or 1, "big")
    length = size if len(body) < 128 else bytes([0x80 | len(size)]) + size
    return b"\x30" + length + body


def _picture(node: Node) -> SealPicture | None:
    try:
        kind, data, width, height = node.children[:4]
        return SealPicture(
            _text(kind).lower(),
            data.content,
            float(int.from_bytes(width.content, "big")),
            float(int.from_bytes(height.content, "big")),
        )
    except (ValueError, IndexError):
        return None


def _oid(node: Node) -> str:
    return str(core.ObjectIdentifier.load(node.raw, strict=False).dotted)


def _text(node: Node) -> str:
    data = node.bits()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def certificate_summary(data: bytes) -> dict[str, Any]:
    """Subject, issuer, serial, validity of a certificate; {} when it does not parse."""
    try:
        found = x509.Certificate.load(data)
        body = found["tbs_certificate"]
        validity = body["validity"]
        return {
            "subject": found.subject.human_friendly,
            "issuer": found.issuer.human_friendly,
            "serial": str(found.serial_number),
            "not_before": validity["not_before"].native.isoformat(),
            "not_after": validity["not_after"].native.isoformat(),
            "self_signed": found.subject == found.issuer,
        }
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}
