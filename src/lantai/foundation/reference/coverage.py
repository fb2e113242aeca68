"""Coverage 覆盖: which clauses and which named systems each definition says it covers.

Nothing is written here by hand: checks, record types, vocabularies, screening rules and case
definitions carry their own sources; this module only turns them round.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lantai.core.checks.runner import checks
from lantai.core.description.record_type import record_types
from lantai.core.screening.rule import rules
from lantai.core.terms import vocabularies
from lantai.foundation.desks.cases.definitions import case_definitions
from lantai.foundation.desks.registers.definitions import register_definitions
from lantai.foundation.desks.returns.definitions import return_definitions


@dataclass(frozen=True)
class Covered:
    """One definition: what it is, its id, its clauses, its systems, and whether verified.

    ``verified`` False: the wording was not compared with the standard's own text 待核实.
    """

    kind: str
    id: str
    label: str
    clauses: tuple[str, ...]
    systems: tuple[str, ...] = ()
    verified: bool = True


def covered() -> Iterator[Covered]:
    """Every definition that names a source, in the order of kinds and ids."""
    for check in checks().all().values():
        yield Covered("check", check.id, check.name_zh, check.clauses)
    for kind in record_types().all().values():
        yield Covered(
            "record type", kind.id, kind.label_zh, _parts(kind.standard), verified=kind.verified
        )
    for words in vocabularies().all().values():
        yield Covered(
            "vocabulary", words.id, words.label_zh, _parts(words.source), verified=words.verified
        )
    for rule in rules().all().values():
        yield Covered(
            "screening rule", rule.id, rule.label_zh, _parts(rule.source), verified=rule.verified
        )
    for case in case_definitions().all().values():
        own = dict.fromkeys(case.clauses)
        for transition in case.transitions:
            own.update(dict.fromkeys(transition.clauses))
        yield Covered(
            "case", case.id, case.label_zh, tuple(own), tuple(case.covers), verified=case.verified
        )
    for kind_of_desk, shelf in (
        ("register", register_definitions().shipped()),
        ("return", return_definitions().shipped()),
    ):
        for one in shelf.values():
            yield Covered(
                kind_of_desk, one.id, one.label_zh, one.clauses, one.covers, verified=one.verified
            )


def by_system(rows: Iterable[Covered]) -> dict[str, list[Covered]]:
    """The definitions by the system (S001 …) that they cover."""
    found: dict[str, list[Covered]] = {}
    for row in rows:
        for system in row.systems:
            found.setdefault(system, []).append(row)
    return dict(sorted(found.items()))


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace(";", "；").split("；") if part.strip())
