"""The coverage page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lantai.foundation.policy import require
from lantai.foundation.refusal import localised
from lantai.governance.coverage.queries import NOT_YET, PARTLY, WORKS, coverage, tally


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """Every system with its state; ``?state=`` keeps one."""
    require(request.user, "coverage.see")
    rows = coverage()
    words = {WORKS: _("可用"), PARTLY: _("部分可用"), NOT_YET: _("尚无")}
    tones = {WORKS: "pass", PARTLY: "waiting", NOT_YET: "neutral"}
    wanted = request.GET.get("state", "")
    shown = [
        {"id": r.id, "label": localised(r.zh, r.en), "state": words[r.state], "tone": tones[r.state],
         "by": sorted({c.by for c in r.claims}),
         "tests": list(dict.fromkeys(t for c in r.claims for t in c.tests)),
         "missing": [localised(c.missing_zh, c.missing_en) for c in r.claims
                     if c.missing_zh and r.state != WORKS]}
        for r in rows
        if wanted in ("", r.state)
    ]  # fmt: skip
    counts = tally(rows)
    tabs = [{"label": _("全部"), "url": "?", "active": not wanted, "count": len(rows)}] + [
        {"label": words[s], "url": f"?state={s}", "active": wanted == s, "count": counts[s]}
        for s in words
    ]
    return render(request, "governance/coverage/page.html", {"rows": shown, "tabs": tabs})
