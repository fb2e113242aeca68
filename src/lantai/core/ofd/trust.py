"""Whom a signature is believed from 信任列表: certificates that an archives itself laid down.

A signer is trusted when its very certificate is on the list, or when a certificate authority on
the list issued it. Nothing is trusted by default, and nothing is fetched.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from asn1crypto import pem, x509

from lantai.core.ofd.certificates import verify_by_certificate

FOLDER = "trusted"
"""Within the keys of a data folder."""
_SUFFIXES = {".pem", ".cer", ".crt", ".der"}
_MOST_FILES, _MOST_BYTES = 500, 1 << 20


class CertificateUnreadable(ValueError):
    """A file of the list holds no certificate; ``path`` says which."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"证书无法读取 not a certificate: {path}")
        self.path = path


@dataclass(frozen=True)
class TrustList:
    """Certificates (DER) held to be good: of signers, or of the authorities that issue them."""

    certificates: tuple[bytes, ...] = ()

    def to_json(self) -> list[str]:
        """As given to a worker: each certificate in base64."""
        return [base64.b64encode(one).decode() for one in self.certificates]

    @cached_property
    def fingerprints(self) -> frozenset[str]:
        """SHA-256 of each, in lower-case hex."""
        return frozenset(hashlib.sha256(one).hexdigest() for one in self.certificates)

    def holds(self, certificate: bytes) -> bool:
        """Whether this certificate is on the list, or an authority on it issued this one."""
        if hashlib.sha256(certificate).hexdigest() in self.fingerprints:
            return True
        return any(_issued(authority, certificate) for authority in self.certificates)


def read_trust(places: Iterable[Path]) -> TrustList:
    """The certificates of these files and folders; `CertificateUnreadable` names a bad one."""
    found: list[bytes] = []
    for place in places:
        for path in _files(place):
            found.extend(_certificates(path))
    return TrustList(tuple(dict.fromkeys(found)))


def _files(place: Path) -> list[Path]:
    if not place.is_dir():
        return [place]
    known = (path for path in place.iterdir() if path.suffix.lower() in _SUFFIXES)
    return sorted(known)[:_MOST_FILES]


def _certificates(path: Path) -> list[bytes]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise CertificateUnreadable(path)
        data = path.read_bytes()
        if pem.detect(data):
            made = [der for kind, _, der in pem.unarmor(data, multiple=True) if "CERT" in kind]
        else:
            made = [data]
        for der in made:
            _ = x509.Certificate.load(der, strict=True).subject.native
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as fault:
        raise CertificateUnreadable(path) from fault
    return made


def _issued(authority: bytes, certificate: bytes) -> bool:
    """Whether the one is an authority's and its key signed the other."""
    try:
        above, below = x509.Certificate.load(authority), x509.Certificate.load(certificate)
        if not above.ca or above.subject.dump() != below.issuer.dump():
            return False
        usage = above.key_usage_value
        if usage is not None and "key_cert_sign" not in usage.native:
            return False
        signed = below["tbs_certificate"].dump()
        return bool(verify_by_certificate(authority, signed, below["signature_value"].native))
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
