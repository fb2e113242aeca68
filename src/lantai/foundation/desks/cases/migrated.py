"""Cases that go over to another version of their definition 办件转版."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate

from lantai.core.desks.foreseeing import Foresight, foresee_case
from lantai.core.registry import UnknownId
from lantai.foundation.desks.cases.definitions import rules_for
from lantai.foundation.desks.cases.handling import migrate_case
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.operations import case_url
from lantai.foundation.desks.cases.presenting import state_label
from lantai.foundation.desks.cases.queries import cases_for, definition_of
from lantai.foundation.desks.migrating.desk import Behind, MigratingDesk
from lantai.foundation.policy import require
from lantai.foundation.refusal import NotFound, localised
from lantai.foundation.work import Act


class CasesMigrated(MigratingDesk):
    """Open cases that the person sees; each is one matter."""

    id = "case"

    def label(self, key: str) -> str:
        """The definition's name."""
        try:
            rules = rules_for(key)
        except UnknownId:
            raise NotFound("没有这个办件定义。", "No such definition.") from None
        return localised(rules.label_zh, rules.label_en)

    def behind(self, actor: Any, key: str) -> QuerySet[Case]:
        """Who adapts definitions moves the cases he sees."""
        require(actor, "definitions.adapt")
        rows = cases_for(actor).filter(definition=key, closed_at=None)
        return rows.exclude(definition_version=rules_for(key).version)

    def line(self, row: Case) -> Behind:
        """The case and where it stands."""
        rules = definition_of(row)
        return Behind(
            title=row.title,
            url=case_url(row),
            about=f"{row.number} · {row.institution.name} · {state_label(rules, row.state)}",
            version=row.definition_version,
            coming=rules_for(row.definition).version,
        )

    def foresee(self, row: Case) -> Foresight:
        """State, fields, steps and clock."""
        return foresee_case(
            definition_of(row), rules_for(row.definition), row.state, row.data,
            localdate(row.state_since),
        )  # fmt: skip

    def migrate(self, act: Act, row: Case) -> Case:
        """One case."""
        return migrate_case(act, case=row)
