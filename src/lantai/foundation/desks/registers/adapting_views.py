"""Pages of a register's definition: what it says, and the editor with preview and difference."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lantai.core.desks.case_definition import DefinitionError
from lantai.core.desks.overlaying import adapt, differences
from lantai.core.desks.register_definition import RegisterDefinition
from lantai.core.desks.register_reading import read_register
from lantai.foundation.desks.adapting.operations import adapt_definition
from lantai.foundation.desks.adapting.queries import in_force, versions_told
from lantai.foundation.desks.migrating.desk import how_many_behind
from lantai.foundation.desks.registers.adapting_forms import (
    SIMPLE_TYPES,
    changes_from,
    editor_rows,
    new_rows,
)
from lantai.foundation.desks.registers.definitions import DESK, definition_of
from lantai.foundation.desks.registers.forms import EntryForm
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.desks.registers.queries import keepers_for
from lantai.foundation.desks.registers.views import seen_definition
from lantai.foundation.policy import decide, require, roles
from lantai.foundation.refusal import NotPermitted, localised
from lantai.foundation.work import Act


@login_required
def definition(request: HttpRequest, key: str) -> HttpResponse:
    """What the definition says: fields, words, who may, sources."""
    require(request.user, "registers.see")
    rules = seen_definition(request, key)
    known = roles()

    def who(table: Any) -> str:
        names = [known[r].label for line in table for r in line.roles if r in known]
        return localised("、", ", ").join(dict.fromkeys(names))

    context = {
        "register": rules,
        "label": localised(rules.label_zh, rules.label_en),
        "note": localised(rules.note_zh, rules.note_en),
        "fields": [
            {
                "name": e.name,
                "label": localised(e.label_zh, e.label_en),
                "type": e.type,
                "required": e.required,
                "words": localised("、", ", ").join(localised(w.zh, w.en) for w in e.words[:20]),
                "help": localised(e.help_zh, e.help_en),
                "verified": e.verified,
            }
            for e in rules.shown
        ],
        "see": who(rules.see),
        "write": who(rules.write),
        "may_adapt": bool(keepers_for(request.user, rules)),
        "behind": how_many_behind(request.user, DESK, key),
    }
    return render(request, "foundation/registers/definition.html", context)


@login_required
def adapting(request: HttpRequest, key: str) -> HttpResponse:
    """The editor: try what is typed, see what it changes, save it as a new version."""
    shipped = definition_of(key)
    places = keepers_for(request.user, shipped)
    require(request.user, "desks.adapt", institution=places[0] if places else None)
    if not places:
        raise NotPermitted("您的角色不能修订这个台账。", "Your roles do not keep this register.")
    place = places[0]
    own = in_force(DESK, key, place)
    present = definition_of(key, place)
    changes = own.changes if own else {}
    tried, mistakes, changed = present, [], []
    if request.method == "POST":
        changes = changes_from(shipped, request.POST)
        tried, mistakes = _tried(shipped, changes)
        changed = differences(present.data, adapt(shipped.data, changes))
        changed = [d for d in changed if d.place not in ("id", "version")]
        if not mistakes and request.POST.get("do") == "save":
            return _save(request, shipped, place, changes)
    context = {
        "register": shipped,
        "label": localised(tried.label_zh, tried.label_en),
        "tried": tried,
        "place": place,
        "rows": editor_rows(tried if not mistakes else present)[: len(shipped.fields)],
        "new_rows": list(enumerate(new_rows(changes))),
        "types": SIMPLE_TYPES,
        "mistakes": [localised(m.message_zh, m.message_en) for m in mistakes],
        "changes": [{"label": d.place, "before": d.before, "after": d.after} for d in changed],
        "preview": EntryForm(tried) if request.method == "POST" and not mistakes else None,
        "versions": versions_told(DESK, key, place),
    }
    return render(request, "foundation/registers/adapting.html", context)


def _tried(
    shipped: RegisterDefinition, changes: dict[str, Any]
) -> tuple[RegisterDefinition, list[Any]]:
    try:
        data = {**adapt(shipped.data, changes), "id": shipped.id}
        return read_register("", shipped.path, data), []
    except DefinitionError as problem:
        return shipped, problem.mistakes


def _save(
    request: HttpRequest, shipped: RegisterDefinition, place: Any, changes: dict[str, Any]
) -> HttpResponse:
    row = adapt_definition(
        Act(by=request.user, reason=request.POST.get("reason", "")[:300]),
        desk=DESK,
        definition=shipped.id,
        institution=place,
        changes=changes,
    )
    messages.success(request, _("已保存为第 {n} 版，即刻生效。").format(n=row.version))
    stale = RegisterEntry.objects.filter(register=shipped.id, institution=place, withdrawn_at=None)
    if stale.exists() and decide(request.user, "registers.migrate", institution=place):
        return redirect("desk_migrations:preview", DESK, shipped.id)
    return redirect("registers:definition", shipped.id)
