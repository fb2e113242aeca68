"""Verbs on certificates 出证: propose, issue (another person), void, print."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from lantai.access.certificates.issuing import Issued
from lantai.access.certificates.models import Certificate, CertificateLine, CertificatePrint
from lantai.access.certificates.pages import wanted_pages
from lantai.access.certificates.sheet import COPY, FOUND, NOT_FOUND
from lantai.access.requests.models import AttachedRecord, ServiceRequest
from lantai.foundation.desks.cases.operations import move_case
from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.policy import require
from lantai.foundation.refusal import Conflict, Refusal
from lantai.foundation.work import Act, about, keep, note

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: nothing that looks like another


class CertificateRefused(Refusal):
    """The certificate can not be made or issued so."""

    code = "certificate-refused"


@operation(permission="certificates.propose", event="certification")
def propose_certificate(
    act: Act,
    /,
    *,
    request: ServiceRequest,
    kind: str,
    question: str,
    attached: Sequence[AttachedRecord] = (),
    scope: str = "",
) -> Certificate:
    """Draft a certificate for a request; it has its number and code and is not yet good."""
    request.case.refresh_from_db()
    _check_proposal(request, kind, question.strip(), list(attached), scope.strip())
    archives = Institution.objects.select_for_update().get(pk=request.archives_id)
    certificate = Certificate.objects.create(
        number=_next_number(archives, act.day.year),
        archives=archives,
        request=request,
        kind=kind,
        question=question.strip()[:500],
        scope=scope.strip()[:1000],
        verify_code=_code(),
        proposed_by=act.by.urn,
        proposed_name=act.by.name,
        proposed_at=act.at,
    )
    keep(certificate, kind="created")
    for n, row in enumerate(attached, 1):
        record = row.record
        line = CertificateLine.objects.create(
            certificate=certificate,
            attached=row,
            sequence=n,
            reference_code=record.reference_code,
            title=record.title,
            date=record.date,
            creator=record.creator,
            pages=row.pages,
            quote=row.quote,
        )
        keep(line)
        about(record.urn)
    note(kind=kind, number=certificate.number)
    return certificate


def check_issuable(actor: Any, certificate: Certificate) -> None:
    """Everything that must hold before anything is drawn or signed; asked again when issuing."""
    require(actor, "certificates.approve", certificate=certificate)
    current = Certificate.objects.select_related("request__case").get(pk=certificate.pk)
    if current.state != Certificate.DRAFT:
        raise Conflict("这份证明已经办理过，请刷新。", "This one has been dealt with; reload.")
    if actor.urn in {current.proposed_by, current.request.proposed_by}:
        raise CertificateRefused(
            "拟稿人不能签发自己拟的证明，请由另一位有权的同志核准。",
            "Nobody issues a certificate they drafted; another person must approve it.",
            code="own-certificate",
        )
    if current.request.case.state != "awaiting":
        raise CertificateRefused(
            "这件查档还没有报请审批，不能签发。", "The request has not been put up for approval.",
            code="not-awaiting",
        )  # fmt: skip


@operation(permission="certificates.approve", event="digital_signature_generation")
def issue_certificate(act: Act, /, *, certificate: Certificate, issued: Issued) -> Certificate:
    """Register what `issuing.prepare` signed and stored; the last draft moves the request on."""
    current = Certificate.objects.select_for_update().get(pk=certificate.pk)
    check_issuable(act.by, current)
    current.state = Certificate.VALID
    current.approved_by, current.approved_name = act.by.urn, act.by.name
    current.issued_at = issued.at
    current.object_id, current.file_name = issued.object_id, f"{current.number}.pdf"
    current.size, current.sha512, current.sm3 = issued.size, issued.sha512, issued.sm3
    current.page_count, current.copy_pages = issued.page_count, issued.copy_pages
    current.version += 1
    current.save()
    keep(current)
    note(number=current.number, sha512=issued.sha512, pages=issued.page_count)
    if not current.request.certificates.filter(state=Certificate.DRAFT).exists():
        move_case(act, case=current.request.case, transition="certify")
    return current


@operation(permission="certificates.void", event="certificate_voiding")
def void_certificate(act: Act, /, *, certificate: Certificate, reason: str) -> Certificate:
    """Declare an issued certificate void; it stays on record and verifies as void."""
    if not reason.strip():
        raise CertificateRefused("作废须写明理由。", "Say why it is void.", code="no-reason")
    current = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if current.state != Certificate.VALID:
        raise Conflict("只有有效的证明可以作废。", "Only a valid certificate can be voided.")
    current.state = Certificate.VOID
    current.void_reason, current.voided_at = reason.strip()[:500], act.at
    current.voided_by = act.by.urn
    current.version += 1
    current.save()
    keep(current)
    return current


@operation(permission="certificates.print", event="dissemination")
def print_certificate(act: Act, /, *, certificate: Certificate, place: str = "") -> Certificate:
    """Count a print or hand-out: when, by whom, where."""
    return _count_print(act, certificate, place or "window")


@operation(permission="requests.own", event="dissemination")
def fetch_certificate(
    act: Act, /, *, certificate: Certificate, request: ServiceRequest
) -> Certificate:
    """The citizen downloads it from the status page."""
    if certificate.request_id != request.pk:
        raise Conflict("证明与申请不符。", "The certificate is of another request.")
    return _count_print(act, certificate, "online")


def _count_print(act: Act, certificate: Certificate, place: str) -> Certificate:
    current = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if current.state != Certificate.VALID:
        raise CertificateRefused(
            "这份证明不是有效状态，不能打印或领取。",
            "This certificate is not valid.",
            code="not-valid",
        )
    current.printed_count += 1
    current.save(update_fields=["printed_count"])
    row = CertificatePrint.objects.create(
        certificate=current, at=act.at, by=act.by.urn, place=place[:60]
    )
    keep(current, row)
    return current


def _check_proposal(
    request: ServiceRequest, kind: str, question: str, attached: list[AttachedRecord], scope: str
) -> None:
    if kind not in (FOUND, NOT_FOUND, COPY):
        raise CertificateRefused("没有这种证明。", "There is no such kind of certificate.")
    if not question:
        raise CertificateRefused(
            "请写明申请人所问的事项（一句话）。", "State the question in one sentence.",
            code="no-question",
        )  # fmt: skip
    state = request.case.state
    if kind == NOT_FOUND:
        if state != "not_found" or attached:
            raise CertificateRefused(
                "查无证明只能在“未查到”之后出具，且不附档案。",
                "A certificate of absence follows “not found” and names no record.",
                code="wrong-state",
            )
        if not scope:
            raise CertificateRefused(
                "查无证明要写明查找范围（全宗、年度、目录）。", "State what was searched.",
                code="no-scope",
            )  # fmt: skip
        return
    if state != "found" or not attached:
        raise CertificateRefused(
            "没有查到的档案，不能出具此证明：请先附上档案并记为“查到”。",
            "No certificate without a found record: attach it and record “found” first.",
            code="no-record",
        )
    _check_attached(request, kind, attached)


def _check_attached(request: ServiceRequest, kind: str, attached: list[AttachedRecord]) -> None:
    for row in attached:
        if row.request_id != request.pk:
            raise CertificateRefused(
                "所附档案不属于本件申请。", "That record is of another request."
            )
        if row.consent not in (AttachedRecord.NOT_NEEDED, AttachedRecord.AGREED):
            raise CertificateRefused(
                f"《{row.record.title}》尚未开放，须先取得立档单位同意（档案法实施条例第三十四条）。",
                "That record is not open and its unit has not agreed (Regulations art. 34).",
                code="no-consent",
            )
        if kind == FOUND and not row.quote:
            raise CertificateRefused(
                f"《{row.record.title}》还没有摘录原文，查有证明须逐字引用。",
                "Quote the record word by word first.",
                code="no-quote",
            )
        wanted_pages(row.pages)
    if kind == COPY and not any(row.record.components.exists() for row in attached):
        raise CertificateRefused(
            "所附档案没有数字文件，不能出具复制件证明。", "The records have no files to copy.",
            code="no-files",
        )  # fmt: skip


def _next_number(archives: Institution, year: int) -> str:
    stem = f"{year}-{archives.code}-"
    last = Certificate.objects.filter(number__startswith=stem).order_by("-number").first()
    serial = int(last.number.rsplit("-", 1)[1]) + 1 if last else 1
    return f"{stem}{serial:05d}"


def _code() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(12))
    return "-".join(letters[n : n + 4] for n in range(0, 12, 4))
