"""`lantai certificate verify FILE`: is this archives certificate genuine? No database, no network."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from lantai.cli.command import DONE, FOUND_WANTING, BadCall, Command, emit, say

LARGEST = 200 << 20


class CertificateVerify(Command):
    """Judges a certificate 验证档案证明: intact or altered, by whom, trusted or not."""

    id = "certificate"
    help = "离线验证档案证明 verify a certificate off line"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """verify FILE, and whose certificate is trusted."""
        parser.add_argument("action", choices=["verify"])
        parser.add_argument("file", metavar="FILE", help="证明 PDF / the certificate")
        parser.add_argument(
            "--trust", metavar="CERT", help="签发馆的证书 (PEM, DER) / the archives' certificate"
        )

    def run(self, options: argparse.Namespace) -> int:
        """0 genuine, 1 found wanting, 2 unreadable."""
        from lantai.access.certificates.signing import judge, trusted_here
        from lantai.engines.sign.pades import read_certificates

        document = _read(Path(options.file))
        roots, sm2_keys = trusted_here(Path(os.environ.get("LANTAI_DATA", "lantai-data")) / "keys")
        if options.trust:
            try:
                roots = read_certificates(_read(Path(options.trust)))
            except ValueError as problem:
                raise BadCall(f"证书无法读取 / not a certificate: {options.trust}") from problem
        verdict = judge(document, roots, sm2_keys)
        if options.json:
            emit({"file": options.file, **verdict.to_json()})
        else:
            say(f"{verdict.message_zh} {verdict.message_en}")
            if verdict.signer:
                say(f"签名 signer: {verdict.signer}  {verdict.signed_at}  SM2: {verdict.sm2}")
        return DONE if verdict.verdict == "valid" else FOUND_WANTING


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise BadCall(f"文件过大 / too large: {path}")
        return path.read_bytes()
    except OSError as problem:
        raise BadCall(f"无法读取 / cannot be read: {path} ({problem.strerror})") from problem
