"""Signing certificates 证明签章: PAdES over the file, SM2 over its facts; and judging both again.

No database: the same code answers on line and at `lantai certificate verify`.
"""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pikepdf

from lantai.access.certificates.drawing import draw_certificate
from lantai.access.certificates.sheet import FORM, CertificateSheet
from lantai.core.ledger.chain import canonical
from lantai.engines.sign.pades import (
    ROOT_NAME,
    SIGNER_NAME,
    SigningIdentity,
    check_pdf,
    load_or_create_identity,
    sign_pdf,
)
from lantai.engines.sign.sm2 import Sm2Signer, key_id, load_or_create, verify

FACTS = "lantai-certificate.json"
SM2_KEY = "certificate-sm2.json"
SM2_PUBLIC = "certificate-sm2-public.hex"
LARGEST_FACTS = 4 << 20


@dataclass
class FileVerdict:
    """What a look at one file found; ``verdict``: valid, untrusted, altered, not-a-certificate."""

    verdict: str
    intact: bool
    trusted: bool
    signer: str
    signed_at: str
    sm2: str  # valid | invalid | missing
    sm2_trusted: bool
    certificate: dict[str, Any] = field(default_factory=dict)
    message_zh: str = ""
    message_en: str = ""

    def to_json(self) -> dict[str, Any]:
        """As printed by the command."""
        return asdict(self)


def identity_of(keys: Path, organisation: str) -> SigningIdentity:
    """The installation's issuing identity."""
    return load_or_create_identity(keys, organisation)


def sm2_signer(keys: Path) -> Sm2Signer:
    """The installation's SM2 key for certificates; its public part lies beside for verifiers."""
    signer = load_or_create(keys / SM2_KEY)
    public = keys / SM2_PUBLIC
    if not public.exists():
        public.write_text(signer.public_key + "\n")
    return signer


def make_signed(sheet: CertificateSheet, keys: Path) -> bytes:
    """Draw, embed the SM2-signed facts, sign; the result is judged before it is given out."""
    signer = sm2_signer(keys)
    facts = sheet.facts()
    document = {
        "facts": facts,
        "sm2": {**signer(canonical(facts)), "public_key": signer.public_key},
    }
    with_facts = _embed(draw_certificate(sheet), canonical(document))
    identity = identity_of(keys, sheet.archives_name)
    signed = sign_pdf(
        with_facts, identity, reason=f"出具{sheet.title} {sheet.number}", place=sheet.archives_name
    )
    verdict = judge(signed, [identity.root], [signer.public_key])
    if verdict.verdict != "valid" or not verdict.sm2_trusted:
        raise RuntimeError("a certificate just signed does not verify")
    return signed


def trusted_here(keys: Path) -> tuple[list[bytes], list[str]]:
    """Root certificates and SM2 keys that this installation trusts: its own."""
    roots = [p.read_bytes() for p in (keys / ROOT_NAME, keys / SIGNER_NAME) if p.is_file()]
    public = keys / SM2_PUBLIC
    return roots, [public.read_text("ascii").strip()] if public.is_file() else []


def judge(document: bytes, roots: list[bytes], sm2_keys: list[str]) -> FileVerdict:
    """Whether a file is a certificate, whole, and by somebody trusted. Never raises for a file."""
    signature = check_pdf(document, roots)
    facts, sm2, known = (
        _facts_of(document, sm2_keys) if signature.signed else ({}, "missing", False)
    )
    intact = signature.intact and sm2 == "valid"
    verdict, zh, en = _words(signature.signed, intact, signature.trusted, bool(facts))
    return FileVerdict(
        verdict=verdict,
        intact=intact,
        trusted=signature.trusted and intact,
        signer=signature.signer,
        signed_at=signature.signed_at.isoformat() if signature.signed_at else "",
        sm2=sm2,
        sm2_trusted=known and sm2 == "valid",
        certificate=facts if intact else {},
        message_zh=zh,
        message_en=en,
    )


def _words(signed: bool, intact: bool, trusted: bool, is_ours: bool) -> tuple[str, str, str]:
    if not signed:
        return ("not-a-certificate", "这不是带有电子签名的档案证明，或签名已被破坏。",
                "This is no signed certificate, or its signature has been destroyed.")  # fmt: skip
    if not intact:
        return ("altered", "文件在签发之后被改动，不能采信。请向签发档案馆核实。",
                "The file was changed after it was issued; do not rely on it. Ask the archives.")  # fmt: skip
    if not is_ours:
        return ("not-a-certificate", "签名完好，但不是档案证明。", "Signed, but no certificate.")
    if not trusted:
        return ("untrusted", "文件自签发后未被改动；但没有给出签发馆的证书，不能确认签发者。",
                "Unchanged since it was signed; the signer is not confirmed without "  # noqa: ISC004
                "the archives' certificate.")  # fmt: skip
    return "valid", "证明真实、完整，签名有效。", "Genuine and whole; the signature is good."


def _embed(pdf: bytes, data: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        spec = pikepdf.AttachedFileSpec(
            document, data, mime_type="application/json", description="证明要素"
        )
        document.attachments[FACTS] = spec
        document.save(out)
    return out.getvalue()


def _facts_of(document: bytes, trusted: list[str]) -> tuple[dict[str, Any], str, bool]:
    """The embedded facts, the verdict on their SM2 signature, whether its key is known here."""
    try:
        with pikepdf.open(io.BytesIO(document)) as pdf:
            raw = pdf.attachments[FACTS].get_file().read_bytes()
        if len(raw) > LARGEST_FACTS:
            return {}, "invalid", False
        held = json.loads(raw)
        facts, seal = held["facts"], held["sm2"]
        public = str(seal["public_key"])
        good = (
            facts["form"] == FORM
            and canonical(held) == raw
            and seal["key_id"] == key_id(public)
            and verify(public, canonical(facts), bytes.fromhex(seal["signature"]))
        )
    except (pikepdf.PdfError, KeyError, ValueError, TypeError, RecursionError):
        return {}, "missing", False
    return (facts if good else {}), ("valid" if good else "invalid"), public in trusted
