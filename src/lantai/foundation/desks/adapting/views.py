"""The editor of definitions: words, limits and clocks, with a preview and the difference."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lantai.core.desks.adapting import differences, with_changes
from lantai.foundation.desks.adapting import operations
from lantai.foundation.desks.adapting.editable import desk_named
from lantai.foundation.desks.adapting.presenting import (
    changes_told,
    given_in,
    groups,
    growing,
    left_out_by,
    rows_left_out,
)
from lantai.foundation.desks.adapting.queries import in_force, versions_told
from lantai.foundation.desks.migrating.desk import migrating_desk
from lantai.foundation.policy import require
from lantai.foundation.refusal import NotFound, localised
from lantai.foundation.work import Act


@login_required
def edit(request: HttpRequest, desk: str, key: str) -> HttpResponse:
    """Show the values; ``preview`` shows what would change, ``save`` puts it in force."""
    require(request.user, "definitions.adapt")
    place = desk_named(desk)
    base = place.definitions().get(key)
    if base is None:
        raise NotFound("没有这个定义。", "No such definition.")
    last = in_force(desk, key)
    present = with_changes(base, last.changes, place.parts) if last else base
    given, added, removed = given_in(request, place)
    changes, errors = differences(base, place.parts, given, added, removed) if given else ({}, {})
    if request.method == "POST" and request.POST.get("do") == "save" and not errors:
        row = operations.adapt_for_all(
            Act(by=request.user), desk=desk, key=key, changes=changes,
            reason=request.POST.get("reason", ""),
        )  # fmt: skip
        messages.success(request, _("已启用版本 {v}。").format(v=row.label))
        if migrating_desk(desk).behind(request.user, key).exists():
            return redirect("desk_migrations:preview", desk, key)
        return redirect(request.path)
    shown = with_changes(base, changes, place.parts) if given else present
    context = {
        "desk": desk, "base": base, "label": localised(present.label_zh, present.label_en),
        "page": place.page, "groups": groups(shown, base, place, errors, given),
        "growing": growing(place, errors, given), "removed": rows_left_out(base, place, removed if given else left_out_by(last)),
        "changes": changes_told(base, present, shown, place) if given else [],
        "judged": [localised(zh, en) for zh, en in place.judge(shown)] if given else [],
        "previewed": bool(given) and not errors, "errors": errors,
        "versions": versions_told(desk, key), "reason": request.POST.get("reason", ""),
    }  # fmt: skip
    return render(request, "foundation/adapting/edit.html", context, status=422 if errors else 200)
