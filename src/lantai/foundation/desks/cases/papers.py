"""Papers of a case 办件文书: the definition's documents filled with what the case holds."""

from __future__ import annotations

from datetime import date

from django.utils.timezone import localdate, localtime
from django.utils.translation import get_language, pgettext

from lantai.core.desks.cases import CaseDefinition
from lantai.core.desks.printing import KINDS, Block, blocks_of, written
from lantai.foundation.accounts.models import Person
from lantai.foundation.desks.attachments.storing import attachments_of
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.queries import definition_of
from lantai.foundation.desks.cases.words import words_of
from lantai.foundation.refusal import NotFound, Refusal, localised


def paper(case: Case, key: str, kind: str) -> bytes:
    """The document as a file of `KINDS`, in the reader's language where the definition has both;
    `NotFound` for one the definition has not."""
    rules = definition_of(case)
    wanted = next((d for d in rules.printed if d.id == key), None)
    if wanted is None or kind not in KINDS:
        raise NotFound("没有这份文书。", "No such document.")
    if wanted.states and case.state not in wanted.states and not _passed(case, wanted.states):
        raise Refusal(f"办到相应步骤后才能打印“{wanted.label_zh}”。",
                      f"“{wanted.label_en}” is printed at a later step.")  # fmt: skip
    english = (get_language() or "zh").startswith("en") and bool(wanted.template_en)
    title = wanted.label_en if english else wanted.label_zh
    template = wanted.template_en if english else wanted.template
    values = printed_values(case, rules, "en" if english else "zh")
    blocks = blocks_of(title, template, values)
    if not rules.verified:
        note = localised("本文书样式待核实，使用前请对照规定。",
                         "The form of this paper is not verified: compare it with the rules.")  # fmt: skip
        blocks.append(Block("note", note))
    return written(blocks, kind)


def _passed(case: Case, states: tuple[str, ...]) -> bool:
    return case.steps.filter(to_state__in=states).exists()


def printed_values(case: Case, rules: CaseDefinition, language: str = "zh") -> dict[str, str]:
    """Every name a template may use, as words."""
    english = language.startswith("en")
    state = rules.by_state.get(case.state)
    rows = list(case.parties.select_related("institution").order_by("pk"))
    moves = {s.id: s.label_en if english else s.label_zh for s in rules.transitions}
    history = [
        f"{localtime(s.at):%Y-%m-%d %H:%M} {s.by_name} {moves.get(s.transition, '')} {s.note}".strip()
        for s in case.steps.order_by("pk")
        if s.transition in moves
    ]
    own = {
        name: _dated(words_of(entry, case.data.get(name), language), entry.datatype, english)
        for name, entry in rules.every_field.items()
    }
    comma = ", " if english else "、"
    label = (state.label_en if english else state.label_zh) if state else case.state
    return {
        **own,
        "number": case.number,
        "case_title": case.title,
        "title": own.get("title", case.title),
        "institution": _name(case.institution, english),
        "state": label,
        "opened_on": _day(localdate(case.opened_at), english),
        "opened_by": _opener(case),
        "today": _day(localdate(), english),
        "year": str(localdate().year),
        "due": _day(case.due_date, english) if case.due_date else "",
        "parties": comma.join(dict.fromkeys(_name(row.institution, english) for row in rows)),
        "history": "\n".join(history),
        "files": "\n".join(f"{a.name} (SM3 {a.sm3[:16]}…)" for a in attachments_of(case.urn)),
    }


def _opener(case: Case) -> str:
    """The name of who opened it, not the account."""
    kind, _colon, account = case.opened_by.partition(":")
    person = Person.objects.filter(username=account).first() if kind == "person" else None
    return person.name if person else account or pgettext("who acts", "系统")


def _name(place: object, english: bool) -> str:
    zh, en = getattr(place, "name", ""), getattr(place, "name_en", "")
    return (en or zh) if english else zh


def _dated(words: str, datatype: str, english: bool) -> str:
    if datatype != "date" or not words:
        return words
    try:
        return _day(date.fromisoformat(words), english)
    except ValueError:
        return words


def _day(day: date, english: bool) -> str:
    return f"{day.day} {day:%B %Y}" if english else f"{day.year}年{day.month}月{day.day}日"
