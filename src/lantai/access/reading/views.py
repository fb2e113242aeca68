"""The record's page for staff, and the form that changes its description."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from lantai.access.reading.forms import DescribeForm
from lantai.access.reading.presenting import before, breadcrumbs, changes_between, history, life
from lantai.access.viewing.presenting import viewer
from lantai.access.viewing.queries import components_for
from lantai.catalogue.arranging.queries import former_codes
from lantai.catalogue.records.fields import description_at, description_of
from lantai.catalogue.records.models import PageText, Record
from lantai.catalogue.records.operations import describe_record
from lantai.catalogue.records.presenting import description_items, status_badge, type_of, word
from lantai.catalogue.records.queries import record_for, records_for
from lantai.foundation.ledger.queries import story_of
from lantai.foundation.policy import decide, require
from lantai.foundation.refusal import Conflict
from lantai.foundation.work import Act
from lantai.governance.access_rules.visibility import reads_as_public
from lantai.preservation.depositing.queries import process_of

TABS = ("description", "content", "life", "history")
CHILDREN = 100


@login_required
def record(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One record: description, files, life, history of edits."""
    require(request.user, "records.browse")
    row = record_for(request.user, uid)
    if reads_as_public(request.user, row):
        return redirect("portal:record", row.uid)
    chosen = request.GET.get("tab", "")
    tab = chosen if chosen in TABS else TABS[0]
    label, tone = status_badge(row)
    parts = components_for(request.user, row)
    context = {
        "record": row,
        "kind": type_of(row),
        "level": word("level", row.level),
        "status": {"label": label, "tone": tone},
        "tab": tab,
        "tabs": _tabs(row, tab, len(parts)),
        "breadcrumbs": breadcrumbs(request.user, row),
        "may_describe": decide(request.user, "records.describe", record=row),
        "may_arrange": decide(request.user, "records.arrange", record=row),
        **_body(request, row, tab, parts),
    }
    return render(request, "access/reading/record.html", context)


def _tabs(row: Record, tab: str, files: int) -> list[dict[str, Any]]:
    labels = {
        "description": (_("著录"), None),
        "content": (_("原文"), files),
        "life": (_("经过"), None),
        "history": (_("著录沿革"), row.revisions.count()),
    }
    return [
        {"label": label, "count": count, "url": f"?tab={name}", "active": name == tab}
        for name, (label, count) in labels.items()
    ]


def _body(request: HttpRequest, row: Record, tab: str, parts: list[Any]) -> dict[str, Any]:
    if tab == "content":
        given = PageText.objects.filter(record=row, component=None).order_by("page")
        return {
            "viewers": [viewer(row, part) for part in parts],
            "given_text": "\n\n".join(given.values_list("text", flat=True)),
        }
    if tab == "life":
        public = reads_as_public(request.user, row)
        earlier = [] if public else before(process_of(row))
        return {"events": life(story_of(row.urn)), "earlier": earlier}
    if tab == "history":
        return {"revisions": history(row)}
    children = records_for(request.user).filter(parent=row).order_by("sequence", "pk")[:CHILDREN]
    return {"items": description_items(row), "children": children, "facts": _facts(row)}


def _facts(row: Record) -> list[dict[str, Any]]:
    return [
        {"label": _("开放依据"), "value": row.access_basis},
        {"label": _("开放到期"), "value": str(row.opening_due or "")},
        {"label": _("接收批次"), "value": row.accession},
        {"label": _("入库单"), "value": row.deposit},
        {"label": _("原编号"), "value": row.source_id},
        {"label": _("曾用档号"), "value": "；".join(former_codes(row))},
    ]


@login_required
def describe(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Change the description; nobody else's edit is overwritten unseen."""
    row = record_for(request.user, uid)
    require(request.user, "records.describe", record=row)
    form = DescribeForm(request.POST or None, record=row)
    if request.method == "POST" and form.is_valid():
        act = Act(by=request.user, reason=form.cleaned_data["edit_reason"])
        version = form.cleaned_data["version"]
        try:
            describe_record(act, record=row, values=form.values(), version=version)
        except Conflict as conflict:
            return _conflict(request, row, form, conflict)
        messages.success(request, _("著录已保存，原来的著录留在沿革里。"))
        return redirect(reverse("reading:record", args=[row.uid]))
    context = {"record": row, "form": form, "breadcrumbs": breadcrumbs(request.user, row)}
    status = 422 if form.is_bound else 200
    return render(request, "access/reading/describe.html", context, status=status)


def _conflict(
    request: HttpRequest, row: Record, form: DescribeForm, conflict: Conflict
) -> HttpResponse:
    """The form once more: what stands there now, with what this person changed put upon it."""
    row.refresh_from_db()
    now, written = description_of(row), form.values()
    opened = description_at(row, form.cleaned_data["version"])
    mine = {name: value for name, value in written.items() if value != opened.get(name, "")}
    kept = {"version": row.version, "edit_reason": form.cleaned_data["edit_reason"]}
    context = {
        "record": row,
        "reason": str(conflict),
        "form": DescribeForm(record=row, initial={**now, **mine, **kept}),
        "changes": changes_between(row, now, {**now, **mine}),
        "breadcrumbs": breadcrumbs(request.user, row),
    }
    return render(request, "access/reading/describe.html", context, status=409)
