"""Sealed text 加密存放: personal data rest as SM4-GCM ciphertext (GB/T 32907) under one key file.

Whoever reads the database, a back-up or the ledger without the key reads no name, number or
address. The same key answers blind questions ("is it this phone?") by an SM3-keyed digest.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_MARK = "sm4gcm1:"


class KeyUnreadable(Exception):
    """The key file is open to others, or what is sealed was not sealed with it."""


class SealingKey:
    """Seals small mappings and answers blind questions."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != 32:
            raise KeyUnreadable("密钥长度不对 wrong key length")
        self._key, self._blind = secret[:16], secret[16:]

    def seal(self, values: Mapping[str, str]) -> str:
        """The mapping as one line of text that only this key opens."""
        nonce = os.urandom(12)
        encryptor = Cipher(algorithms.SM4(self._key), modes.GCM(nonce)).encryptor()
        plain = json.dumps(dict(values), ensure_ascii=False, sort_keys=True).encode()
        body = encryptor.update(plain) + encryptor.finalize()
        return _MARK + (nonce + encryptor.tag + body).hex()

    def open(self, sealed: str) -> dict[str, str]:
        """The mapping again; `KeyUnreadable` when it was changed or sealed with another key."""
        if not sealed.startswith(_MARK):
            raise KeyUnreadable("不是加密内容 nothing sealed")
        try:
            raw = bytes.fromhex(sealed.removeprefix(_MARK))
            mode = modes.GCM(raw[:12], raw[12:28])
            decryptor = Cipher(algorithms.SM4(self._key), mode).decryptor()
            plain = decryptor.update(raw[28:]) + decryptor.finalize()
        except (ValueError, InvalidTag) as cause:
            raise KeyUnreadable("内容无法解密 it can not be opened with this key") from cause
        return dict(json.loads(plain))

    def blind(self, *parts: str) -> str:
        """A keyed digest of the parts: equal for equal parts, telling nothing of them."""
        message = "\x1f".join(parts).encode()
        return hmac.new(self._blind, message, hashlib.sha256).hexdigest()


def load_or_create_sealing_key(path: Path) -> SealingKey:
    """The key in a file, made there (mode 0600) at the first; `KeyUnreadable`."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        beside = path.with_name(f".{path.name}.{os.getpid()}.new")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w") as stream:
                stream.write(os.urandom(32).hex())
                stream.flush()
                os.fsync(stream.fileno())
            try:
                os.link(beside, path)
            except FileExistsError:
                pass  # a quicker process made it
        finally:
            beside.unlink()
    if path.stat().st_mode & 0o077:
        raise KeyUnreadable(f"密钥文件权限过宽，应为 0600 key file open to others: {path.name}")
    return SealingKey(bytes.fromhex(path.read_text("ascii").strip()))
