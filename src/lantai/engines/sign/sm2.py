"""SM2 signatures SM2 签名 (GB/T 32918): the archives' own seal on its ledger.

Signatures leave here as DER, hexadecimal, over the default user id ``1234567812345678``
(GB/T 35276), so that OpenSSL and any other tool can check them with the published key.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from pathlib import Path

from asn1crypto.core import Integer, Sequence
from asn1crypto.keys import ECDomainParameters, PublicKeyInfo
from gmssl_fast import SM2, GmsslError

from lantai.core.fixity import digest_bytes

ALGORITHM = "sm2-with-sm3"
PUBLIC_NAME = "ledger-public-key"
_CURVE = "1.2.156.10197.1.301"
"""The object identifier of sm2p256v1."""


class KeyUnusable(Exception):
    """The key file can not be read, is open to others, or is no SM2 key."""


class _Signature(Sequence):
    """The DER structure of GB/T 35276: r and s."""

    _fields = [("r", Integer), ("s", Integer)]


class Sm2Signer:
    """Signs with one private key. Call it with bytes: it answers what goes into a seal."""

    def __init__(self, private_key: str, public_key: str) -> None:
        self._key = SM2(private_key=private_key, public_key=public_key)
        self.public_key = public_key
        self.key_id = key_id(public_key)

    def __call__(self, message: bytes) -> dict[str, str]:
        return {
            "algorithm": ALGORITHM,
            "key_id": self.key_id,
            "signature": self.sign(message).hex(),
        }

    def sign(self, message: bytes) -> bytes:
        """The DER signature over a message."""
        raw = self._key.sign(message)
        number = int.from_bytes
        return bytes(
            _Signature({"r": number(raw[:32], "big"), "s": number(raw[32:], "big")}).dump()
        )

    def publish(self, folder: Path) -> None:
        """Put the public key beside what it proves: as PEM and as hexadecimal."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{PUBLIC_NAME}-{self.key_id[:16]}.pem").write_bytes(public_pem(self.public_key))
        (folder / f"{PUBLIC_NAME}-{self.key_id[:16]}.hex").write_text(self.public_key + "\n")


class Sm2Verifier:
    """Checks signatures of any of the public keys it was given. Call it as a ledger proof does."""

    def __init__(self, public_keys: list[str]) -> None:
        self._keys = {key_id(key): key for key in public_keys}

    @classmethod
    def from_folder(cls, folder: Path) -> Sm2Verifier:
        """With every key published in a folder."""
        found = sorted(folder.glob(f"{PUBLIC_NAME}-*.hex"))
        return cls([path.read_text("ascii").strip() for path in found])

    def __call__(self, message: bytes, signature: Mapping[str, str]) -> bool:
        key = self._keys.get(str(signature.get("key_id", "")))
        if key is None or signature.get("algorithm") != ALGORITHM:
            return False
        try:
            return verify(key, message, bytes.fromhex(str(signature.get("signature", ""))))
        except ValueError:
            return False


def verify(public_key: str, message: bytes, signature: bytes) -> bool:
    """Whether a DER signature over a message is of this public key (130 hexadecimal digits)."""
    try:
        parts = _Signature.load(signature, strict=True)
        raw = b"".join(int(parts[name].native).to_bytes(32, "big") for name in ("r", "s"))
        return bool(SM2(public_key=public_key).verify(message, raw))
    except (ValueError, TypeError, OverflowError, GmsslError):
        return False


def load_or_create(path: Path) -> Sm2Signer:
    """The key in a file, made there (mode 0600) when there is none; `KeyUnusable`."""
    if not path.exists():
        _create(path)
    if path.stat().st_mode & 0o077:
        raise KeyUnusable(f"密钥文件权限过宽，应为 0600 key file open to others: {path.name}")
    try:
        document = json.loads(path.read_text("ascii"))
        signer = Sm2Signer(document["private_key"], document["public_key"])
        if not verify(signer.public_key, b"lantai", signer.sign(b"lantai")):
            raise ValueError("the two keys are no pair")
    except (ValueError, KeyError, TypeError, GmsslError) as cause:
        raise KeyUnusable(f"密钥文件无法使用 key file unusable: {path.name}") from cause
    return signer


def key_id(public_key: str) -> str:
    """The name of a key: the SM3 digest of its point."""
    return digest_bytes(bytes.fromhex(public_key), ("sm3",)).values["sm3"]


def public_pem(public_key: str) -> bytes:
    """A public key as other tools read it (SubjectPublicKeyInfo, PEM)."""
    info = PublicKeyInfo(
        {
            "algorithm": {
                "algorithm": "ec",
                "parameters": ECDomainParameters(name="named", value=_CURVE),
            },
            "public_key": bytes.fromhex(public_key),
        }
    )
    text = base64.encodebytes(info.dump()).replace(b"\n", b"")
    lines = [text[n : n + 64] for n in range(0, len(text), 64)]
    return b"\n".join([b"-----BEGIN PUBLIC KEY-----", *lines, b"-----END PUBLIC KEY-----", b""])


def _create(path: Path) -> None:
    """A new pair, written whole; a second process that was quicker wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pair = SM2.generate()
    document = {
        "algorithm": ALGORITHM,
        "private_key": pair.private_key_hex,
        "public_key": pair.public_key_hex,
    }
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as stream:
            stream.write(json.dumps(document) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(beside, path)
        except FileExistsError:
            return
    finally:
        beside.unlink()
