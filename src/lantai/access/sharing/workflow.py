"""What the case of a grant does beyond its words: agreed to, the body may use the set."""

from __future__ import annotations

from datetime import date
from typing import Any

from lantai.access.sharing.models import SharingGrant
from lantai.access.sharing.operations import CASE
from lantai.access.sharing.queries import set_named
from lantai.foundation.desks.cases.definitions import CaseKind, case_kind
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.institutions.models import Institution
from lantai.foundation.work import Act, keep, note


def grant(act: Act, /, *, case: Case, data: dict[str, Any]) -> None:
    """Until the day that the director agrees to."""
    shared = set_named(case.data["shared_set"])
    row = SharingGrant.objects.create(
        shared_set=shared, body=Institution.objects.get(code=case.data["body"]), case=case.number,
        until=date.fromisoformat(case.data["until"]), granted_at=act.at,
    )  # fmt: skip
    keep(row, kind="created")
    note(shared_set=shared.number, body=row.body.code, until=case.data["until"])


case_kind(CaseKind(CASE, effects={"sharing.grant": grant}))
