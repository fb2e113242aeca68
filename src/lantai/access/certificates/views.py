"""Pages of certificates: verify (public), propose, look, issue, print, void, the register."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lantai.access.certificates import operations
from lantai.access.certificates.issuing import draft_pdf, prepare, publish_trust, read_file
from lantai.access.certificates.models import Certificate
from lantai.access.certificates.queries import (
    by_code,
    by_file,
    certificate_for,
    certificates_for,
)
from lantai.access.certificates.signing import judge, trusted_here
from lantai.access.requests.own import opened
from lantai.access.requests.queries import request_for
from lantai.access.requests.throttle import check_public, count_public
from lantai.foundation.institutions.models import Institution
from lantai.foundation.paging import page_by_key
from lantai.foundation.policy import Anonymous, decide, require
from lantai.foundation.refusal import NotFound, Refusal, localised
from lantai.foundation.work import Act

LARGEST = 50 << 20  # bytes of an uploaded file to be verified


def kind_label(kind: str) -> str:
    """The kind's words."""
    return {
        "found": _("档案证明"),
        "not_found": _("查无档案证明"),
        "copy": _("档案复制件证明"),
    }[kind]


def state_label(state: str) -> tuple[str, str]:
    """The state's words and tone."""
    return {
        "draft": (_("待签发"), "review"),
        "valid": (_("有效"), "pass"),
        "void": (_("已作废"), "fail"),
        "dropped": (_("未采用"), ""),
    }[state]


@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    """Is it genuine? By code or by file; nothing private is shown."""
    code = request.GET.get("code", "")[:40]
    context: dict[str, Any] = {"code": code, "result": None}
    if code or request.method == "POST":
        address, now = request.META.get("REMOTE_ADDR", ""), timezone.now()
        check_public("verify", address, now)
        count_public("verify", address, now)
        context["result"] = (
            _by_upload(request) if request.method == "POST" else _told(by_code(code))
        )
    return render(request, "access/certificates/verify.html", context)


def _by_upload(request: HttpRequest) -> dict[str, Any]:
    upload = request.FILES.get("file")
    if upload is None:
        return _answer("fail", _("没有收到文件"), _("请选择证明的 PDF 文件再验证。"))
    if upload.size > LARGEST:
        return _answer("fail", _("文件过大"), _("档案证明不会超过 50 MB。"))
    document = upload.read()
    verdict = judge(document, *trusted_here(settings.LANTAI.keys))
    row = by_file(document)
    if verdict.verdict == "valid" and row is not None:
        return _told(row)
    message = localised(verdict.message_zh, verdict.message_en)
    if verdict.verdict == "valid":
        return _answer("warning", _("签名有效，但没有登记"),
                       _("签名出自本馆，但登记簿上没有这份文件，请致电档案馆核实。"))  # fmt: skip
    title = _("不是本馆签发") if verdict.verdict == "untrusted" else _("不能采信")
    return _answer("fail", title, message)


def _told(row: Certificate | None) -> dict[str, Any]:
    if row is None:
        return _answer("fail", _("没有查到"),
                       _("没有查到这个验证码的证明。请对照证明逐位核对；仍查不到的，请勿采信。"))  # fmt: skip
    label, tone = state_label(row.state)
    values = [
        {"label": _("证明编号"), "value": row.number},
        {"label": _("种类"), "value": kind_label(row.kind)},
        {"label": _("签发单位"), "value": row.archives.name},
        {"label": _("签发日期"), "value": _day(row.issued_at)},
        {"label": _("页数"), "value": str(row.page_count)},
    ]
    if row.state == Certificate.VOID:
        values.append({"label": _("作废日期"), "value": _day(row.voided_at)})
        return _answer(tone, label, _("这份证明已经作废，不能再使用。"), values)
    return _answer(tone, label, _("这份证明由本馆签发，现为有效。请核对编号、日期和页数。"), values)


def _answer(
    tone: str, verdict: str, message: str, values: list[dict[str, str]] | None = None
) -> dict[str, Any]:
    return {"title": _("验证结果"), "tone": tone, "verdict": verdict, "message": message,
            "values": values or []}  # fmt: skip


def trust(request: HttpRequest) -> HttpResponse:
    """The archives' root certificate, for off-line verification."""
    archives = Institution.objects.filter(kind=Institution.ARCHIVES).order_by("pk").first()
    if archives is None:
        raise NotFound("本系统还没有登记档案馆。", "No archives is registered here yet.")
    response = HttpResponse(publish_trust(archives.name), content_type="application/x-pem-file")
    response["Content-Disposition"] = 'attachment; filename="archives-certificate.pem"'
    return response


@login_required
def register(request: HttpRequest) -> HttpResponse:
    """出证登记簿."""
    require(request.user, "certificates.see")
    page = page_by_key(certificates_for(request.user), request.GET)
    labels = (_("编号"), _("种类"), _("申请"), _("拟稿"), _("核准"), _("签发"), _("页数"),
              _("打印"), _("状态"))  # fmt: skip
    context = {
        "rows": [_row(row) for row in page.rows],
        "columns": [{"label": x} for x in labels],
        "total": page.total,
        "pager": page.pager,
    }
    return render(request, "access/certificates/register.html", context)


@login_required
def one(request: HttpRequest, number: str) -> HttpResponse:
    """One certificate: the paper, its entry, what may be done."""
    row = certificate_for(request.user, number)
    state, tone = state_label(row.state)
    may, why = True, ""
    try:
        operations.check_issuable(request.user, row)
    except Refusal as refusal:
        may, why = False, str(refusal)
    values = [
        {"label": _("所问事项"), "value": row.question},
        {"label": _("拟稿"), "value": row.proposed_name},
        {"label": _("核准"), "value": row.approved_name or "—"},
        {"label": _("签发日期"), "value": _day(row.issued_at)},
        {"label": _("验证码"), "value": row.verify_code if row.issued_at else "—"},
        {"label": _("页数"), "value": str(row.page_count) if row.page_count else "—"},
        {"label": _("打印次数"), "value": str(row.printed_count), "numeric": True},
        {"label": "SM3", "value": row.sm3 or "—"},
    ]
    if row.void_reason:
        values.append({"label": _("作废理由"), "value": row.void_reason})
    context = {
        "certificate": row, "kind": kind_label(row.kind), "state": state, "tone": tone,
        "may_issue": may, "why_not": why, "values": values,
        "may_void": row.state == Certificate.VALID
        and decide(request.user, "certificates.void", certificate=row),
    }  # fmt: skip
    return render(request, "access/certificates/certificate.html", context)


@login_required
def pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The paper itself for the viewer: the signed file, or a marked specimen of a draft."""
    row = certificate_for(request.user, number)
    data = read_file(row.object_id) if row.object_id else draft_pdf(row)
    return HttpResponse(data, content_type="application/pdf")


@require_POST
@login_required
def propose(request: HttpRequest, number: str) -> HttpResponse:
    """Draft one for a request, from all that is attached."""
    row = request_for(request.user, number)
    kind = request.POST.get("kind", "")
    attached = row.attached.select_related("record").order_by("pk")
    made = operations.propose_certificate(
        Act(by=request.user),
        request=row,
        kind=kind,
        question=request.POST.get("question", ""),
        scope=request.POST.get("scope", ""),
        attached=[] if kind == "not_found" else list(attached),
    )
    messages.success(
        request, _("证明已拟好，编号 {number}；核对样稿后报请审批。").format(number=made.number)
    )
    return redirect("requests:request", number)


@require_POST
@login_required
def issue(request: HttpRequest, number: str) -> HttpResponse:
    """Approve: draw, sign, store; then the one short operation."""
    row = certificate_for(request.user, number)
    operations.check_issuable(request.user, row)
    act = Act(by=request.user)
    operations.issue_certificate(act, certificate=row, issued=prepare(row, request.user, act.at))
    messages.success(request, _("证明已签发。"))
    return redirect("certificates:certificate", number)


@require_POST
@login_required
def print_copy(request: HttpRequest, number: str) -> HttpResponse:
    """Count a print and give the file."""
    row = certificate_for(request.user, number)
    operations.print_certificate(Act(by=request.user), certificate=row)
    return _download(row)


@require_POST
@login_required
def void(request: HttpRequest, number: str) -> HttpResponse:
    """Void with a reason."""
    row = certificate_for(request.user, number)
    reason = request.POST.get("reason", "")
    operations.void_certificate(Act(by=request.user), certificate=row, reason=reason)
    messages.success(request, _("证明已作废，验证时会显示。"))
    return redirect("certificates:certificate", number)


@require_POST
def fetch(request: HttpRequest, number: str, certificate: str) -> HttpResponse:
    """The citizen takes the certificate from the status page, once it is delivered."""
    own = opened(request, number)
    rows = Certificate.objects.select_related("archives").filter(request=own, number=certificate)
    row = rows.first() if own.case.state in ("delivered", "rated", "closed") else None
    if row is None:
        raise NotFound("没有找到这份档案证明。", "No such certificate.")
    operations.fetch_certificate(Act(by=Anonymous()), certificate=row, request=own)
    return _download(row)


def _download(row: Certificate) -> HttpResponse:
    response = HttpResponse(read_file(row.object_id), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{row.file_name}"'
    return response


def _row(row: Certificate) -> dict[str, Any]:
    state, tone = state_label(row.state)
    return {
        "number": row.number, "url": f"/desk/certificates/{row.number}/",
        "kind": kind_label(row.kind), "request": row.request.number,
        "proposed": row.proposed_name, "approved": row.approved_name or "—",
        "issued": _day(row.issued_at), "pages": row.page_count or "—",
        "printed": row.printed_count, "state": state, "tone": tone,
    }  # fmt: skip


def _day(moment: Any) -> str:
    return localtime(moment).strftime("%Y-%m-%d") if moment else "—"
