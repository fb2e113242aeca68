"""What registers say of their entries so that they are found 台账检索."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.urls import reverse

from lantai.core.desks.register_definition import RegisterDefinition, RegisterField
from lantai.core.desks.register_values import earliest, shown_value
from lantai.core.search.port import SearchDocument
from lantai.foundation.desks.attachments.storing import names_by_subject
from lantai.foundation.desks.registers.definitions import register_definitions
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.desks.registers.queries import entries_for, registers_for
from lantai.foundation.desks.searching.desk import Line, SearchedDesk
from lantai.foundation.desks.searching.tokens import ANYWHERE, OPERATOR, Places
from lantai.foundation.institutions.models import Institution
from lantai.foundation.refusal import localised


class RegistersSearched(SearchedDesk):
    """Entries of all registers; a register's [[see]] says who finds them."""

    id = "registers"
    permission = "registers.see"
    zh, en = "台账", "Registers"
    order = 1

    def touched(self, subjects: Sequence[str]) -> list[str]:
        """``register:<id>/<key>``."""
        found = []
        for subject in subjects:
            kind, _colon, rest = subject.partition(":")
            key = rest.rpartition("/")[2]
            if kind == "register" and key.isdigit():
                found.append(key)
        return found

    def keys(self) -> Iterator[str]:
        """Every entry that stands."""
        for pk in _standing().order_by("pk").values_list("pk", flat=True).iterator():
            yield str(pk)

    def documents(self, keys: Sequence[str]) -> Iterator[SearchDocument]:
        """Those of a register that is no more are left out."""
        shelf, places = register_definitions().all(), Places()
        found = _standing().filter(pk__in=list(map(int, keys))).order_by("pk")
        rows = list(found.select_related("institution__parent"))
        files = names_by_subject(row.urn for row in rows)
        for row in rows:
            register = shelf.get(row.register)
            if register is not None:
                yield self._document(row, register, places, files.get(row.urn, []))

    def _document(
        self, row: RegisterEntry, register: RegisterDefinition, places: Places, files: list[str]
    ) -> SearchDocument:
        texts = [said(f, row.values.get(f.name)) for f in register.fields]
        texts += files
        day = earliest(row.values.get(register.calendar)) if register.calendar else None
        codes = [str(row.values.get(f.name, "")) for f in register.fields if f.type == "record"]
        return self.document(
            self.name(str(row.pk)), register.id,
            tokens=entry_tokens(register, row.institution, places), title=row.title,
            lines=[*texts, register.label_zh, register.label_en],
            number=codes[0] if codes else "", day=day, holder=row.institution.code,
        )  # fmt: skip

    def seen(self, actor: Any, keys: Iterable[str]) -> dict[str, Any]:
        """As the lists of the registers would show them."""
        wanted = [int(key) for key in keys]
        kinds = set(_standing().filter(pk__in=wanted).values_list("register", flat=True))
        found = {}
        for register in registers_for(actor):
            if register.id in kinds:
                own = entries_for(actor, register).filter(pk__in=wanted)
                found |= {str(row.pk): row for row in own.select_related("institution")}
        return found

    def line(self, row: RegisterEntry) -> Line:
        """The entry with its register."""
        return Line(
            url=reverse("registers:entry", args=[row.register, row.pk]),
            title=row.title,
            definition=self.labels().get(row.register, row.register),
            place=row.institution.name,
        )

    def labels(self) -> dict[str, str]:
        """The registers."""
        shelf = register_definitions().all().values()
        return {one.id: localised(one.label_zh, one.label_en) for one in shelf}


def said(entry: RegisterField, value: Any) -> str:
    """A value as either language reads it."""
    words = dict.fromkeys(shown_value(entry, value, language) for language in ("zh", "en"))
    return " ".join(word for word in words if word)


def entry_tokens(register: RegisterDefinition, place: Institution, places: Places) -> list[str]:
    """Who may see an entry kept at a place: as the register's [[see]] says."""
    found: dict[str, None] = {OPERATOR: None}
    for line in register.see:
        reach: Sequence[Any] = [place.pk]
        if line.reach == "any":
            reach = [ANYWHERE]
        elif line.reach == "subtree":
            reach = places.line(place)
        found |= {f"{role}@{key}": None for role in line.roles for key in reach}
    return list(found)


def _standing() -> Any:
    return RegisterEntry.objects.filter(withdrawn_at=None)
