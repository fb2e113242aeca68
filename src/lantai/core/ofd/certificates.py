"""Keys of certificates 证书公钥验签: SM2 with SM3 (GB/T 32918), RSA and ECDSA, over bytes given."""

from __future__ import annotations

import gmssl_fast
from asn1crypto import core, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

_SM2_OID = "1.2.156.10197.1.301"


def verify_by_certificate(certificate: bytes, data: bytes, signature: bytes) -> bool | None:
    """Whether the certificate's key made this signature; None when that cannot be judged."""
    try:
        key = x509.Certificate.load(certificate).public_key
        curve = key["algorithm"]["parameters"].native
        if curve == _SM2_OID or "sm2" in str(curve).lower():
            return _verify_sm2(bytes(key["public_key"].contents[1:]), data, signature)
        public = load_der_public_key(key.dump())
        if isinstance(public, rsa.RSAPublicKey):
            return _verify_rsa(public, data, signature)
        if isinstance(public, ec.EllipticCurvePublicKey):
            return _verify_ecdsa(public, data, signature)
        return None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    except Exception as fault:  # the key libraries have errors of their own
        if "Unsupported" in type(fault).__name__:
            return None
        return False


def _verify_sm2(point: bytes, data: bytes, signature: bytes) -> bool:
    if len(signature) != 64:
        numbers = core.SequenceOf.load(signature, spec=core.Integer, strict=False)
        values = [int(number.native) for number in numbers]
        if len(values) != 2 or not all(0 < value < 1 << 256 for value in values):
            return False
        signature = b"".join(value.to_bytes(32, "big") for value in values)
    return bool(gmssl_fast.SM2(public_key=point.hex()).verify(data, signature))


def _verify_rsa(key: rsa.RSAPublicKey, data: bytes, signature: bytes) -> bool:
    known = (hashes.SHA256(), hashes.SHA1(), hashes.SHA384(), hashes.SHA512())  # noqa: S303
    for algorithm in known:  # old seals are of SHA-1
        try:
            key.verify(signature, data, padding.PKCS1v15(), algorithm)
            return True
        except InvalidSignature:
            continue
    return False


def _verify_ecdsa(key: ec.EllipticCurvePublicKey, data: bytes, signature: bytes) -> bool:
    for algorithm in (hashes.SHA256(), hashes.SHA384(), hashes.SHA512()):
        try:
            key.verify(signature, data, ec.ECDSA(algorithm))
            return True
        except InvalidSignature:
            continue
    return False
