"""Papers of a case 办件文书: the definition's documents filled with what the case holds."""

from __future__ import annotations

from django.utils.timezone import localdate, localtime

from lantai.core.desks.cases import CaseDefinition
from lantai.core.desks.printing import Block, blocks_of, write_docx, write_pdf
from lantai.foundation.desks.attachments.storing import attachments_of
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.queries import definition_of
from lantai.foundation.desks.cases.words import words_of
from lantai.foundation.refusal import NotFound, Refusal

KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def paper(case: Case, key: str, kind: str) -> bytes:
    """The document as docx or pdf; `NotFound` for one the definition has not."""
    rules = definition_of(case)
    wanted = next((d for d in rules.printed if d.id == key), None)
    if wanted is None or kind not in KINDS:
        raise NotFound("没有这份文书。", "No such document.")
    if wanted.states and case.state not in wanted.states and not _passed(case, wanted.states):
        raise Refusal(f"办到相应步骤后才能打印“{wanted.label_zh}”。",
                      f"“{wanted.label_en}” is printed at a later step.")  # fmt: skip
    blocks: list[Block] = blocks_of(wanted.label_zh, wanted.template, printed_values(case, rules))
    if not rules.verified:
        blocks.append(Block("paragraph", "（本文书样式待核实，使用前请对照规定。）"))
    return write_pdf(blocks) if kind == "pdf" else write_docx(blocks)


def _passed(case: Case, states: tuple[str, ...]) -> bool:
    return case.steps.filter(to_state__in=states).exists()


def printed_values(case: Case, rules: CaseDefinition) -> dict[str, str]:
    """Every name a template may use, as words."""
    state = rules.by_state.get(case.state)
    rows = list(case.parties.select_related("institution").order_by("pk"))
    moves = {step.id: step.label_zh for step in rules.transitions}
    history = [
        f"{localtime(s.at):%Y-%m-%d %H:%M} {s.by_name} {moves.get(s.transition, '')} {s.note}".strip()
        for s in case.steps.order_by("pk")
        if s.transition in moves
    ]
    own = {name: words_of(entry, case.data.get(name)) for name, entry in rules.every_field.items()}
    return {
        **own,
        "number": case.number,
        "case_title": case.title,
        "title": own.get("title", case.title),
        "institution": case.institution.name,
        "state": state.label_zh if state else case.state,
        "opened_on": f"{localdate(case.opened_at):%Y年%m月%d日}",
        "opened_by": case.opened_by.partition(":")[2],
        "today": f"{localdate():%Y年%m月%d日}",
        "year": str(localdate().year),
        "due": f"{case.due_date:%Y年%m月%d日}" if case.due_date else "",
        "parties": "、".join(dict.fromkeys(row.institution.name for row in rows)),
        "history": "\n".join(history),
        "files": "\n".join(f"{a.name}（SM3 {a.sm3[:16]}…）" for a in attachments_of(case.urn)),
    }
