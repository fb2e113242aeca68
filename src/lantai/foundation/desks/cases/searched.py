"""What cases say of themselves so that they are found 办件检索.

A case has two documents. Whoever works at its institution finds it by everything it holds; the
others it has come to (the bodies it concerns, those into whose inbox it was laid) find it by what
its page shows them: number, title, kind, state and bodies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.timezone import localdate

from lantai.core.desks.cases import CaseDefinition
from lantai.core.search.port import SearchDocument
from lantai.foundation.accounts.models import Assignment
from lantai.foundation.desks.attachments.storing import names_by_subject
from lantai.foundation.desks.cases.definitions import case_definitions, roles_that_see
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.operations import case_url
from lantai.foundation.desks.cases.presenting import state_label, state_tone
from lantai.foundation.desks.cases.queries import cases_for, definition_of
from lantai.foundation.desks.cases.words import words_of
from lantai.foundation.desks.searching.desk import CLOSED, OPEN, Line, SearchedDesk
from lantai.foundation.desks.searching.tokens import OPERATOR
from lantai.foundation.inbox.models import InboxItem
from lantai.foundation.policy import permissions
from lantai.foundation.refusal import localised

INNER = "inner"


class CasesSearched(SearchedDesk):
    """Cases of all definitions, for those at whose hands they are or have been."""

    id = "cases"
    permission = "cases.see"
    zh, en = "办件", "Cases"
    order = 2
    variants = ("", INNER)

    def touched(self, subjects: Sequence[str]) -> list[str]:
        """``case:<number>``, and the cases whose lines in inboxes changed: they have new readers."""
        found, lines = [], []
        for subject in subjects:
            kind, _colon, rest = subject.partition(":")
            if kind == "case":
                found.append(rest)
            elif kind == "inbox" and rest.isdigit():
                lines.append(int(rest))
        if lines:
            called = InboxItem.objects.filter(pk__in=lines, subject__startswith="case:")
            found += [one[5:] for one in called.values_list("subject", flat=True)]
        return found

    def keys(self) -> Iterator[str]:
        """Every case by its number."""
        yield from Case.objects.order_by("pk").values_list("number", flat=True).iterator()

    def documents(self, keys: Sequence[str]) -> Iterator[SearchDocument]:
        """Both of each; a case whose definition is no more is left out."""
        shelf = case_definitions().all()
        rows = Case.objects.filter(number__in=list(keys)).select_related("institution")
        rows = rows.prefetch_related("parties__institution", "steps").order_by("pk")
        urns = [f"case:{key}" for key in keys]
        lines, files = _lines(urns), names_by_subject(urns)
        at_home = self._at_home(lines)
        for row in rows:
            if row.definition in shelf:
                rules = definition_of(row)
                yield self._inner(row, rules, files.get(row.urn, []))
                yield self._outer(row, rules, lines.get(row.urn, []), at_home)

    def _at_home(self, lines: dict[str, list[Any]]) -> set[tuple[int, int, str]]:
        """(person, institution, role) of those called upon: at home the inner document is theirs."""
        called = {line.person_id for rows in lines.values() for line in rows if line.person_id}
        held = Assignment.objects.filter(person_id__in=called)
        return set(held.values_list("person_id", "institution_id", "role"))

    def _inner(self, row: Case, rules: CaseDefinition, files: list[str]) -> SearchDocument:
        known = rules.every_field
        texts = [
            words_of(known[name], value, language)
            for name, value in row.data.items()
            if name in known
            for language in ("zh", "en")
        ]
        texts += [step.note for step in row.steps.all()] + files
        tokens = [OPERATOR]
        tokens += [f"{role}@{row.institution_id}" for role in roles_that_see(row.definition)]
        return self._document(row, rules, tokens, texts, INNER)

    def _outer(
        self, row: Case, rules: CaseDefinition, lines: list[Any], at_home: set[tuple[int, int, str]]
    ) -> SearchDocument:
        roles, home = permissions()[self.permission].roles, row.institution_id
        inside = roles_that_see(row.definition)
        tokens = [f"{self.permission}@{party.institution_id}" for party in row.parties.all()]
        for line in lines:
            if line.person_id and not any(
                (line.person_id, home, role) in at_home for role in inside
            ):
                tokens.append(f"person:{line.person_id}")
            if line.role in roles and not (line.institution_id == home and line.role in inside):
                tokens.append(f"{line.role}@{line.institution_id}")
        return self._document(row, rules, tokens, [], "")

    def _document(
        self, row: Case, rules: CaseDefinition, tokens: list[str], texts: list[str], variant: str
    ) -> SearchDocument:
        state = rules.by_state.get(row.state)
        places = dict.fromkeys(
            [row.institution.name, *(party.institution.name for party in row.parties.all())]
        )
        named = [row.number, rules.label_zh, rules.label_en, *places]
        named += [state.label_zh, state.label_en] if state else []
        return self.document(
            self.name(row.number, variant), row.definition, tokens=tokens, title=row.title,
            lines=[*texts, *named], number=row.number, day=localdate(row.opened_at),
            access_status=row.state, fonds=CLOSED if row.closed_at else OPEN,
            holder=row.institution.code,
        )  # fmt: skip

    def seen(self, actor: Any, keys: Iterable[str]) -> dict[str, Any]:
        """As the list of cases would show them."""
        rows = cases_for(actor).filter(number__in=list(keys))
        return {row.number: row for row in rows}

    def line(self, row: Case) -> Line:
        """The case as its list shows it."""
        rules = definition_of(row)
        return Line(
            url=case_url(row),
            title=row.title,
            definition=localised(rules.label_zh, rules.label_en),
            place=row.institution.name,
            state=state_label(rules, row.state),
            tone=state_tone(rules, row),
            number=row.number,
        )

    def labels(self) -> dict[str, str]:
        """The definitions of cases."""
        shelf = case_definitions().all().items()
        return {key: localised(one.label_zh, one.label_en) for key, one in shelf}


def _lines(urns: list[str]) -> dict[str, list[InboxItem]]:
    found: dict[str, list[InboxItem]] = {}
    for row in InboxItem.objects.filter(subject__in=urns).order_by("pk"):
        found.setdefault(row.subject, []).append(row)
    return found
