"""Presenting requests 呈现: stages, labels, the citizen's timeline, rows of the desk and the register."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from lantai.access.requests.models import AttachedRecord, ServiceRequest
from lantai.core.terms import vocabularies
from lantai.foundation.desks.cases.models import CaseStep
from lantai.foundation.desks.cases.presenting import state_label
from lantai.foundation.desks.cases.queries import days_left, definition_of

STAGES = (
    ("submitted", "returned"),
    ("accepted",),
    ("searching", "found", "not_found", "unavailable"),
    ("awaiting", "certified", "answered"),
    ("delivered",),
    ("rated", "closed"),
)
TONES = {
    "refused": "fail", "unavailable": "fail", "withdrawn": "", "returned": "warning",
    "delivered": "pass", "rated": "pass", "closed": "", "certified": "pass", "answered": "pass",
    "found": "pass", "not_found": "warning",
}  # fmt: skip


def label_of(vocabulary: str, code: str) -> str:
    """A code's words in the reader's language."""
    return vocabularies().get(vocabulary).label(code, get_language() or "zh")


def state_of(request: ServiceRequest) -> dict[str, str]:
    """The state's words and tone."""
    case = request.case
    label = state_label(definition_of(case), case.state)
    return {"label": label, "tone": TONES.get(case.state, "running")}


def stages_of(request: ServiceRequest) -> list[dict[str, str]]:
    """The six stages of a request for the steps component."""
    names = (
        _("提交"),
        _("受理"),
        _("查找"),
        _("审批与答复"),
        _("送达"),
        pgettext("by a reader", "评价"),
    )
    state = request.case.state
    here = next((n for n, states in enumerate(STAGES) if state in states), 0)
    ended_early = state in ("refused", "withdrawn")
    shown = []
    for n, name in enumerate(names):
        mark = "done" if n < here else "current" if n == here else "next"
        if request.case.closed_at and n == here:
            mark = "failed" if ended_early else "done"
        shown.append({"label": name, "state": mark})
    return shown[:1] if ended_early else shown


def timeline_of(request: ServiceRequest) -> list[dict[str, str]]:
    """What the citizen is told, oldest first: when, what, and words meant for them."""
    rules = definition_of(request.case)
    events = [{"at": _at(request.submitted_at), "label": _("申请已提交"), "state": "done"}]
    for step in request.case.steps.order_by("pk"):
        events.append(
            {
                "at": _at(step.at),
                "label": state_label(rules, step.to_state),
                "detail": _said(step),
                "state": "done",
                "tone": "danger" if step.to_state in ("refused", "unavailable") else "",
            }
        )
    return events


def _said(step: CaseStep) -> str:
    """Words of a step that are meant for the citizen."""
    data = step.data
    parts = []
    if data.get("ground") and step.to_state in ("refused", "unavailable"):
        parts.append(label_of("request_ground", data["ground"]))
    if step.to_state in ("refused", "unavailable"):
        parts.append(str(data.get("reason") or ""))
    if step.transition == "return":
        parts.append(str(data.get("missing") or ""))
    if step.transition == "deliver":
        parts.append(label_of("delivery_mode", str(data.get("mode") or "")))
    return "；".join(p for p in parts if p)


def _at(moment: Any) -> str:
    return localtime(moment).strftime("%Y-%m-%d %H:%M")


def desk_row(request: ServiceRequest) -> dict[str, Any]:
    """A row of the desk's list: nobody's full name or number."""
    return {
        "number": request.number,
        "url": reverse("requests:request", args=[request.number]),
        "category": label_of("request_category", request.category),
        "name": request.name_masked,
        "wanted": label_of("use_mode", request.wanted),
        "submitted": _at(request.submitted_at),
        "state": state_of(request),
        "days": days_left(request.case),
        "due": request.case.due_date,
        "closed": request.case.closed_at is not None,
    }


def plain_values(request: ServiceRequest) -> list[dict[str, Any]]:
    """What was asked, without who asked."""
    record = request.asked_record
    values = [
        {"label": _("查什么档案"), "value": label_of("request_category", request.category)},
        {"label": _("用途"), "value": label_of("request_purpose", request.purpose)},
        {"label": _("大致年代"), "value": request.years or "—"},
        {"label": _("地点或单位"), "value": request.place or "—"},
        {"label": _("需要什么"), "value": label_of("use_mode", request.wanted)},
        {"label": _("如何领取"), "value": label_of("delivery_mode", request.delivery)},
    ]
    if record is not None:
        values.append(
            {"label": _("所指档案"), "value": f"{record.reference_code} {record.open_title}"}
        )
    return values


def masked_values(request: ServiceRequest) -> list[dict[str, Any]]:
    """Who asked, masked."""
    document = label_of("id_document", request.id_type)
    return [
        {"label": _("申请人"), "value": request.name_masked},
        {"label": _("与当事人的关系"), "value": label_of("relation", request.relation)},
        {"label": document, "value": request.id_masked},
        {"label": _("联系电话"), "value": request.phone_masked},
    ]


def consent_badge(row: AttachedRecord) -> dict[str, str]:
    """How the unit's word stands."""
    return {
        AttachedRecord.NOT_NEEDED: {"label": "", "tone": ""},
        AttachedRecord.NEEDED: {"label": _("须征求立档单位意见"), "tone": "warning"},
        AttachedRecord.ASKED: {"label": _("已征求意见，待复"), "tone": "running"},
        AttachedRecord.AGREED: {"label": _("立档单位同意"), "tone": "pass"},
        AttachedRecord.DECLINED: {"label": _("立档单位不同意"), "tone": "fail"},
    }[row.consent]


def register_row(request: ServiceRequest) -> dict[str, Any]:
    """One line of the register of use 利用登记簿."""
    attached = list(request.attached.all())
    certificates = [c for c in request.certificates.all() if c.state in ("valid", "void")]  # type: ignore[attr-defined]
    return {
        **desk_row(request),
        "purpose": label_of("request_purpose", request.purpose),
        "codes": "、".join(a.record.reference_code or a.record.title for a in attached),
        "certificates": "、".join(c.number for c in certificates),
        "prints": sum(c.printed_count for c in certificates),
        "rating": request.rating or "",
    }
