"""The editor at one level: an institution's own version over what the levels above have fixed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from lantai.core.desks.adapting import differences, with_changes
from lantai.foundation.desks.adapting import operations
from lantai.foundation.desks.adapting.editable import EditableDesk, desk_named
from lantai.foundation.desks.adapting.presenting import changes_told, given_in, groups
from lantai.foundation.desks.adapting.queries import in_force, versions_told
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import require
from lantai.foundation.refusal import NotFound, localised
from lantai.foundation.work import Act


@login_required
def edit_at(request: HttpRequest, desk: str, key: str, code: str) -> HttpResponse:
    """``preview`` shows the difference and what would be flagged; ``save`` puts it in force."""
    place = desk_named(desk)
    institution = Institution.objects.filter(code=code).first()
    if institution is None or place.levels is None or key not in place.definitions():
        raise NotFound("没有这个定义。", "No such definition.")
    require(request.user, "definitions.adapt_level", institution=institution)
    last, above = in_force(desk, key, institution), place.levels.above(key, institution)
    present = with_changes(above, last.changes, place.parts) if last else above
    given, _added, _removed = given_in(request, place)
    changes, errors = differences(above, place.parts, given) if given else ({}, {})
    made = with_changes(above, changes, place.parts) if given else present
    judged = place.levels.judge(made, key, institution) if given and not errors else []
    ready = bool(given) and not errors and not judged
    do, reason = request.POST.get("do", ""), request.POST.get("reason", "")
    if do == "save" and ready and not reason.strip():
        errors["reason"] = _("请写明为什么改。")
    elif (do == "save" and ready) or do == "release":
        kept = {} if do == "release" else {**changes, **_stated(place, made)}
        row = operations.adapt_at_level(
            Act(by=request.user), desk=desk, key=key, institution=institution, changes=kept,
            reason=reason or (_("撤回本级的规定") if do == "release" else ""),
        )  # fmt: skip
        messages.success(request, _("已启用第 {n} 版。").format(n=row.version))
        return redirect(request.path)
    context = {
        "desk": desk, "base": above, "label": localised(present.label_zh, present.label_en),
        "back": reverse(place.page, args=[code]), "institution": institution, "levelled": True,
        "rule": localised(*place.levels.rule), "own": bool(last and last.changes),
        "groups": groups(made, above, place, errors, given),
        "changes": changes_told(above, present, made, place) if given else [],
        "judged": [localised(zh, en) for zh, en in judged], "errors": errors,
        "previewed": ready, "reason": reason,
        "foreseen": place.levels.foresee(present, made, key, institution) if ready else None,
        "versions": versions_told(desk, key, institution),
    }  # fmt: skip
    refused = bool(errors or judged)
    return render(request, "foundation/adapting/edit.html", context, status=422 if refused else 200)


def _stated(place: EditableDesk, made: Any) -> dict[str, Any]:
    """The values a version states even where they are those from above: they are fixed by it."""
    found = {}
    for path in place.levels.stated if place.levels else ():
        word, own, name = path.split(".")
        part = place.parts[word]
        for item in getattr(made, part.attribute):
            if str(getattr(item, part.key)) == own:
                found[path] = getattr(item, name)
    return found
