"""Pages of the cases desk: the list, one case, a definition."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.core.calendar import add_working_days
from lantai.core.desks.cases import CaseDefinition, Transition
from lantai.core.registry import UnknownId
from lantai.foundation.desks.attachments.storing import attachments_of
from lantai.foundation.desks.cases import operations
from lantai.foundation.desks.cases.beside import acts_beside
from lantai.foundation.desks.cases.definitions import case_definitions, kind_of, rules_for
from lantai.foundation.desks.cases.desk_views import stored
from lantai.foundation.desks.cases.forms import CaseFilter, TransitionForm
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.presenting import (
    case_row,
    entered_for,
    history,
    related_to,
    state_label,
    state_steps,
)
from lantai.foundation.desks.cases.presets import preset_for
from lantai.foundation.desks.cases.queries import (
    Button,
    buttons,
    case_for,
    cases_for,
    days_left,
    definition_of,
    is_insider,
)
from lantai.foundation.desks.cases.words import words_of
from lantai.foundation.desks.handing_out import print_links
from lantai.foundation.desks.migrating.desk import how_many_behind
from lantai.foundation.desks.searching.desk import CLOSED, OPEN
from lantai.foundation.desks.searching.finding import Asked, every_found
from lantai.foundation.desks.searching.presenting import found_panel
from lantai.foundation.desks.tables.giving import export_links
from lantai.foundation.institutions.models import Institution
from lantai.foundation.paging import page_by_key
from lantai.foundation.policy import decide, permissions, require, roles
from lantai.foundation.refusal import Conflict, NotFound, NotPermitted, Refusal, localised
from lantai.foundation.work import Act

SOON = 3  # working days
MOST_DUE = 5_000  # cases of a clock that a word is looked for in


@login_required
def cases(request: HttpRequest) -> HttpResponse:
    """The cases I may see, filtered."""
    require(request.user, "cases.see")
    mine = cases_for(request.user)
    form = _filter_form(request, mine)
    wanted = form.cleaned_data if form.is_valid() else {}
    if wanted.get("q", "").strip():
        found = found_panel(request, asked_of(wanted, _filtered(mine, wanted)))
        context = {"form": form, "found": found, "rows": [], "filtered": True,
                   "export": export_links(request, "cases:export")}  # fmt: skip
        return render(request, "foundation/cases/cases.html", context)
    rows = _filtered(mine, wanted)
    page = page_by_key(rows, request.GET)
    columns = [_("编号"), _("事由"), _("种类"), _("机构"), _("状态"), _("期限"), _("经办")]
    return render(
        request,
        "foundation/cases/cases.html",
        {
            "form": form,
            "rows": [case_row(row) for row in page.rows],
            "total": page.total,
            "columns": [
                {"label": label, "kind": "title" if n == 1 else ""}
                for n, label in enumerate(columns)
            ],
            "pager": page.pager,
            "export": export_links(request, "cases:export"),
            "filtered": any(v for k, v in request.GET.items() if k not in ("after", "before")),
        },
    )  # fmt: skip


def listed(request: HttpRequest) -> tuple[QuerySet[Case], dict[str, Any]]:
    """Every case of the list as the address narrows it, found words too; and how it does."""
    mine = cases_for(request.user)
    form = _filter_form(request, mine)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = _filtered(mine, wanted)
    if wanted.get("q", "").strip():
        rows = rows.filter(pk__in=every_found(request.user, asked_of(wanted, rows), Case))
    return rows, wanted


def asked_of(wanted: dict[str, Any], rows: QuerySet[Case]) -> Asked:
    """The filters of the list as a question to the search engine; a clock is read from the rows."""
    series = {"all": "", "closed": CLOSED}.get(wanted.get("status", ""), OPEN)
    only = None
    if wanted.get("clock"):  # what the index cannot know: it runs on while nothing changes
        only = frozenset(rows.values_list("number", flat=True)[:MOST_DUE])
    return Asked(
        wanted["q"].strip(), desk="cases", definition=wanted.get("definition", ""),
        state=wanted.get("state", ""), place=wanted.get("institution", ""), series=series,
        only=only,
    )  # fmt: skip


def _filter_form(request: HttpRequest, mine: QuerySet[Case]) -> CaseFilter:
    form = CaseFilter(request.GET or {})
    shelf = case_definitions().all()
    used = sorted(set(mine.order_by().values_list("definition", flat=True).distinct()))
    known = [
        (key, localised(shelf[key].label_zh, shelf[key].label_en)) for key in used if key in shelf
    ]
    form.fields["definition"].choices = [("", _("全部")), *known]  # type: ignore[attr-defined]
    chosen = shelf.get(request.GET.get("definition", ""))
    states = (
        chosen.states if chosen else [s for key in used if key in shelf for s in shelf[key].states]
    )
    labels = dict.fromkeys((s.id, localised(s.label_zh, s.label_en)) for s in states)
    form.fields["state"].choices = [("", _("全部")), *labels]  # type: ignore[attr-defined]
    places = Institution.objects.filter(pk__in=mine.order_by().values("institution")).order_by(
        "code"
    )
    form.fields["institution"].choices = [("", _("全部")), *((p.code, p.name) for p in places)]  # type: ignore[attr-defined]
    return form


def _filtered(rows: QuerySet[Case], wanted: dict[str, Any]) -> QuerySet[Case]:
    today = localdate()
    status = wanted.get("status", "")
    if status != "all":
        rows = rows.filter(closed_at__isnull=status != "closed")
    if wanted.get("definition"):
        rows = rows.filter(definition=wanted["definition"])
    if wanted.get("state"):
        rows = rows.filter(state=wanted["state"])
    if wanted.get("institution"):
        rows = rows.filter(institution__code=wanted["institution"])
    if wanted.get("clock") == "over":
        rows = rows.filter(due_date__lt=today)
    elif wanted.get("clock") == "soon":
        rows = rows.filter(due_date__gte=today, due_date__lte=add_working_days(today, SOON))
    if wanted.get("clock"):
        rows = rows.filter(closed_at=None)
    if month := wanted.get("opened"):
        year, number = map(int, month.split("-"))
        rows = rows.filter(opened_at__year=year, opened_at__month=number)
    return rows


@login_required
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case: where it stands, what was done, what may be done now."""
    require(request.user, "cases.see")
    row = case_for(request.user, number)
    return render(request, "foundation/cases/case.html", case_context(request.user, row))


def case_context(actor: Any, row: Case) -> dict[str, Any]:
    """What the generic page shows; a domain's own page adds to it."""
    rules = definition_of(row)
    state = rules.by_state.get(row.state)
    return {
        "case": row,
        "rules": rules,
        "kind": localised(rules.label_zh, rules.label_en),
        "state_label": state_label(rules, row.state),
        "state_note": localised(state.note_zh, state.note_en) if state else "",
        "steps": state_steps(row),
        "history": history(actor, row),
        "days_left": days_left(row),
        "choices": [
            {"button": button, "form": _form_for(button, row, rules)}
            for button in buttons(actor, row)
        ],
        "values": _values(rules, row) if is_insider(actor, row) else [],
        **_beside(actor, rules, row),
    }


def _beside(actor: Any, rules: CaseDefinition, row: Case) -> dict[str, Any]:
    """Files, papers, and the acts beside the moves."""
    inside = is_insider(actor, row)
    passed = {row.state, *row.steps.values_list("to_state", flat=True)}
    handles = not row.closed_at and any(button.allowed for button in buttons(actor, row))
    return {
        "files": [
            {"row": a, "url": reverse("cases:file", args=[row.number, a.pk]),
             "field": localised(f.label_zh, f.label_en)
             if (f := rules.every_field.get(a.role)) else ""}
            for a in attachments_of(row.urn)
        ] if inside else [],
        "entered": entered_for(actor, row) if inside else [],
        "related": related_to(actor, row),
        "papers": [
            {"label": localised(d.label_zh, d.label_en),
             "kinds": print_links("cases:document", row.number, d.id)}
            for d in rules.printed
            if inside and (not d.states or passed & set(d.states))
        ],
        "acts": acts_beside(actor, rules, row, handles),
    }  # fmt: skip


def _form_for(button: Button, row: Case, rules: CaseDefinition) -> TransitionForm | None:
    if not button.allowed:
        return None
    own = {entry.name for entry in rules.fields}
    held = {
        entry.name: "\n".join(map(str, value)) if isinstance(value, list) else value
        for entry in button.transition.fields
        if entry.name in own and (value := row.data.get(entry.name)) not in (None, "")
    }
    begun = {
        entry.name: "\n".join(lines)
        for entry in button.transition.fields
        if (lines := preset_for(entry, row.data))
    }
    suggest = kind_of(row).suggests
    known = suggest(row, button.transition.id) if suggest else {}
    initial = {**begun, **known, **held, "version": row.version}
    return TransitionForm(button.transition, initial=initial)


def _values(rules: CaseDefinition, row: Case) -> list[dict[str, str]]:
    known = rules.every_field
    return [
        {
            "label": localised(known[name].label_zh, known[name].label_en),
            "value": words_of(known[name], value, get_language() or "zh"),
        }
        for name, value in row.data.items()
        if name in known and value not in ("", None, [])
    ]


@require_POST
@login_required
def move(request: HttpRequest, number: str, transition: str) -> HttpResponse:
    """Make a transition with what the form holds."""
    require(request.user, "cases.see")
    row = case_for(request.user, number)
    step = definition_of(row).by_transition.get(transition)
    if step is None:
        raise NotFound("没有这个办理动作。", "No such step.")
    form = TransitionForm(step, request.POST, request.FILES)
    moved = None
    if form.is_valid():
        try:
            moved = operations.move_case(
                Act(by=request.user), case=row, transition=transition, data=form.given(),
                version=form.cleaned_data.get("version"), files=stored(form.uploads()),
            )  # fmt: skip
        except (NotPermitted, NotFound, Conflict):
            raise
        except Refusal as refused:  # what was written is not lost: the form comes back with it
            form.add_error(None, str(refused))
    if moved is None:
        return render(
            request,
            "foundation/cases/move.html",
            {"case": row, "form": form, "step": _step(step)},
            status=422,
        )
    rules = definition_of(moved)
    messages.success(
        request, _("已办理，现为“{state}”。").format(state=state_label(rules, moved.state))
    )
    return redirect(operations.case_url(moved))


def _step(step: Transition) -> dict[str, str]:
    return {"id": step.id, "label": localised(step.label_zh, step.label_en), "tone": step.tone}


@login_required
def definitions(request: HttpRequest) -> HttpResponse:
    """Every definition on the shelf."""
    require(request.user, "cases.see")
    rows = [
        {"url": f"{key}/", "label": localised(d.label_zh, d.label_en), "version": d.version,
         "states": len(d.states), "covers": "、".join(d.covers), "clauses": "；".join(d.clauses), "verified": d.verified}
        for key, d in case_definitions().all().items()
    ]  # fmt: skip
    broken = [{"place": f"{m.file}:{m.line}", "text": localised(m.message_zh, m.message_en)}
              for m in getattr(case_definitions(), "mistakes", [])]  # fmt: skip
    return render(request, "foundation/cases/definitions.html", {"rows": rows, "broken": broken})


@login_required
def definition(request: HttpRequest, key: str) -> HttpResponse:
    """A definition, drawn: each state with the ways out of it."""
    require(request.user, "cases.see")
    try:
        rules = rules_for(key)
    except UnknownId:
        raise NotFound("没有这个办件定义。", "No such definition.") from None
    states = [
        {
            "label": localised(state.label_zh, state.label_en),
            "kind": state.kind,
            "note": localised(state.note_zh, state.note_en),
            "clock": state.clock_working_days,
            "who": _who(state.who),
            "ways": [_way(rules, step) for step in rules.from_state(state.id)],
        }
        for state in rules.states
    ]
    context = {
        "rules": rules, "label": localised(rules.label_zh, rules.label_en), "states": states,
        "may_adapt": bool(decide(request.user, "definitions.adapt")),
        "behind": how_many_behind(request.user, "case", key),
    }  # fmt: skip
    return render(request, "foundation/cases/definition.html", context)


def _who(text: str) -> str:
    known = roles()
    plain = {
        "operator": pgettext("who acts", "系统"),
        "assignee": _("经办人"),
        "opener": _("提出人"),
    }
    words = []
    for word in text.replace(",", " ").split():
        role, _at, party = word.partition("@")
        label = known[role].label if role in known else plain.get(role, role)
        words.append(
            f"{label}（{_('申请单位') if party == 'applicant' else party}）" if party else label
        )
    return localised("、", ", ").join(words)


def _way(rules: CaseDefinition, step: Transition) -> dict[str, Any]:
    permission = permissions().get(step.permission)
    return {
        **_step(step),
        "to": state_label(rules, step.to),
        "who": _who(" ".join(sorted(permission.roles)) if permission else step.who),
        "guard": localised(step.guard_zh, step.guard_en),
        "fields": "、".join(localised(e.label_zh, e.label_en) for e in step.fields),
        "clauses": "；".join(step.clauses),
    }
