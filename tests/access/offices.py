"""A county with open and unopened records and a request on its way, for tests of access."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from lantai.access.requests.operations import submit_request
from lantai.catalogue.records.models import Record
from lantai.catalogue.records.operations import enter_records
from lantai.foundation.desks.cases.operations import move_case
from lantai.foundation.policy import Anonymous
from lantai.foundation.work import Act
from tests.people import County, make_county
from tests.publications import list_published

PHONE = "13805550118"
VALUES = {
    "name": "周若兰",
    "id_type": "id_card",
    "id_number": "330127195804121620",
    "phone": PHONE,
    "category": "99",
    "purpose": "retirement",
    "relation": "self",
    "person_concerned": "周若兰",
    "clues": "1978年招工进县农机厂，通知应在民政局文书里",
    "years": "1978",
    "place": "城关镇",
    "wanted": "certificate",
    "delivery": "target",
    "consent": "on",
}


def make_open(county: County, *, status: str = "open", code: str = "J012-WS·1978-Y-RS-0007",
              **more: Any) -> Record:  # fmt: skip
    """A record at the archives; open and published unless said."""
    (record,) = enter_records(
        county.act("archivist"),
        fonds=county.fonds,
        descriptions=[
            {
                "title": "关于录用周若兰等十二名同志的通知",
                "reference_code": code,
                "creator": "云溪县民政局",
                "date": "1978-03-14",
                "retention": "Y",
                "record_class": "WS",
                "pages": "2",
                "_creating_unit": county.unit,
                **more,
            }
        ],
    )
    Record.objects.filter(pk=record.pk).update(
        access_status=status,
        publication="2026-01" if status == "open" else "",
        published_at=timezone.now() - timedelta(days=1),
    )
    record.refresh_from_db()
    if record.publication:
        list_published(record)
    return record


def make_request(county: County, **more: str) -> Any:
    """Filed by a citizen."""
    return submit_request(
        Act(by=Anonymous()), institution=county.archives, values={**VALUES, **more}
    )


def move(county: County, request: Any, *transitions: str, who: str = "clerk", **data: Any) -> None:
    """The clerk walks it on."""
    for transition in transitions:
        move_case(county.act(who), case=request.case, transition=transition, data=data or None)
    request.case.refresh_from_db()


__all__ = ["PHONE", "VALUES", "make_county", "make_open", "make_request", "move"]
