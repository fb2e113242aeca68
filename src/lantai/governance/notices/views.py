"""The public page of notices: by kind, with how it is handled and within what time."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lantai.foundation.refusal import NotFound, localised
from lantai.governance.notices.queries import public_cases, public_kinds, told_of

LATEST = 100


def notices(request: HttpRequest) -> HttpResponse:
    """One kind at a time; open to everybody."""
    kinds = public_kinds()
    wanted = request.GET.get("kind", "")
    kind = kinds.get(wanted) or next(iter(kinds.values()), None)
    if kind is None:
        raise NotFound("这里还没有可公示的事项。", "No matters are published here yet.")
    choices = [
        {"label": localised(entry.label_zh, entry.label_en),
         "words": [localised(zh, en) for _code, zh, en in entry.options]}
        for entry in kind.fields
        if entry.options and entry.name in kind.public_fields
    ]  # fmt: skip
    context = {
        "kind": kind, "label": localised(kind.label_zh, kind.label_en), "choices": choices,
        "tabs": [{"label": localised(one.label_zh, one.label_en), "url": f"?kind={key}",
                  "active": one.id == kind.id} for key, one in kinds.items()],
        "steps": [{"label": localised(s.label_zh, s.label_en), "days": s.clock_working_days}
                  for s in kind.states if s.kind != "end"],
        "rows": [told_of(case) for case in public_cases(kind)[:LATEST]],
    }  # fmt: skip
    return render(request, "governance/notices/notices.html", context)
