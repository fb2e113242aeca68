"""Electronic signatures in PDFs PDF 电子签名: are the signed bytes as they were (DA/T 70 1-1).

The verdicts are those of OFD: intact, altered, unreadable; ``trusted`` by the same list, so never
without one. SM2 signatures of PDFs are read by their digest alone.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import gmssl_fast
from asn1crypto import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from lantai.core.ofd.trust import TrustList

_MOST_SIGNATURES = 100
_SPOILT = (
    *(ValueError, TypeError, LookupError, AttributeError, ArithmeticError, AssertionError),
    *(RecursionError, NotImplementedError),
)
"""What the libraries fall over with on a PDF that is spoilt."""
_SM3 = "1.2.156.10197.1.401"


@dataclass
class PdfSignature:
    """One signature, judged; ``value`` is valid, invalid or not-checked as for OFD."""

    field: str
    verdict: str = "unreadable"
    value: str = "not-checked"
    trusted: bool = False
    signer: str = ""
    signed_at: str = ""
    whole_file: bool = False
    """Whether nothing was added to the file after this signature."""
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """The fields as a JSON object."""
        return asdict(self)


def check_pdf_signatures(path: Path, trust: TrustList | None = None) -> list[PdfSignature]:
    """Every signature of a PDF; [] when it has none or its structure can not be read."""
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    try:
        with path.open("rb") as stream:
            reader = PdfFileReader(stream, strict=False)
            embedded = list(reader.embedded_regular_signatures)[:_MOST_SIGNATURES]
            roots = [x509.Certificate.load(one) for one in (trust or TrustList()).certificates]
            return [_judged(signature, roots) for signature in embedded]
    except (PdfError, OSError, *_SPOILT):
        return []


def _judged(signature: EmbeddedPdfSignature, roots: list[x509.Certificate]) -> PdfSignature:
    found = PdfSignature(str(signature.field_name))
    try:
        certificate = signature.signer_cert
        found.signer = certificate.subject.human_friendly if certificate is not None else ""
        told = signature.self_reported_timestamp
        found.signed_at = told.isoformat() if told is not None else ""
        found.whole_file = signature.evaluate_signature_coverage() in (
            SignatureCoverageLevel.ENTIRE_FILE,
            SignatureCoverageLevel.ENTIRE_REVISION,
        )
        _judge_value(signature, found, roots)
    except (PdfError, SignatureValidationError, *_SPOILT) as fault:
        found.note = f"{type(fault).__name__}: {fault}"[:200]
        _judge_digest(signature, found)
    return found


def _judge_value(
    signature: EmbeddedPdfSignature, found: PdfSignature, roots: list[x509.Certificate]
) -> None:
    context = ValidationContext(trust_roots=roots, allow_fetching=False)
    status = asyncio.run(async_validate_pdf_signature(signature, context))
    found.value = "valid" if status.valid else "invalid"
    found.verdict = "intact" if status.intact and status.valid else "altered"
    found.trusted = bool(roots and found.verdict == "intact" and status.trusted)


def _judge_digest(signature: EmbeddedPdfSignature, found: PdfSignature) -> None:
    """Where the key is of a kind the library does not know: does the digest hold."""
    try:
        signed = signature.signer_info["signed_attrs"]
        wanted = next(
            bytes(attribute["values"][0].native)
            for attribute in signed
            if attribute["type"].native == "message_digest"
        )
        algorithm = signature.signer_info["digest_algorithm"]["algorithm"].dotted
        data = b"".join(
            _range(signature, int(start), int(length)) for start, length in _ranges(signature)
        )
        made = bytes(gmssl_fast.sm3(data)) if algorithm == _SM3 else _by_length(data, wanted)
    except (StopIteration, *_SPOILT):
        return
    if made:
        found.verdict = "intact" if made == wanted else "altered"


def _ranges(signature: EmbeddedPdfSignature) -> list[tuple[int, int]]:
    numbers = [int(number) for number in signature.byte_range]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _range(signature: EmbeddedPdfSignature, start: int, length: int) -> bytes:
    stream = signature.reader.stream
    stream.seek(start)
    return bytes(stream.read(length))


def _by_length(data: bytes, wanted: bytes) -> bytes:
    names = {20: "sha1", 32: "sha256", 48: "sha384", 64: "sha512"}
    name = names.get(len(wanted))
    return hashlib.new(name, data, usedforsecurity=False).digest() if name else b""
