"""Verbs on requests 查档: file, supplement, withdraw, rate; attach, ask the unit, consent; look."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import localdate

from lantai.access.requests.identity import (
    lookup_of,
    mask_name,
    mask_number,
    mask_phone,
    sealing_key,
)
from lantai.access.requests.models import AccessNote, AttachedRecord, ServiceRequest
from lantai.catalogue.records.models import Record
from lantai.core.terms import vocabularies
from lantai.foundation.desks.cases.operations import move_case, open_case
from lantai.foundation.inbox.queue import attended, await_attention
from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Conflict, NotPermitted, Refusal
from lantai.foundation.work import Act, about, keep, keep_gone, note
from lantai.governance.access_rules.visibility import may_see

IDENTITY = ("name", "id_number", "phone", "address", "email")
CLUES = ("person_concerned", "clues")
PLAIN = ("category", "purpose", "relation", "id_type", "wanted", "delivery", "years", "place")
ATTACHABLE = ("searching", "found", "not_found")


@operation(permission="requests.submit", event="request")
def submit_request(
    act: Act,
    /,
    *,
    institution: Institution,
    values: Mapping[str, str],
    record: Record | None = None,
    channel: str = "web",
) -> ServiceRequest:
    """File a request at an archives. ``values``: IDENTITY, CLUES and PLAIN, checked by the form."""
    if values.get("consent") not in (True, "on", "true"):
        raise Refusal(
            "须同意为办理查档处理您的个人信息，才能提交。",
            "Consent to the use of your personal data for this request is needed.",
            code="no-consent",
        )
    given = {k: str(values.get(k) or "").strip() for k in (*IDENTITY, *CLUES, *PLAIN)}
    category = vocabularies().get("request_category").label(given["category"])
    masked = mask_name(given["name"])
    case = open_case(
        act, definition="request", institution=institution, title=f"{category}（{masked}）"
    )
    key = sealing_key()
    request = ServiceRequest.objects.create(
        number=case.number,
        archives=institution,
        case=case,
        asked_record=record,
        name_masked=masked,
        id_masked=mask_number(given["id_number"]),
        phone_masked=mask_phone(given["phone"]),
        sealed_identity=key.seal({k: given[k] for k in IDENTITY}),
        sealed_clues=key.seal({k: given[k] for k in CLUES}),
        lookup=lookup_of(case.number, given["phone"]),
        channel=channel,
        consented_at=act.at,
        submitted_at=act.at,
        **{k: given[k] for k in PLAIN},
    )
    case.subject = request.urn
    case.save(update_fields=["subject"])
    keep(request, kind="created")
    keep(case)
    note(category=given["category"], channel=channel)
    return request


@operation(permission="requests.own", event="request")
def supplement_request(
    act: Act, /, *, request: ServiceRequest, clues: str, lookup: str = ""
) -> ServiceRequest:
    """What was missing is added; the request goes back to the desk."""
    current = _own(act, request, lookup)
    added = clues.strip()
    if not added:
        raise Refusal("请写明补充的内容。", "Say what you add.", code="nothing-added")
    key = sealing_key()
    known = key.open(current.sealed_clues)
    known["clues"] = f"{known['clues']}\n〔{act.day:%Y-%m-%d} 补充〕{added}"[:8000]
    current.sealed_clues = key.seal(known)
    current.save(update_fields=["sealed_clues"])
    keep(current)
    move_case(act, case=current.case, transition="supplement")
    return current


@operation(permission="requests.own", event="request")
def withdraw_request(act: Act, /, *, request: ServiceRequest, lookup: str = "") -> ServiceRequest:
    """The citizen no longer wants it."""
    current = _own(act, request, lookup)
    move_case(act, case=current.case, transition="withdraw")
    return current


@operation(permission="requests.own", event="request")
def rate_request(
    act: Act, /, *, request: ServiceRequest, score: int, comment: str = "", lookup: str = ""
) -> ServiceRequest:
    """One to five, and a word."""
    current = _own(act, request, lookup)
    if not 1 <= score <= 5:
        raise Refusal("评分为一至五分。", "The score is one to five.", code="bad-score")
    data = {"score": score, "comment": comment.strip()[:500]}
    move_case(act, case=current.case, transition="rate", data=data)
    return current


@operation(permission="requests.handle", event="request")
def attach_record(
    act: Act, /, *, request: ServiceRequest, record: Record, pages: str = "", quote: str = ""
) -> AttachedRecord:
    """A record found for the request; the unopened one of a unit will need the unit's word."""
    _check_searching(request)
    record = Record.objects.select_related("holder", "creating_unit").get(pk=record.pk)
    if not may_see(act.by, record):
        raise NotPermitted(
            "您看不到这件档案，不能附上。请换有相应知悉范围的同事办理。",
            "You may not see this record. Ask a colleague who may.",
        )
    needed = not record.is_public and record.creating_unit_id is not None
    try:
        with transaction.atomic():
            row = AttachedRecord.objects.create(
                request=request,
                record=record,
                pages=pages.strip()[:60],
                quote=quote.strip()[:4000],
                attached_by=act.by.urn,
                attached_at=act.at,
                consent=AttachedRecord.NEEDED if needed else AttachedRecord.NOT_NEEDED,
            )
    except IntegrityError as problem:
        raise Conflict(
            "这件档案已经附上了。", "This record is attached already.", code="attached-already"
        ) from problem
    keep(row, kind="created")
    about(record.urn)
    return row


@operation(permission="requests.handle", event="request")
def detach_record(act: Act, /, *, attached: AttachedRecord) -> None:
    """Take a record off the request again."""
    _check_searching(attached.request)
    if attached.certificate_lines.exclude(certificate__state="dropped").exists():  # type: ignore[attr-defined]
        raise Refusal(
            "这件档案已写入证明，不能移去；请先退回或作废该证明。",
            "The record stands in a certificate; drop or void that first.",
            code="in-certificate",
        )
    about(attached.record.urn)
    key = attached.pk
    attended(act, subject=attached.urn)
    attached.certificate_lines.all().delete()  # type: ignore[attr-defined]
    attached.delete()
    keep_gone(attached, key)


@operation(permission="requests.handle", event="unit_consent")
def ask_consent(act: Act, /, *, request: ServiceRequest) -> int:
    """Ask the units that made the unopened records; how many were asked."""
    rows = list(
        request.attached.filter(consent=AttachedRecord.NEEDED).select_related(
            "record__creating_unit"
        )
    )
    if not rows:
        raise Refusal(
            "没有需要征求立档单位意见的档案。", "No record needs a unit's opinion.", code="none"
        )
    for row in rows:
        row.consent = AttachedRecord.ASKED
        row.save(update_fields=["consent"])
        keep(row)
        about(row.record.urn)
        await_attention(
            act,
            institution=row.unit,
            role="unit_leader",
            subject=row.urn,
            kind="request.consent",
            title=f"利用未开放档案征求意见：{row.record.title}",
            url=reverse("requests:consent", args=[row.pk]),
        )
    return len(rows)


@operation(permission="requests.consent", event="unit_consent")
def give_consent(
    act: Act, /, *, attached: AttachedRecord, agreed: bool, opinion: str = ""
) -> AttachedRecord:
    """The unit agrees or not (条例 art. 34); a no needs its reason."""
    current = AttachedRecord.objects.select_for_update().get(pk=attached.pk)
    if current.consent != AttachedRecord.ASKED:
        raise Conflict("这件事已有意见，或已不需要。", "Already answered, or no longer needed.")
    if not agreed and not opinion.strip():
        raise Refusal("不同意的，请写明理由。", "A no needs its reason.", code="no-reason")
    current.consent = AttachedRecord.AGREED if agreed else AttachedRecord.DECLINED
    current.consent_by, current.consent_at = act.by.urn, act.at
    current.opinion = opinion.strip()[:1000]
    current.save()
    keep(current)
    attended(act, subject=current.urn)
    note(agreed=agreed)
    about(current.request.urn, current.record.urn)
    return current


@operation(permission="requests.see", event="personal_data_viewing")
def look_at_request(
    act: Act, /, *, request: ServiceRequest, what: str = "clues", reason: str = ""
) -> AccessNote:
    """Leave a note that somebody reads a citizen's data; ``what``: clues or identity.

    The identity in full needs a reason; clues are noted once a day and person.
    """
    if what == "identity" and not reason.strip():
        raise Refusal(
            "查看完整身份信息要写明事由。", "Say why you need the identity.", code="no-reason"
        )
    row = AccessNote.objects.create(
        request=request, person=act.by, what=what, reason=reason.strip()[:200], at=act.at
    )
    keep(row, kind="created")
    note(what=what)
    return row


def noted_today(request: ServiceRequest, person: Any) -> bool:
    """Whether this person's look at the clues is on record for the day already."""
    return AccessNote.objects.filter(
        request=request, person=person, what="clues", at__date=localdate()
    ).exists()


def _own(act: Act, request: ServiceRequest, lookup: str) -> ServiceRequest:
    current = (
        ServiceRequest.objects.select_for_update(of=("self",))
        .select_related("case__institution", "archives")
        .get(pk=request.pk)
    )
    if getattr(act.by, "pk", None) is None and not hmac.compare_digest(current.lookup, lookup):
        raise NotPermitted(
            "申请编号与电话不符，请重新查询。", "Number and phone do not match; look it up again."
        )
    return current


def _check_searching(request: ServiceRequest) -> None:
    request.case.refresh_from_db()
    if request.case.state not in ATTACHABLE:
        raise Refusal(
            "只有在查找阶段才能增减所附档案；请先“开始查找”或“继续查找”。",
            "Records are attached while the request is being searched.",
            code="wrong-state",
        )
