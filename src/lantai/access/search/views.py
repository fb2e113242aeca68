"""The search page of the staff, and the suggestions below a search box."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.access.search.facets import told
from lantai.access.search.presenting import search_context
from lantai.access.search.queries import suggest
from lantai.access.search.saved import question_of, saved_search_of, searches_of
from lantai.access.search.saving import (
    change_saved_search,
    delete_saved_search,
    look_at_saved_search,
    save_search,
)
from lantai.catalogue.records.models import Record
from lantai.core.tables.forms import CATALOGUE_FORMS
from lantai.foundation.inbox.queries import waiting_for
from lantai.foundation.policy import decide
from lantai.foundation.work import Act

BESIDE = 12  # saved searches shown beside the search box


@login_required
def search_page(request: HttpRequest) -> HttpResponse:
    """Everything the viewer may see, by words, facets and order."""
    context = search_context(request.user, request.GET, record_url)
    context |= {
        "suggest_url": reverse("search:suggestions"),
        "breadcrumbs": [{"label": _("检索")}],
        "export_query": context["question"].address(),
        "export_forms": CATALOGUE_FORMS,
        "may_export": decide(request.user, "records.export"),
        "saved": searches_of(request.user)[:BESIDE],
        "search_url": reverse("search:page"),
        "may_narrow": True,
        "may_pick": True,
        "may_save": context["question"].address() != "?",
    }
    template = "access/search/page.html"
    return render(request, template, context, status=context["status"])


@login_required
def saved_page(request: HttpRequest) -> HttpResponse:
    """One's own saved searches; a new one by POST from the search page."""
    if request.method == "POST":
        given = request.POST
        save_search(
            Act(by=request.user),
            name=given.get("name", ""),
            address=given.get("address", "")[:4_000],
            tell=given.get("tell") == "on",
        )
        messages.success(request, _("检索已保存。"))
        return redirect("search:saved")
    context = {
        "saved": [
            {"row": row, "asks": told(question_of(row))} for row in searches_of(request.user)
        ],
        "breadcrumbs": [
            {"label": _("检索"), "url": reverse("search:page")},
            {"label": _("保存的检索")},
        ],
    }
    return render(request, "access/search/saved.html", context)


@login_required
def run_saved(request: HttpRequest, pk: int) -> HttpResponse:
    """Run it: what was told of it is seen, the search page shows it."""
    row = saved_search_of(request.user, pk)
    if request.method == "GET" and waiting_for(request.user).filter(subject=row.urn).exists():
        look_at_saved_search(Act(by=request.user), saved=row)
    return redirect(f"{reverse('search:page')}?{row.address}")


@login_required
@require_POST
def change_saved(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, tell or not, or delete."""
    row, given = saved_search_of(request.user, pk), request.POST
    if given.get("do") == "delete":
        delete_saved_search(Act(by=request.user), saved=row)
        messages.success(request, _("已删除。"))
    else:
        change_saved_search(
            Act(by=request.user),
            saved=row,
            name=given.get("name", ""),
            tell=given.get("tell") == "on",
        )
        messages.success(request, _("已保存修改。"))
    return redirect("search:saved")


def suggestions(request: HttpRequest) -> HttpResponse:
    """Titles for the list below a search box, as htmx takes them."""
    titles = suggest(request.user, request.GET.get("q", "")[:100])
    return render(request, "access/search/suggestions.html", {"titles": titles})


def record_url(record: Record) -> str:
    """Where staff read a record."""
    return reverse("reading:record", args=[record.uid])
