"""Pages of registers: the desk, a register's list, an entry, its form."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.core.desks.register_definition import RegisterDefinition
from lantai.core.desks.register_values import words_of
from lantai.foundation.desks.attachments.storing import attachments_of
from lantai.foundation.desks.handing_out import print_links
from lantai.foundation.desks.places import may_reach
from lantai.foundation.desks.registers import operations, presenting
from lantai.foundation.desks.registers.beginnings import begun_from
from lantai.foundation.desks.registers.definitions import definition_of, register_definitions
from lantai.foundation.desks.registers.forms import EntryForm, initial_of
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.desks.registers.queries import (
    Wanted,
    entries_for,
    entry_for,
    keepers_for,
    narrowed,
    page_of,
    registers_for,
    sort_column,
)
from lantai.foundation.desks.searching.finding import Asked
from lantai.foundation.desks.searching.presenting import found_panel
from lantai.foundation.desks.tables.giving import export_links
from lantai.foundation.policy import decide, require
from lantai.foundation.refusal import NotPermitted, localised
from lantai.foundation.work import Act

FLOORS = {
    "governance": ("治理", "Governance"),
    "resources": ("资源", "Resources"),
    "access": ("利用", "Access"),
    "preservation": ("安全", "Preservation"),
    "foundation": ("底座", "Foundation"),
    "": ("本单位自建", "Our own"),
}


@login_required
def registers(request: HttpRequest) -> HttpResponse:
    """The registers a person's roles open, by the floor they belong to."""
    require(request.user, "registers.see")
    shelf = register_definitions()
    groups: dict[str, list[dict[str, Any]]] = {floor: [] for floor in FLOORS}
    counts = _counts(request.user)
    text = request.GET.get("q", "").strip()
    for definition in registers_for(request.user):
        groups.setdefault(shelf.floor_of(definition.id), []).append(
            {
                "id": definition.id,
                "label": localised(definition.label_zh, definition.label_en),
                "note": localised(definition.note_zh, definition.note_en),
                "count": counts.get(definition.id, 0),
            }
        )
    shown = [
        {"label": localised(*FLOORS.get(floor, (floor, floor))), "entries": items}
        for floor, items in groups.items()
        if items
    ]
    context = {"groups": shown, "mistakes": shelf.mistakes(), "own_folder": shelf.own_folder.name,
               "text": text, "found": found_panel(request, Asked(text)) if text else None}  # fmt: skip
    return render(request, "foundation/registers/registers.html", context)


def _counts(actor: Any) -> dict[str, int]:
    """How many entries of each register a person may see."""
    found: dict[str, int] = {}
    for definition in registers_for(actor):
        found[definition.id] = 0
    for definition in registers_for(actor):
        found[definition.id] = entries_for(actor, definition).aggregate(n=Count("pk"))["n"]
    return found


def seen_definition(request: HttpRequest, key: str) -> RegisterDefinition:
    """The definition as the reader's own institution has it."""
    shipped = definition_of(key)
    places = keepers_for(request.user, shipped)
    return definition_of(key, places[0]) if len(places) == 1 else shipped


def wanted_of(request: HttpRequest, definition: RegisterDefinition) -> Wanted:
    """What the address asks for; a view's own filters come first."""
    view = definition.view(request.GET.get("view", ""))
    filters = dict(view.where)
    for name in (*definition.by_field, "institution"):
        if request.GET.get(name):
            filters[name] = request.GET[name]
    return Wanted(
        text=request.GET.get("q", ""),
        filters=filters,
        sort=request.GET.get("sort", view.sort),
        after=request.GET.get("after", ""),
    )


@login_required
def register(request: HttpRequest, key: str) -> HttpResponse:
    """One register's list."""
    require(request.user, "registers.see")
    shipped = definition_of(key)
    places = keepers_for(request.user, shipped)
    definition = definition_of(key, places[0]) if len(places) == 1 else shipped
    rows, wanted = entries_for(request.user, definition), wanted_of(request, definition)
    page = page_of(rows, definition, wanted)
    names = list(definition.view(request.GET.get("view", "")).columns)
    if rows.values("institution").distinct().count() > 1:
        names.append("institution")
    kept = {k: v for k, v in request.GET.items() if k != "after" and v}
    first = "?" + urlencode(kept) if wanted.after else ""
    following = "?" + urlencode({**kept, "after": page.next}) if page.next else ""
    context = {
        "register": definition,
        "label": localised(definition.label_zh, definition.label_en),
        "note": localised(definition.note_zh, definition.note_en),
        "columns": _columns(definition, names, wanted, kept),
        "rows": [
            {"cells": presenting.cells_of(definition, names, row), "public": row.is_public}
            for row in page.rows
        ],
        "total": narrowed(rows, definition, wanted).count(),
        "pager": {"next": following, "previous": "", "first": first}
        if first or following
        else None,
        "filters": _filters(definition, wanted),
        "text": wanted.text,
        "views": _views(request, definition),
        "narrowed": bool(wanted.text or wanted.filters),
        "export": export_links(request, "registers:export", key),
        "may_write": bool(places),
    }
    return render(request, "foundation/registers/register.html", context)


def _columns(
    definition: RegisterDefinition, names: list[str], wanted: Wanted, kept: dict[str, str]
) -> list[dict[str, Any]]:
    found = []
    column, down = sort_column(definition, wanted.sort)
    for name in names:
        entry = definition.by_field.get(name)
        head: dict[str, Any] = {"label": presenting.label_of(definition, name)}
        head["kind"] = "title" if name == definition.title else ""
        head["numeric"] = bool(entry and entry.is_number)
        mine, _down = sort_column(definition, name)
        if mine != "pk":
            here = column == mine
            head["sort"] = ("down" if down else "up") if here else ""
            turned = f"-{name}" if here and not down else name
            head["url"] = "?" + urlencode({**kept, "sort": turned})
        found.append(head)
    return found


def _filters(definition: RegisterDefinition, wanted: Wanted) -> list[dict[str, Any]]:
    found = []
    for entry in definition.shown:
        if not (entry.has_words or entry.type == "boolean") or len(found) >= 4:
            continue
        yes, no = localised("是", "Yes"), localised("否", "No")
        choices = [(w.code, localised(w.zh, w.en)) for w in words_of(entry)] or [
            ("是", yes),
            ("否", no),
        ]
        options = [{"value": "", "label": _("全部")}]
        options += [{"value": code, "label": label} for code, label in choices]
        label = localised(entry.label_zh, entry.label_en)
        value = wanted.filters.get(entry.name, "")
        found.append({"name": entry.name, "label": label, "options": options, "value": value})
    return found


def _views(request: HttpRequest, definition: RegisterDefinition) -> list[dict[str, Any]]:
    if len(definition.views) < 2:
        return []
    here = request.GET.get("view", definition.views[0].id)
    return [
        {"label": localised(v.label_zh, v.label_en), "url": f"?view={v.id}", "active": v.id == here}
        for v in definition.views
    ]


@login_required
def entry(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """One entry: its values, files, history."""
    require(request.user, "registers.see")
    row, definition = entry_for(request.user, key, pk)
    may_write = may_reach(request.user, definition.write, row.institution)
    context = {
        "register": definition,
        "label": localised(definition.label_zh, definition.label_en),
        "row": row,
        "groups": presenting.description(definition, row),
        "history": presenting.history(definition, row),
        "story": presenting.story(row),
        "files": attachments_of(row.urn),
        "may_write": may_write,
        "may_publish": may_write
        and definition.publication != "closed"
        and bool(decide(request.user, "registers.publish", entry=row)),
        "prints": print_links("registers:print", key, row.pk),
        "case_number": row.source.removeprefix("case:"),
        "may_begin": may_write and key in begun_from(),
        "older": row.definition_version != definition.version,
    }
    return render(request, "foundation/registers/entry.html", context)


@login_required
def new(request: HttpRequest, key: str) -> HttpResponse:
    """The form for a new entry."""
    shipped = definition_of(key)
    places = keepers_for(request.user, shipped)
    if not places:
        raise NotPermitted(
            f"“{shipped.label_zh}”不由您所在机构或角色登记。",
            "Your roles do not keep this register.",
        )
    place = next((p for p in places if p.code == request.POST.get("kept_at")), places[0])
    definition = definition_of(key, place)
    form = EntryForm(definition, request.POST or None, places=places)
    if request.method == "POST" and form.is_valid():
        row = operations.add_entry(
            Act(by=request.user), register=key, institution=place, values=form.values
        )
        messages.success(request, _("已登记。"))
        return redirect("registers:entry", key, row.pk)
    return _form_page(request, definition, form, None)


@login_required
def edit(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """The form of an entry."""
    row, definition = entry_for(request.user, key, pk)
    if not may_reach(request.user, definition.write, row.institution):
        raise NotPermitted("这条记录不归您修改。", "This entry is not yours to change.")
    initial = {**initial_of(definition, row.values), "version": row.version}
    form = EntryForm(definition, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        operations.change_entry(
            Act(by=request.user, reason=request.POST.get("reason", "")[:300]),
            entry=row,
            values=form.values,
            version=form.cleaned_data.get("version"),
        )
        messages.success(request, _("已修改，原来的内容留在历史里。"))
        return redirect("registers:entry", key, row.pk)
    return _form_page(request, definition, form, row)


def _form_page(
    request: HttpRequest, definition: RegisterDefinition, form: EntryForm, row: RegisterEntry | None
) -> HttpResponse:
    context = {
        "register": definition,
        "label": localised(definition.label_zh, definition.label_en),
        "form": form,
        "groups": [{"title": title, "fields": fields} for title, fields in form.groups()],
        "row": row,
    }
    status = 422 if form.is_bound else 200
    return render(request, "foundation/registers/form.html", context, status=status)


@require_POST
@login_required
def withdraw(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Take an entry out."""
    row, _definition = entry_for(request.user, key, pk)
    reason = request.POST.get("reason", "")[:300]
    operations.withdraw_entry(Act(by=request.user, reason=reason), entry=row)
    messages.success(request, _("已注销；记录和历史仍保留在台账中。"))
    return redirect("registers:register", key)


@require_POST
@login_required
def publish(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Show an entry to everybody, or take it back."""
    row, _definition = entry_for(request.user, key, pk)
    operations.publish_entry(
        Act(by=request.user), entry=row, public=request.POST.get("public") == "1"
    )
    return redirect("registers:entry", key, pk)
