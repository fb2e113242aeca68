"""Signing EEPs 封装包签名 with an installation's signing identity, as the standard's block asks."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from lantai.core.packages.eep import EepSigner
from lantai.engines.sign.pades import SigningIdentity, SigningUnusable

ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2"
RSA_WITH_SHA256 = "1.2.840.113549.1.1.11"


def eep_signer(identity: SigningIdentity, name: str) -> EepSigner:
    """The signer of an identity; `SigningUnusable` for a key of another kind."""
    key = serialization.load_pem_private_key(identity.key, None)
    certificate = x509.load_pem_x509_certificate(identity.certificate)
    der = certificate.public_bytes(serialization.Encoding.DER)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        curve = key
        return EepSigner(
            lambda text: curve.sign(text, ec.ECDSA(hashes.SHA256())), der, name, ECDSA_WITH_SHA256
        )
    if isinstance(key, rsa.RSAPrivateKey):
        private = key
        return EepSigner(
            lambda text: private.sign(text, padding.PKCS1v15(), hashes.SHA256()),
            der, name, RSA_WITH_SHA256,
        )  # fmt: skip
    raise SigningUnusable("密钥种类不支持 a kind of key that is not supported")
