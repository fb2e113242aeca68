"""The signer's identity in SM2 signatures 签名者杂凑值 Z (GB/T 32918.2 §5.5).

Some signing programs take every digest as SM3(Z ‖ data), also those of the protected files; they
name the method 1.2.156.10197.1.401.2.
"""

from __future__ import annotations

import gmssl_fast
from asn1crypto import x509

_IDENTITY = b"1234567812345678"
"""The identity used where none is agreed (GM/T 0009)."""
_CURVE = bytes.fromhex(
    "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC"
    "28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93"
    "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7"
    "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0"
)
"""a, b, x of G and y of G of the recommended curve (GB/T 32918.5)."""


def identity_hash(certificate: bytes) -> bytes:
    """Z of the certificate's SM2 key; empty when it has none."""
    try:
        key = x509.Certificate.load(certificate).public_key
        point = bytes(key["public_key"].contents[1:])
    except (ValueError, TypeError, KeyError, AttributeError):
        return b""
    if len(point) != 65 or point[0] != 4:
        return b""
    length = (len(_IDENTITY) * 8).to_bytes(2, "big")
    return bytes(gmssl_fast.sm3(length + _IDENTITY + _CURVE + point[1:]))
