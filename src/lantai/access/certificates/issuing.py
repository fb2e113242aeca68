"""Issuing 签发: the work before the verb: draw, sign, store, read back; then one short operation.

The file lies in storage as the object ``urn:lantai:<archives>:certificate:<number>`` before any
row says so; killed in between, the next try finds it there and adopts it or adds a version.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Any

import pikepdf
from django.conf import settings
from django.utils.timezone import localtime

from lantai.access.certificates.drawing import draw_certificate
from lantai.access.certificates.models import Certificate
from lantai.access.certificates.pages import copy_pages
from lantai.access.certificates.sheet import COPY, CertificateSheet, CopyPage, Line
from lantai.access.certificates.signing import FACTS, identity_of, judge, make_signed, trusted_here
from lantai.access.requests.queries import identity_of as requester_of
from lantai.core.fixity import digest_bytes
from lantai.core.ledger.chain import canonical
from lantai.core.ocfl.inventory import User
from lantai.core.ocfl.root import OcflRoot
from lantai.core.ocfl.staging import NewFile
from lantai.core.terms import vocabularies
from lantai.preservation.depositing.place import open_object_file, storage_root

FILE = "content/certificate.pdf"
DESCRIPTION = "metadata/certificate.json"


@dataclass(frozen=True)
class Issued:
    """A signed certificate as it lies in storage."""

    object_id: str
    size: int
    sha512: str
    sm3: str
    page_count: int
    copy_pages: list[dict[str, str]]
    at: datetime


def object_id_of(certificate: Certificate) -> str:
    """The object that keeps it."""
    return f"urn:lantai:{certificate.archives.code}:certificate:{certificate.number}"


def verify_url(code: str) -> str:
    """Where the QR leads."""
    return f"{settings.LANTAI.base_url.rstrip('/')}/verify/?code={code}"


def sheet_of(
    certificate: Certificate, approver: str, at: datetime, pages: tuple[CopyPage, ...] = ()
) -> CertificateSheet:
    """The certificate's content, the asker's name from the sealed identity."""
    lines = tuple(
        Line(line.reference_code, line.title, line.date, line.creator, line.pages, line.quote)
        for line in certificate.lines.order_by("sequence")
    )
    return CertificateSheet(
        number=certificate.number,
        kind=certificate.kind,
        archives_code=certificate.archives.code,
        archives_name=certificate.archives.name,
        asker=_asker(certificate),
        purpose=vocabularies().get("request_purpose").label(certificate.request.purpose),
        question=certificate.question,
        scope=certificate.scope,
        lines=lines,
        issued_on=localtime(at).date(),
        handler=certificate.proposed_name,
        approver=approver,
        request=certificate.request.number,
        verify_code=certificate.verify_code,
        verify_url=verify_url(certificate.verify_code),
        seal_words=certificate.archives.details.get("seal_words") or "档案利用专用章",
        pages=pages,
    )


def draft_pdf(certificate: Certificate) -> bytes:
    """A specimen to look at before approval: unsigned, without seal, marked across."""
    pages = pages_of(certificate)
    sheet = sheet_of(certificate, "——", certificate.proposed_at, pages)
    return draw_certificate(replace(sheet, specimen=True))


def pages_of(certificate: Certificate) -> tuple[CopyPage, ...]:
    """The page images of a 复制件证明; none for the others."""
    if certificate.kind != COPY:
        return ()
    made: list[CopyPage] = []
    for line in certificate.lines.select_related("attached__record").order_by("sequence"):
        made += copy_pages(line.attached.record, line.pages)
    return tuple(made)


def prepare(certificate: Certificate, approver: Any, at: datetime) -> Issued:
    """Draw, sign, store and read back. Nothing is registered yet."""
    sheet = sheet_of(certificate, approver.name, at, pages_of(certificate))
    object_id, root = object_id_of(certificate), storage_root()
    pdf = _already_there(root, object_id, sheet)
    if pdf is None:
        pdf = make_signed(sheet, settings.LANTAI.keys)
        _store(root, object_id, pdf, sheet, approver.name, at)
    stored = read_file(object_id)
    if stored != pdf:
        raise RuntimeError("storage gave back other bytes than were signed")
    digests = digest_bytes(stored, ("sha512", "sm3")).values
    with pikepdf.open(BytesIO(stored)) as document:
        count = len(document.pages)
    return Issued(
        object_id,
        len(stored),
        digests["sha512"],
        digests["sm3"],
        count,
        sheet.facts()["copy_pages"],
        at,
    )


def read_file(object_id: str) -> bytes:
    """The certificate's bytes from storage."""
    with open_object_file(object_id, FILE) as stream:
        return stream.read()


def publish_trust(organisation: str) -> bytes:
    """The root certificate that verifiers are given; made when there is none yet."""
    return identity_of(settings.LANTAI.keys, organisation).root


def _already_there(root: OcflRoot, object_id: str, sheet: CertificateSheet) -> bytes | None:
    """What an interrupted run stored, if it says the very same."""
    if not root.exists(object_id):
        return None
    pdf = read_file(object_id)
    verdict = judge(pdf, *trusted_here(settings.LANTAI.keys))
    same = verdict.verdict == "valid" and canonical(verdict.certificate) == canonical(sheet.facts())
    return pdf if same else None


def _store(
    root: OcflRoot, object_id: str, pdf: bytes, sheet: CertificateSheet, by: str, at: datetime
) -> None:
    description = {"form": "lantai-certificate-object/1", "number": sheet.number, "facts": FACTS,
                   "archives": sheet.archives_code, "request": sheet.request}  # fmt: skip
    files = [
        NewFile(FILE, pdf),
        NewFile(DESCRIPTION, json.dumps(description, ensure_ascii=False, indent=1).encode()),
    ]
    message = f"签发档案证明 {sheet.number}"
    if root.exists(object_id):
        root.update(object_id, files, message=message, user=User(by), created=at)
    else:
        root.create(object_id, files, message=message, user=User(by), created=at)


def _asker(certificate: Certificate) -> str:
    request, who = certificate.request, requester_of(certificate.request)
    terms = vocabularies()
    relation = terms.get("relation").label(request.relation)
    document = terms.get("id_document").label(request.id_type)
    parts = f"{document} {request.id_masked}" if request.id_masked else document
    return f"{who['name']}（{parts}，与当事人关系：{relation}）"
