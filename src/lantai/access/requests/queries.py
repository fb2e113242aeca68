"""Questions about requests: the desk's list, one request, the citizen's own, the register of use."""

from __future__ import annotations

import hmac
from typing import Any

from django.db.models import Q, QuerySet

from lantai.access.requests.identity import lookup_of, sealing_key
from lantai.access.requests.models import AttachedRecord, ServiceRequest
from lantai.foundation.policy import institutions_of
from lantai.foundation.refusal import NotFound

STAFF = ("reading_room", "archivist", "archives_director")
OPEN_STATES = (
    "submitted",
    "accepted",
    "searching",
    "found",
    "not_found",
    "unavailable",
    "awaiting",
    "certified",
    "answered",
)


def requests_for(actor: Any) -> QuerySet[ServiceRequest]:
    """The requests at the person's own archives, the nearest due first."""
    rows = ServiceRequest.objects.select_related("case", "archives")
    return rows.filter(archives__in=institutions_of(actor, STAFF)).order_by(
        "case__due_date", "-submitted_at", "pk"
    )


def filtered(
    rows: QuerySet[ServiceRequest], *, state: str = "", category: str = "", text: str = ""
) -> QuerySet[ServiceRequest]:
    """The list narrowed: ``state`` is a state, "open", "waiting" (for the citizen) or "ended"."""
    if state == "open":
        rows = rows.filter(case__state__in=OPEN_STATES)
    elif state == "waiting":
        rows = rows.filter(case__state__in=["returned", "delivered"])
    elif state == "ended":
        rows = rows.exclude(case__closed_at=None)
    elif state:
        rows = rows.filter(case__state=state)
    if category:
        rows = rows.filter(category=category)
    if text:
        rows = rows.filter(Q(number__icontains=text) | Q(name_masked__startswith=text[:1]))
    return rows


def request_for(actor: Any, number: str) -> ServiceRequest:
    """One request of the person's archives; else `NotFound`."""
    row = requests_for(actor).filter(number=number).first()
    if row is None:
        raise NotFound(
            "没有找到这件查档申请，或它不属于您所在的档案馆。",
            "No such request, or it is not one of your archives.",
        )
    return row


def own_request(number: str, phone: str) -> ServiceRequest | None:
    """The citizen's request by number and phone; None for a wrong number and a wrong phone alike.

    The same work is done either way, so that the time tells nothing.
    """
    number = number.strip().upper()
    wanted = lookup_of(number, phone)
    row = ServiceRequest.objects.filter(number=number).select_related("case", "archives").first()
    held = row.lookup if row else "0" * 64
    return row if hmac.compare_digest(held, wanted) and row else None


def identity_of(request: ServiceRequest) -> dict[str, str]:
    """Name, id_number, phone, address, email in full; the caller has left an access note."""
    return sealing_key().open(request.sealed_identity)


def clues_of(request: ServiceRequest) -> dict[str, str]:
    """Clues and the person concerned; the caller has left an access note."""
    return sealing_key().open(request.sealed_clues)


def consents_for(actor: Any) -> QuerySet[AttachedRecord]:
    """The opinions asked of the person's units, open ones first."""
    places = institutions_of(actor, ("unit_leader", "records_officer"))
    rows = AttachedRecord.objects.filter(record__creating_unit__in=places)
    return (
        rows.exclude(consent__in=[AttachedRecord.NOT_NEEDED, AttachedRecord.NEEDED])
        .select_related("request__archives", "record__creating_unit", "record__fonds")
        .order_by("-consent", "-attached_at")
    )


def register_of_use(actor: Any) -> QuerySet[ServiceRequest]:
    """利用登记簿 (GB/T 39784-2021 8.4-1): every request with what was used."""
    rows = requests_for(actor).order_by("-submitted_at", "-pk")
    return rows.prefetch_related("attached__record", "certificates")
