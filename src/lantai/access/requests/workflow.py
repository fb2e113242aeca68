"""The request as a case 查档办件: the facts its guards ask for, and what its moves write."""

from __future__ import annotations

from typing import Any

from lantai.access.requests.models import AttachedRecord, ServiceRequest
from lantai.foundation.desks.cases.definitions import CaseKind, case_kind
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.work import Act, keep


def request_facts(case: Case) -> dict[str, Any]:
    """How many records are attached, unopened, waiting for a word; drafts and certificates."""
    request = ServiceRequest.objects.get(case=case)
    attached = list(request.attached.select_related("record"))
    consents = [row.consent for row in attached]
    certificates = [row.state for row in request.certificates.all()]  # type: ignore[attr-defined]
    return {
        "state": case.state,
        "attached": len(attached),
        "unopened": sum(not row.record.is_public for row in attached),
        "consents_waiting": sum(
            c in (AttachedRecord.NEEDED, AttachedRecord.ASKED) for c in consents
        ),
        "consents_refused": consents.count(AttachedRecord.DECLINED),
        "drafts": certificates.count("draft"),
        "issued": certificates.count("valid"),
        "proposed_reply": request.proposed_reply,
        "proposer": request.proposed_by,
    }


def keep_proposal(act: Act, /, *, case: Case, data: dict[str, Any]) -> None:
    """Who asks for approval, and the reply put forward."""
    request = _request(case)
    request.proposed_reply = str(data.get("reply") or "").strip()
    request.proposed_by = act.by.urn
    _save(request)


def drop_drafts(act: Act, /, *, case: Case, data: dict[str, Any]) -> None:
    """Sent back: drafts and the proposed reply fall."""
    request = _request(case)
    for certificate in request.certificates.filter(state="draft"):  # type: ignore[attr-defined]
        certificate.state = "dropped"
        certificate.void_reason = str(data.get("reason") or "")[:500]
        certificate.save()
        keep(certificate)
    request.proposed_reply = request.proposed_by = ""
    _save(request)


def give_reply(act: Act, /, *, case: Case, data: dict[str, Any]) -> None:
    """The reply as the citizen will read it: given now, or as it was proposed."""
    request = _request(case)
    request.reply = str(data.get("reply") or "").strip() or request.proposed_reply
    _save(request)


def keep_rating(act: Act, /, *, case: Case, data: dict[str, Any]) -> None:
    """The citizen's mark and words."""
    request = _request(case)
    request.rating = min(5, max(1, int(data["score"])))
    request.comment = str(data.get("comment") or "").strip()
    _save(request)


def _request(case: Case) -> ServiceRequest:
    return ServiceRequest.objects.select_for_update().get(case=case)


def _save(request: ServiceRequest) -> None:
    request.save()
    keep(request)


case_kind(
    CaseKind(
        "request",
        facts=request_facts,
        effects={
            "keep_proposal": keep_proposal,
            "drop_drafts": drop_drafts,
            "give_reply": give_reply,
            "keep_rating": keep_rating,
        },
        url_name="requests:request",
        permission="requests.see",
    )
)
