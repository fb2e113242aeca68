"""Requests 查档: what citizens asked for, each played to where its plan says."""

from __future__ import annotations

from typing import Any

from lantai.access.certificates.issuing import prepare
from lantai.access.certificates.operations import issue_certificate, propose_certificate
from lantai.access.demonstration.founding import act_of, institution, person
from lantai.access.demonstration.stages import Stage
from lantai.access.requests.models import ServiceRequest
from lantai.access.requests.operations import attach_record, submit_request
from lantai.catalogue.records.models import Record
from lantai.core.progress import Progress
from lantai.core.specimens.plan import CitizenRequest, plan
from lantai.core.terms import vocabularies
from lantai.foundation.desks.cases.operations import move_case
from lantai.foundation.policy import Anonymous, Operator
from lantai.foundation.refusal import Refusal
from lantai.foundation.site.operations import remember, remembered
from lantai.foundation.work import Act

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
CLERK, DIRECTOR = "reading.room", "director"
CERTIFIED = "flood-1996"
QUOTED = 160  # characters of the record quoted in the certificate
PLAYED = {
    "flood-1996": ("accept", "search"),
    "marriage-1984": ("accept", "search"),
    "school-1979": ("accept",),
    "land-1952": ("accept", "search"),
}


class Requests(Stage):
    """One case a request; most still wait for the clerk."""

    id = "requests"
    order = 25
    zh = "查档申请与出证"
    en = "requests and certificates"

    def play(self, progress: Progress) -> None:
        """A request that was filed is passed over."""
        asked = plan().requests
        for number, request in enumerate(asked):
            progress(number, len(asked), request.values["applicant"])
            name = f"demonstration.request.{request.id}"
            if not remembered(institution("archives"), name):
                row = _play(request, name)
                _go_on(request, row)


def _play(asked: CitizenRequest, name: str) -> ServiceRequest:
    row = submit_request(
        Act(by=Anonymous(), channel="web"),
        institution=institution("archives"),
        values=_values(asked),
    )
    system = Act(by=Operator(), channel="job")
    remember(system, institution=institution("archives"), name=name, value=row.number)
    return row


def _go_on(asked: CitizenRequest, row: ServiceRequest) -> None:
    """As far as it has come; the others wait for the clerk."""
    for transition in PLAYED.get(asked.id, ()):
        _move(CLERK, row, transition)
    record = _record(asked)
    if asked.id == CERTIFIED and record is not None and record.is_public:
        _certify(asked, row, record)


def _certify(asked: CitizenRequest, row: ServiceRequest, record: Record) -> None:
    quote = asked.record.body[:QUOTED] if asked.record else ""
    attached = attach_record(act_of(CLERK), request=row, record=record, pages="1", quote=quote)
    _move(CLERK, row, "find")
    certificate = propose_certificate(
        act_of(CLERK),
        request=row,
        kind="found",
        question=asked.values["text"][:100],
        attached=[attached],
    )
    _move(CLERK, row, "propose")
    act = act_of(DIRECTOR)
    issue_certificate(
        act, certificate=certificate, issued=prepare(certificate, person(DIRECTOR), act.at)
    )


def _record(asked: CitizenRequest) -> Record | None:
    if asked.record is None:
        return None
    code = asked.record.values["reference_code"]
    return Record.objects.filter(reference_code=code).select_related("holder", "fonds").first()


def _move(login: str, row: ServiceRequest, transition: str, **data: Any) -> None:
    row.case.refresh_from_db()
    try:
        move_case(act_of(login), case=row.case, transition=transition, data=data)
    except Refusal as refusal:
        raise RuntimeError(f"{row.number} {transition}: {refusal.zh}") from refusal


def _values(asked: CitizenRequest) -> dict[str, str]:
    given = asked.values
    clues = given.get("clues", {})
    return {
        "name": given["applicant"],
        "id_type": "id_card",
        "id_number": _with_check(given["id_number"]),
        "phone": given["phone"],
        "category": given["category"],
        "purpose": _code("request_purpose", given["purpose"]),
        "relation": _code("relation", given["relation"]),
        "person_concerned": clues.get("name") or clues.get("husband") or given["applicant"],
        "clues": given["text"],
        "years": str(clues.get("year", "")),
        "place": str(clues.get("place", clues.get("school", ""))),
        "wanted": _code("use_mode", given["use_mode"]),
        "delivery": "target",
        "consent": "on",
    }


def _code(vocabulary: str, words: str) -> str:
    return vocabularies().get(vocabulary).code_of(words) or "other"


def _with_check(number: str) -> str:
    """The number with its check digit set right; its division 999 belongs to nobody."""
    body = number[:17]
    total = sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]
