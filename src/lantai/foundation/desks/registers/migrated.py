"""Entries that go over to another version of their register 台账转版."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from lantai.core.desks.foreseeing import Foresight, foresee_entry
from lantai.foundation.desks.migrating.desk import Behind, MigratingDesk
from lantai.foundation.desks.registers.definitions import definition_at, definition_of
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.desks.registers.operations import migrate_entry
from lantai.foundation.desks.registers.queries import keepers_for
from lantai.foundation.policy import decide, require
from lantai.foundation.refusal import localised
from lantai.foundation.work import Act


class RegistersMigrated(MigratingDesk):
    """Entries that stand, at the institutions where the person keeps the register."""

    id = "registers"

    def label(self, key: str) -> str:
        """The register's name."""
        register = definition_of(key)
        return localised(register.label_zh, register.label_en)

    def behind(self, actor: Any, key: str) -> QuerySet[RegisterEntry]:
        """Each institution has its own version in force."""
        kept = keepers_for(actor, definition_of(key))
        places = [p for p in kept if decide(actor, "registers.migrate", institution=p)]
        if not places:
            require(actor, "registers.migrate", institution=kept[0] if kept else None)
        asked = Q(pk__in=[])
        for place in places:
            present = definition_of(key, place).version
            asked |= Q(institution=place) & ~Q(definition_version=present)
        rows = RegisterEntry.objects.filter(asked, register=key, withdrawn_at=None)
        return rows.select_related("institution")

    def line(self, row: RegisterEntry) -> Behind:
        """The entry."""
        return Behind(
            title=row.title,
            url=reverse("registers:entry", args=[row.register, row.pk]),
            about=row.institution.name,
            version=row.definition_version,
            coming=definition_of(row.register, row.institution).version,
        )

    def foresee(self, row: RegisterEntry) -> Foresight:
        """Its values under the definition in force."""
        old = definition_at(row.register, row.institution, row.definition_version)
        return foresee_entry(old, definition_of(row.register, row.institution), row.values)

    def migrate(self, act: Act, row: RegisterEntry) -> RegisterEntry:
        """One entry."""
        return migrate_entry(act, entry=row)
