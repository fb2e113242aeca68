"""Pages of linking: our own report and key, the platforms below, what each reported last."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.foundation.desks.handing_out import attachment_name
from lantai.foundation.institutions.models import Institution
from lantai.foundation.ledger.signing import own_public_key
from lantai.foundation.policy import require
from lantai.foundation.refusal import NotFound, Refusal, localised
from lantai.foundation.work import Act
from lantai.governance.linking import operations
from lantai.governance.linking.forms import PlatformForm
from lantai.governance.linking.queries import flags_of, latest, platform_of, platforms_of
from lantai.governance.linking.reports import LARGEST, made_report
from lantai.governance.supervision.queries import authority_of

TONES = {"red": "fail", "yellow": "waiting", "green": "pass", "none": "neutral"}


def _owner(request: HttpRequest) -> Institution:
    require(request.user, "linking.manage", owner=authority_of(request.user))
    owner = authority_of(request.user)
    if owner is None:
        raise NotFound("平台互联由主管部门办理。", "For an authority.")
    return owner


@login_required
def platforms(request: HttpRequest) -> HttpResponse:
    """What we report upward, and who reports to us."""
    owner = _owner(request)
    form = PlatformForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        operations.link_platform(Act(by=request.user), owner=owner, **form.cleaned_data)
        messages.success(request, _("已登记下级平台。"))
        return redirect("linking:platforms")
    rows = []
    for one in platforms_of(owner):
        last = latest(one)
        flags = flags_of(last) if last else {}
        rows.append({"platform": one, "last": last, "red": flags.get("red", 0),
                     "yellow": flags.get("yellow", 0),
                     "bodies": len(last.data["bodies"]) if last else 0})  # fmt: skip
    context = {"owner": owner, "key": own_public_key(), "rows": rows, "form": form}
    return render(
        request, "governance/linking/platforms.html", context, status=422 if form.errors else 200
    )


@login_required
def report(request: HttpRequest) -> HttpResponse:
    """Our own report as a signed file."""
    owner = _owner(request)
    answer = HttpResponse(made_report(owner), content_type="application/json")
    answer["Content-Disposition"] = attachment_name(f"{owner.code} {localdate()}", "json")
    return answer


@require_POST
@login_required
def take(request: HttpRequest) -> HttpResponse:
    """Take in a report that came as a file."""
    owner = _owner(request)
    file = request.FILES.get("file")
    if file is None:
        raise Refusal("请选上报文件。", "Choose the report's file.")
    row = operations.take_report(Act(by=request.user), owner=owner, content=file.read(LARGEST + 1))
    messages.success(request, _("已收下 {name} 的上报。").format(name=row.platform.name))
    return redirect("linking:platform", row.platform.code)


@login_required
def platform(request: HttpRequest, code: str) -> HttpResponse:
    """What a platform reported last, body by body, with the formulas."""
    row = platform_of(_owner(request), code)
    last = latest(row)
    words = {"red": _("红"), "yellow": _("黄"), "green": _("绿"), "none": _("无数据")}
    context = {
        "platform": row, "last": last, "reports": row.reports.order_by("-made_at")[:20],
        "bodies": [_body(body, words) for body in last.data["bodies"]] if last else [],
    }  # fmt: skip
    return render(request, "governance/linking/platform.html", context)


def _body(body: dict[str, Any], words: dict[str, str]) -> dict[str, Any]:
    cells = [
        {"label": localised(r["zh"], r["en"]), "value": r["value"], "formula": r["formula"],
         "tone": TONES.get(r["flag"], "neutral"), "flag": words.get(r["flag"], "")}
        for r in body["readings"]
    ]  # fmt: skip
    return {"name": body["name"], "cells": cells}
