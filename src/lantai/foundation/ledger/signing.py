"""Signing the ledger's seals 封签签名 with this installation's SM2 key; the public key lies beside."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from lantai.engines.sign.sm2 import Sm2Signer, Sm2Verifier, load_or_create

KEY = "ledger-sm2.json"
_signers: dict[Path, Sm2Signer] = {}


def sign_seal(message: bytes) -> dict[str, str]:
    """A seal's signature; the key is made and its public part published at the first."""
    signer = _signer()
    signer.publish(settings.LANTAI.ledger)
    return signer(message)


def own_public_key() -> str:
    """The public half of this installation's key, in hexadecimal."""
    return _signer().public_key


def _signer() -> Sm2Signer:
    path = settings.LANTAI.keys / KEY
    signer = _signers.get(path)
    if signer is None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _signers.clear()
        signer = _signers[path] = load_or_create(path)
    return signer


def seal_checker(folder: Path) -> Sm2Verifier:
    """Checks seals with the public keys published beside them."""
    return Sm2Verifier.from_folder(folder)
