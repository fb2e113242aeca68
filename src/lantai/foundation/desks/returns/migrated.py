"""Rounds that go over to another version of their return 填报转版."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from lantai.core.desks.foreseeing import Foresight, foresee_return
from lantai.foundation.desks.migrating.desk import Behind, MigratingDesk
from lantai.foundation.desks.returns import presenting
from lantai.foundation.desks.returns.definitions import definition_for, definition_of
from lantai.foundation.desks.returns.models import ReturnRound
from lantai.foundation.desks.returns.queries import places_of, progress_of, values_of
from lantai.foundation.desks.returns.versions import migrate_round
from lantai.foundation.policy import decide, require
from lantai.foundation.work import Act


class ReturnsMigrated(MigratingDesk):
    """Rounds not locked, of the institutions for which the person opens them."""

    id = "returns"

    def label(self, key: str) -> str:
        """The return's name."""
        return presenting.label(definition_for(key))

    def behind(self, actor: Any, key: str) -> QuerySet[ReturnRound]:
        """Each asker has its own version in force."""
        owners = [p for p in places_of(actor) if decide(actor, "returns.open", owner=p)]
        if not owners:
            require(actor, "returns.open", owner=None)
        rows = ReturnRound.objects.filter(
            definition=key, state=ReturnRound.OPEN, owner__in=owners
        ).select_related("owner")
        older = [
            row.pk for row in rows
            if definition_of(row).version != definition_for(key, row.owner).version
        ]  # fmt: skip
        return rows.filter(pk__in=older)

    def line(self, row: ReturnRound) -> Behind:
        """The round."""
        return Behind(
            title=row.title,
            url=reverse("returns:round", args=[row.number]),
            about=f"{row.number} · {row.owner.name}",
            version=definition_of(row).version,
            coming=definition_for(row.definition, row.owner).version,
        )

    def foresee(self, row: ReturnRound) -> Foresight:
        """Its forms under the definition in force."""
        filled = {code for form in row.forms.all() for code in values_of(form)}
        new = definition_for(row.definition, row.owner)
        return foresee_return(definition_of(row), new, filled, progress_of(row))

    def migrate(self, act: Act, row: ReturnRound) -> ReturnRound:
        """One round with all its forms."""
        return migrate_round(act, round=row)
