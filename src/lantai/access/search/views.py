"""The search page of the staff, and the suggestions below a search box."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from lantai.access.search.presenting import search_context
from lantai.access.search.queries import suggest
from lantai.catalogue.records.models import Record
from lantai.foundation.policy import decide


@login_required
def search_page(request: HttpRequest) -> HttpResponse:
    """Everything the viewer may see, by words, facets and order."""
    context = search_context(request.user, request.GET, record_url)
    context |= {
        "suggest_url": reverse("search:suggestions"),
        "breadcrumbs": [{"label": _("检索")}],
        "export_query": context["question"].address(),
        "may_export": decide(request.user, "records.export"),
    }
    template = "access/search/page.html"
    return render(request, template, context, status=context["status"])


def suggestions(request: HttpRequest) -> HttpResponse:
    """Titles for the list below a search box, as htmx takes them."""
    titles = suggest(request.user, request.GET.get("q", "")[:100])
    return render(request, "access/search/suggestions.html", {"titles": titles})


def record_url(record: Record) -> str:
    """Where staff read a record."""
    return reverse("reading:record", args=[record.uid])
