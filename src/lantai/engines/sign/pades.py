"""PAdES signatures 电子签名 (ETSI EN 319 142): what the archives issues as PDF, sealed by its own key.

An installation makes a small authority of its own (a root and one signing certificate, EC P-256)
in its keys folder; the root's certificate is what others are given to trust. A signature made
here covers the whole file and forbids any later change.
"""

from __future__ import annotations

import io
import logging
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from asn1crypto import cms, keys, pem
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.general import UnacceptableSignerError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

ROOT_NAME = "issuing-root.pem"
SIGNER_NAME = "issuing-signer.pem"
SIGNER_KEY_NAME = "issuing-signer-key.pem"
FIELD = "ArchivesSeal"
YEARS = 20
LARGEST = 200 << 20
"""Bytes of the largest file that is looked at."""
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # what it finds is in the verdict
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


class SigningUnusable(Exception):
    """The signing key or its certificate can not be read, or its file is open to others."""


_CHAINS = {
    "revoked": ("签名证书已被吊销", "the signer's certificate was revoked"),
    "expired": ("签名证书已过期", "the signer's certificate has expired"),
    "not-yet-valid": ("签名证书尚未生效", "the signer's certificate is not valid yet"),
    "unknown-issuer": (
        "签名证书不是由信任的证书签发，或吊销状态无从查证",
        "the signer's certificate leads to none held to be good, or whether it was revoked is unknown",
    ),
}


@dataclass(frozen=True)
class SigningIdentity:
    """Who signs: the installation's signing certificate with its key, and the root above it."""

    root: bytes  # PEM
    certificate: bytes  # PEM
    key: bytes  # PEM, PKCS #8

    @property
    def subject(self) -> str:
        """The name in the signing certificate."""
        return _load_certificate(self.certificate).subject.human_friendly


@dataclass(frozen=True)
class SignatureVerdict:
    """What a look at a signed PDF found. ``intact``: signed, whole, and not one byte changed."""

    signed: bool
    intact: bool
    trusted: bool
    signer: str = ""
    issuer: str = ""
    signed_at: datetime | None = None
    fingerprint: str = ""  # SHA-256 of the signing certificate
    problem_zh: str = ""
    problem_en: str = ""
    chain: str = ""  # trusted, revoked, expired, not-yet-valid, unknown-issuer; "" not asked


def load_or_create_identity(folder: Path, organisation: str) -> SigningIdentity:
    """The identity in a keys folder, made there (keys 0600) at the first; `SigningUnusable`."""
    if not (folder / SIGNER_NAME).exists():
        _create(folder, organisation)
    key = folder / SIGNER_KEY_NAME
    try:
        if key.stat().st_mode & 0o077:
            raise SigningUnusable(
                f"密钥文件权限过宽，应为 0600 key file open to others: {key.name}"
            )
        identity = SigningIdentity(
            (folder / ROOT_NAME).read_bytes(), (folder / SIGNER_NAME).read_bytes(), key.read_bytes()
        )
        serialization.load_pem_private_key(identity.key, None)
        _load_certificate(identity.certificate)
    except (OSError, ValueError, TypeError) as cause:
        raise SigningUnusable(f"签名密钥无法使用 signing key unusable: {key.name}") from cause
    return identity


def sign_pdf(document: bytes, identity: SigningIdentity, *, reason: str, place: str) -> bytes:
    """The document with a certifying PAdES-B signature that allows no later change."""
    signer = signers.SimpleSigner(
        signing_cert=_load_certificate(identity.certificate),
        signing_key=_load_key(identity.key),
        cert_registry=SimpleCertificateStore(),
        embed_roots=False,
    )
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        reason=reason,
        location=place,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        subfilter=fields.SigSeedSubFilter.PADES,
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(document))
    out = signers.PdfSigner(metadata, signer).sign_pdf(writer)
    return bytes(out.getvalue())


def check_pdf(
    document: bytes, trusted: list[bytes], revocations: list[bytes] | None = None
) -> SignatureVerdict:
    """Look at a PDF's signature; ``trusted`` are certificates (PEM or DER) held to be good,
    ``revocations`` lists of revoked ones (CRL, PEM or DER): with any, each link must be in one.

    Never raises for what is in the file: what can not be read is not intact.
    """
    if len(document) > LARGEST:
        return _bad("文件过大，无法验证", "the file is too large")
    try:
        reader = PdfFileReader(io.BytesIO(document), strict=True)
        found = reader.embedded_regular_signatures
        if not found:
            return _bad("文件没有电子签名", "the file carries no signature", signed=False)
        if len(found) > 1:
            return _bad("文件上有不止一个签名", "more than one signature")
        status = validate_pdf_signature(found[0], _context(trusted, revocations or []))
        return _verdict(document, found[0], status, trusted)
    except (PdfError, SignatureValidationError, UnacceptableSignerError) as problem:
        return _bad(f"签名无法验证（{type(problem).__name__}）", f"unverifiable: {problem}")
    except Exception as problem:  # a parser of foreign bytes: whatever it met, it is not intact
        return _bad(f"文件无法读取（{type(problem).__name__}）", "the file can not be read")


def read_certificates(data: bytes) -> list[bytes]:
    """Certificates in a PEM or DER file as DER; ValueError when there is none."""
    if pem.detect(data):
        return [der for kind, _, der in pem.unarmor(data, multiple=True) if kind == "CERTIFICATE"]
    return [asn1_x509.Certificate.load(data, strict=True).dump()]


def _verdict(
    document: bytes,
    signature: EmbeddedPdfSignature,
    status: PdfSignatureStatus,
    trusted: list[bytes],
) -> SignatureVerdict:
    certificate = signature.signer_cert
    whole = signature.coverage == SignatureCoverageLevel.ENTIRE_FILE
    strict = _strictly_written(document, signature)
    # An update after the signature, even a permitted one, is a change: nothing may follow.
    intact = bool(status.intact and status.valid and whole and strict and status.docmdp_ok)
    trust = bool(intact and trusted and status.trusted)
    chain = _chain(status, certificate) if trusted else ""
    problem = _CHAINS.get(chain, ("", ""))
    if not intact:
        problem = ("内容在签名之后被改动", "changed after signing")
    return SignatureVerdict(
        signed=True,
        intact=intact,
        trusted=trust,
        signer=certificate.subject.native.get("common_name", ""),
        issuer=certificate.issuer.native.get("common_name", ""),
        signed_at=status.signer_reported_dt,
        fingerprint=certificate.sha256.hex(),
        problem_zh=problem[0],
        problem_en=problem[1],
        chain=chain,
    )


def _chain(status: PdfSignatureStatus, certificate: asn1_x509.Certificate) -> str:
    """Why the signer's certificate is not held to be good, each reason by its own name."""
    if status.trusted:
        return "trusted"
    if status.revoked:
        return "revoked"
    now = datetime.now(UTC)
    if certificate.not_valid_before > now:
        return "not-yet-valid"
    return "expired" if certificate.not_valid_after < now else "unknown-issuer"


def _strictly_written(document: bytes, signature: EmbeddedPdfSignature) -> bool:
    """Whether the gap that no digest covers holds exactly what a signer of ours writes there.

    The signature's own bytes stand outside of what it signs; a change among them that readers
    forgive (letters of other case, filling, an unsigned attribute) is a change none the less.
    """
    _, first, second, _ = (int(n) for n in signature.byte_range)
    gap = document[first:second]
    signed = signature.signed_data
    info = signed["signer_infos"][0]
    held = [choice.chosen.dump() for choice in signed["certificates"]]
    content = cms.ContentInfo({"content_type": "signed_data", "content": signed})
    written = content.dump(force=True).hex().upper().encode()
    return bool(
        gap[:1] == b"<"
        and gap[-1:] == b">"
        and gap[1 : 1 + len(written)] == written
        and not gap[1 + len(written) : -1].strip(b"0")
        and len(signed["signer_infos"]) == 1
        and held == [signature.signer_cert.dump()]
        and _plain(signed, info)
    )


def _plain(signed: Any, info: Any) -> bool:
    """The parts of the envelope that no signature protects have the only values we write."""
    return bool(
        signed["version"].native == "v1"
        and info["version"].native == "v1"
        and [a["algorithm"].native for a in signed["digest_algorithms"]] == ["sha256"]
        and info["digest_algorithm"]["algorithm"].native == "sha256"
        and info["signature_algorithm"]["algorithm"].native == "sha256_ecdsa"
        and not len(info["unsigned_attrs"])
        and signed["encap_content_info"]["content_type"].native == "data"
        and signed["crls"].native is None
    )


def _context(trusted: list[bytes], revocations: list[bytes]) -> ValidationContext:
    lists = [asn1_crl.CertificateList.load(_der(data)) for data in revocations]
    mode = "require" if lists else "soft-fail"
    roots = [asn1_x509.Certificate.load(der) for data in trusted for der in read_certificates(data)]
    return ValidationContext(
        trust_roots=roots, crls=lists, allow_fetching=False, revocation_mode=mode
    )


def _der(data: bytes) -> bytes:
    return bytes(pem.unarmor(data)[2]) if pem.detect(data) else data


def _bad(zh: str, en: str, *, signed: bool = True) -> SignatureVerdict:
    return SignatureVerdict(signed, False, False, problem_zh=zh, problem_en=en)


def _load_certificate(data: bytes) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(pem.unarmor(data)[2])


def _load_key(data: bytes) -> keys.PrivateKeyInfo:
    return keys.PrivateKeyInfo.load(pem.unarmor(data)[2])


def _create(folder: Path, organisation: str) -> None:
    """Root and signer; the root's key is used once and never written down."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root_name = _name(organisation, f"{organisation} 签发根证书")
    root = _certificate(root_name, root_name, root_key.public_key(), root_key, authority=True)
    leaf_name = _name(organisation, f"{organisation} 出证专用")
    leaf = _certificate(leaf_name, root_name, key.public_key(), root_key, authority=False)
    text = serialization.Encoding.PEM
    secret = key.private_bytes(
        text, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write_once(folder / SIGNER_KEY_NAME, secret, 0o600)
    _write_once(folder / ROOT_NAME, root.public_bytes(text), 0o644)
    _write_once(folder / SIGNER_NAME, leaf.public_bytes(text), 0o644)


def _name(organisation: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common[:64]),
        ]
    )


def _certificate(
    subject: x509.Name, issuer: x509.Name, public: Any, key: Any, *, authority: bool
) -> x509.Certificate:
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip


def _write_once(path: Path, data: bytes, mode: int) -> None:
    """Write whole, under a lasting name only when complete; replaces a half-made identity."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)
