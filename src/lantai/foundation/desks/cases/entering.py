"""Entering 入账: the lines of registers that a case writes and keeps up to date as it moves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.timezone import localdate

from lantai.core.desks.case_definition import CaseDefinition, Entry
from lantai.core.desks.case_reading import names_in
from lantai.core.desks.register_definition import RegisterDefinition, RegisterField
from lantai.core.desks.register_values import words_of as choices_of
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.words import words_of
from lantai.foundation.desks.registers.definitions import definition_of, register_definitions
from lantai.foundation.desks.registers.keeping import is_complete, keep_line, line_of
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.institutions.models import Institution
from lantai.foundation.refusal import Refusal
from lantai.foundation.work import Act, note

_SINGLE = re.compile(r"\{(\w+)\}")


def enter_in_registers(act: Act, case: Case, rules: CaseDefinition) -> list[RegisterEntry]:
    """Write the case's lines as it stands now; one whose required fields are not known yet waits."""
    found = []
    for entry in rules.entries:
        row = _enter(act, case, rules, entry)
        if row is not None:
            found.append(row)
    if found:
        note(entered=[row.urn for row in found])
    return found


def values_for(rules: CaseDefinition, row: RegisterEntry) -> dict[str, str]:
    """What the line holds of the case's own fields, to begin the case with."""
    return {
        found[1]: str(row.values[name])
        for entry in rules.entries
        if entry.register == row.register
        for name, template in entry.values.items()
        if (found := _SINGLE.fullmatch(str(template)))
        and found[1] in {f.name for f in rules.fields}
        and row.values.get(name) not in (None, "", [])
    }


def entries_of(case: Case) -> list[RegisterEntry]:
    """The lines of registers that the case keeps."""
    rows = RegisterEntry.objects.filter(source=case.urn, withdrawn_at=None)
    return list(rows.select_related("institution").order_by("pk"))


def _enter(act: Act, case: Case, rules: CaseDefinition, entry: Entry) -> RegisterEntry | None:
    register = register_definitions().get(entry.register)
    places = keepers_of(case, register)
    own = {case.institution_id, *case.parties.values_list("institution", flat=True)}
    place = next(
        (p for p in places if p.pk in own and _stands(case, rules, entry, register, p)), None
    )
    place = place or next(iter(places), None)
    if place is None:
        raise Refusal(f"“{register.label_zh}”没有可登记的机构，请先登记档案馆或主管部门。",
                      f"No institution keeps the register {register.label_en!r} for this case.")  # fmt: skip
    register = definition_of(register.id, place)
    given = _given(case, rules, entry, register)
    row = line_of(register, place, given) or _kept_before(case, rules, register, place)
    if row is None and entry.existing:
        return None
    told = {name: value for name, value in given.items() if value not in ("", None, [])}
    if not is_complete(register, {**(row.values if row else {}), **told}):
        return None
    return keep_line(act, register, place, given, source=case.urn, row=row)


def _stands(
    case: Case,
    rules: CaseDefinition,
    entry: Entry,
    register: RegisterDefinition,
    place: Institution,
) -> bool:
    """Does the line stand already in the register that this body keeps?"""
    own = definition_of(register.id, place)
    return line_of(own, place, _given(case, rules, entry, own)) is not None


def _kept_before(
    case: Case, rules: CaseDefinition, register: RegisterDefinition, place: Institution
) -> RegisterEntry | None:
    """The one line this case keeps, should its key have changed since."""
    if sum(entry.register == register.id for entry in rules.entries) > 1:
        return None
    rows = RegisterEntry.objects.select_for_update().filter(
        register=register.id, institution=place, withdrawn_at=None, source=case.urn
    )
    return rows.first()


def keepers_of(case: Case, register: RegisterDefinition) -> list[Institution]:
    """Who may keep the line, the nearest first: the case's own body, a party to it, its archives, or one above it."""
    near = [
        case.institution,
        *(row.institution for row in case.parties.select_related("institution")),
    ]
    near += [place.archives for place in near if place.archives_id]
    above = case.institution.parent
    while above is not None:
        near.append(above)
        above = above.parent
    near += list(Institution.objects.filter(parent=case.institution).order_by("code")[:50])
    return list(dict.fromkeys(place for place in near if place.kind in register.holders))


def _given(
    case: Case, rules: CaseDefinition, entry: Entry, register: RegisterDefinition
) -> dict[str, Any]:
    given = {
        name: _fitted(
            register.by_field[name],
            _coded(case, entry, name, str(text))
            if name in entry.codes
            else _value(case, rules, register.by_field[name], str(text)),
        )
        for name, text in entry.values.items()
    }
    if entry.state:
        given[entry.state] = entry.states.get(case.state, "")
    steps = list(case.steps.order_by("pk").values_list("transition", "data"))
    for name, step in entry.count.items():
        given[name] = sum(1 for made, _data in steps if made == step)
    for name, asked in entry.sum.items():
        given[name] = sum(_number(data.get(asked)) for _made, data in steps)
    return given


def _coded(case: Case, entry: Entry, name: str, template: str) -> Any:
    single = _SINGLE.fullmatch(template)
    value = case.data.get(single.group(1), "") if single else template
    return entry.codes[name].get(str(value), "")


def _fitted(into: RegisterField, value: Any) -> Any:
    """Text in the length, and for a line of text in the form, that the register's field has."""
    if not isinstance(value, str) or into.has_words:
        return value
    if into.type == "text":
        value = "；".join(part.strip() for part in value.splitlines() if part.strip())
    return value[: into.max_length] if into.type in ("text", "lines", "record") else value


def _value(case: Case, rules: CaseDefinition, into: RegisterField, template: str) -> Any:
    single = _SINGLE.fullmatch(template)
    if single and single.group(1) in rules.every_field:
        return _own_value(case, rules, into, single.group(1))
    made = template
    for name in names_in(template):
        made = made.replace("{" + name + "}", str(_named(case, rules, name)))
    return made.strip()


def _own_value(case: Case, rules: CaseDefinition, into: RegisterField, name: str) -> Any:
    """A field's own value: its code where the register has that code, else its words."""
    value, entry = case.data.get(name, ""), rules.every_field[name]
    if into.has_words and str(value) in {word.code for word in choices_of(into)}:
        return value
    if isinstance(value, list) and not into.has_words:
        return "\n".join(map(str, value))
    if into.is_number or into.type in ("date", "boolean") or value in ("", None):
        return value
    return words_of(entry, value)


def _named(case: Case, rules: CaseDefinition, name: str) -> str:
    if name in rules.every_field:
        return words_of(rules.every_field[name], case.data.get(name))
    known: Mapping[str, Any] = {
        "number": case.number,
        "title": case.title,
        "case_title": case.title,
        "institution": case.institution.name,
        "state": rules.by_state[case.state].label_zh if case.state in rules.by_state else "",
        "opened_on": localdate(case.opened_at).isoformat(),
        "year": str(localdate(case.opened_at).year),
        "today": localdate().isoformat(),
        "due": case.due_date.isoformat() if case.due_date else "",
        "opened_by": case.opened_by,
        "parties": "、".join(dict.fromkeys(
            row.institution.name for row in case.parties.select_related("institution")
        )),
    }  # fmt: skip
    return str(known.get(name, ""))


def _number(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return 0
    return int(number) if number.is_integer() else number


def entry_mistakes(rules: CaseDefinition) -> list[tuple[int, str, str]]:
    """(which entry, zh, en): registers and fields that are not there, and required ones not filled."""
    found: list[tuple[int, str, str]] = []
    shelf = register_definitions().all() if rules.entries else {}
    for number, entry in enumerate(rules.entries):
        register = shelf.get(entry.register)
        if register is None:
            found.append((number, f"没有台账 {entry.register}", f"no register {entry.register!r}"))
            continue
        for name in entry.filled:
            if name not in register.by_field:
                found.append((number, f"台账 {entry.register} 没有栏目 {name}",
                              f"{entry.register}: no field {name!r}"))  # fmt: skip
        if entry.existing:
            continue
        filled = {n for e in rules.entries if e.register == entry.register for n in e.filled}
        for one in register.shown:
            if one.required and one.name not in filled:
                found.append((number, f"台账 {entry.register} 的必填栏目 {one.name} 没有来处",
                              f"{entry.register}: {one.name!r} is required"))  # fmt: skip
        found += [(number, zh, en) for zh, en in _code_mistakes(register, entry)]
    return found


def _code_mistakes(register: RegisterDefinition, entry: Entry) -> list[tuple[str, str]]:
    into = register.by_field.get(entry.state)
    if into is None or not into.has_words:
        return []
    codes = {word.code for word in choices_of(into)}
    return [
        (f"台账 {register.id} 的 {into.name} 没有代码 {code}", f"{register.id}: no code {code!r}")
        for code in dict.fromkeys(entry.states.values())
        if code and code not in codes
    ]
