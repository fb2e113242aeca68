"""Seals of the tests' own making 自制电子印章: SES V1 and V4, by SM2 and by RSA, with their authority."""

from __future__ import annotations

import base64
import datetime as dt
import io
import zipfile
from pathlib import Path

import gmssl_fast
from asn1crypto import core, keys, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from gmssl_fast import SM2

from lantai.core.ofd import TextPage, write_ofd

NOW = dt.datetime(2026, 3, 5, 8, tzinfo=dt.UTC)
YEAR = dt.timedelta(days=365)
_SM2_SIGN, _RSA_SIGN = "1.2.156.10197.1.501", "1.2.840.113549.1.1.11"
_NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def tlv(tag: int, *parts: bytes) -> bytes:
    """One DER value."""
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + body


def sequence(*parts: bytes) -> bytes:
    return tlv(0x30, *parts)


def number(value: int) -> bytes:
    return core.Integer(value).dump()


def text(value: str) -> bytes:
    return tlv(0x0C, value.encode())


def bits(value: bytes) -> bytes:
    return tlv(0x03, b"\0", value)


def octets(value: bytes) -> bytes:
    return tlv(0x04, value)


def oid(value: str) -> bytes:
    return core.ObjectIdentifier(value).dump()


def moment(value: dt.datetime) -> bytes:
    return tlv(0x18, value.strftime("%Y%m%d%H%M%SZ").encode())


class Key:
    """A key pair of one kind: its public part for a certificate, and signatures."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        if kind == "rsa":
            self.method = _RSA_SIGN
            self._key = rsa.generate_private_key(65537, 2048)
            form = serialization.PublicFormat.SubjectPublicKeyInfo
            public = self._key.public_key().public_bytes(serialization.Encoding.DER, form)
            self.public = keys.PublicKeyInfo.load(public)
            return
        self.method = _SM2_SIGN
        made = SM2.generate()
        self._sm2 = made
        point = bytes.fromhex(made.public_key_hex[-128:])
        algorithm = sequence(oid("1.2.840.10045.2.1"), oid("1.2.156.10197.1.301"))
        self.public = keys.PublicKeyInfo.load(sequence(algorithm, bits(b"\x04" + point)))

    def sign(self, data: bytes) -> bytes:
        if self.kind == "rsa":
            return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        raw = self._sm2.sign(data)
        halves = (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        return sequence(*(number(half) for half in halves))


class Holder:
    """A name with a key and a certificate, issued by itself or by an authority."""

    def __init__(self, kind: str, name: str, issuer: Holder | None = None, *, ca: bool = False,
                 first: dt.datetime = NOW - YEAR, last: dt.datetime = NOW + 5 * YEAR) -> None:  # fmt: skip
        self.key, self.name = Key(kind), x509.Name.build({"common_name": name})
        above = issuer or self
        body = x509.TbsCertificate(
            {
                "version": "v3", "serial_number": 7, "issuer": above.name, "subject": self.name,
                "signature": {"algorithm": above.key.method},
                "validity": {"not_before": x509.Time({"general_time": first}),
                             "not_after": x509.Time({"general_time": last})},
                "subject_public_key_info": self.key.public,
                "extensions": [{"extn_id": "basic_constraints", "critical": True,
                                "extn_value": {"ca": ca}}],
            }
        )  # fmt: skip
        signed = body.dump()
        method = sequence(oid(above.key.method))
        self.certificate = sequence(signed, method, bits(above.key.sign(signed)))


def seal_of(version: int, maker: Holder, signers: list[bytes], last: dt.datetime, *,
            by_digest: bool = False) -> bytes:  # fmt: skip
    """An SESeal: GM/T 0031 for V1, GB/T 38540 for V4."""
    header = sequence(tlv(0x16, b"ES"), number(version), tlv(0x16, b"lantai-tests"))
    if by_digest:
        listed = [
            sequence(tlv(0x13, b"SM3"), octets(bytes(gmssl_fast.sm3(one)))) for one in signers
        ]
    else:
        listed = [octets(one) for one in signers]
    kind = (number(2 if by_digest else 1),) if version == 4 else ()
    dates = (moment(NOW - YEAR), moment(NOW - YEAR), moment(last))
    detail = sequence(number(1), text("示例市档案馆印章"), *kind, sequence(*listed), *dates)
    picture = sequence(tlv(0x16, b"png"), octets(b"\x89PNG"), number(40), number(40))
    info = sequence(header, tlv(0x16, b"seal-1"), detail, picture)
    method = oid(maker.key.method)
    if version == 4:
        return sequence(info, octets(maker.certificate), method, bits(maker.key.sign(info)))
    inner = (octets(maker.certificate), method)
    signature = maker.key.sign(sequence(info, *inner))
    return sequence(info, sequence(*inner, bits(signature)))


def signed_value(version: int, signer: Holder, seal: bytes, xml: bytes) -> bytes:
    """SES_Signature over a Signature.xml."""
    parts = [
        number(version), seal, moment(NOW), bits(bytes(gmssl_fast.sm3(xml))),
        tlv(0x16, b"/Doc_0/Signs/Sign_0/Signature.xml"),
    ]  # fmt: skip
    method = oid(signer.key.method)
    if version == 4:
        body = sequence(*parts)
        return sequence(body, octets(signer.certificate), method, bits(signer.key.sign(body)))
    body = sequence(*parts, octets(signer.certificate), method)
    return sequence(body, bits(signer.key.sign(body)))


def sealed_ofd(path: Path, version: int, signer: Holder, seal: bytes) -> None:
    """A page of text, sealed: every part is protected by SM3 but the list of signatures."""
    plain = io.BytesIO()
    write_ofd(plain, [TextPage(["关于同意设立湿地保护小区的批复"])])
    with zipfile.ZipFile(plain) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts["OFD.xml"] = parts["OFD.xml"].replace(
        b"</ofd:DocRoot>", b"</ofd:DocRoot><ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures>"
    )  # fmt: skip
    references = "".join(
        f'<ofd:Reference FileRef="/{name}"><ofd:CheckValue>'
        f"{base64.b64encode(bytes(gmssl_fast.sm3(data))).decode()}</ofd:CheckValue></ofd:Reference>"
        for name, data in parts.items()
    )
    xml = (
        f'<?xml version="1.0" encoding="UTF-8"?><ofd:Signature {_NS}><ofd:SignedInfo>'
        f'<ofd:Provider ProviderName="lantai-tests"/><ofd:SignatureMethod>{signer.key.method}'
        f"</ofd:SignatureMethod><ofd:SignatureDateTime>{NOW:%Y%m%d%H%M%S}Z</ofd:SignatureDateTime>"
        f'<ofd:References CheckMethod="1.2.156.10197.1.401">{references}</ofd:References>'
        "</ofd:SignedInfo><ofd:SignedValue>SignedValue.dat</ofd:SignedValue></ofd:Signature>"
    ).encode()
    place = "Doc_0/Signs/Sign_0"
    parts["Doc_0/Signs/Signatures.xml"] = (
        f'<ofd:Signatures {_NS}><ofd:Signature ID="1" Type="Seal" '
        f'BaseLoc="/{place}/Signature.xml"/></ofd:Signatures>'
    ).encode()
    parts[f"{place}/Signature.xml"] = xml
    parts[f"{place}/SignedValue.dat"] = signed_value(version, signer, seal, xml)
    with zipfile.ZipFile(path, "w") as target:
        for name, data in parts.items():
            target.writestr(name, data)
