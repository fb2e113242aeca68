"""Pages of the union catalogue: search over all archives, and one entry with its holders."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from lantai.access.search.queries import QuestionRefused, SearchDown
from lantai.access.union import presenting
from lantai.access.union.queries import FACETS, union_entry, union_search

PAGE = 20


def search_page(request: HttpRequest) -> HttpResponse:
    """检索: every archives' records this viewer may see, the same record once."""
    text = request.GET.get("q", "").strip()[:200]
    filters = presenting.read_filters(request.GET, FACETS)
    after = request.GET.get("after", "")[:2_000]
    context: dict[str, Any] = {"text": text, "problem": ""}
    try:
        found = union_search(
            request.user, text=text, filters=filters, facets=FACETS, limit=PAGE, after=after
        )
    except (QuestionRefused, SearchDown) as refusal:
        context["problem"] = str(refusal)
        status = 422 if refusal.code == "query-refused" else 503
        return render(request, "access/union/search.html", context, status=status)
    labels = {"holder": _("馆藏单位"), "record_class": _("门类"), "year": _("年度")}
    answer = found.answer
    context |= {
        "answer": answer,
        "entries": [presenting.entry_row(entry) for entry in found.entries],
        "facets": presenting.facet_groups(found, text, filters, labels),
        "chips": presenting.chips(text, filters),
        "clear": presenting.address(text, {}),
        "pager": {
            "next": presenting.address(text, filters, after=answer.next) if answer.next else "",
            "previous": "",
            "first": presenting.address(text, filters) if after else "",
        },
    }
    return render(request, "access/union/search.html", context)


def entry_page(request: HttpRequest, uid: Any) -> HttpResponse:
    """One entry, who holds it, and its parts."""
    entry, inside, around = union_entry(request.user, uid)
    context = {
        "entry": presenting.entry_row(entry),
        "facts": [
            {"label": _("责任者"), "value": presenting.shown(entry.record, "creator")},
            {"label": _("日期"), "value": presenting.shown(entry.record, "date")},
            {"label": _("文号"), "value": presenting.shown(entry.record, "doc_no")},
        ],
        "columns": [
            {"label": _("馆藏单位"), "fixed": True, "kind": "name"},
            {"label": _("馆代码"), "kind": "short"},
            {"label": _("档号"), "kind": "code"},
            {"label": _("题名"), "kind": "title"},
            {"label": _("全宗")},
        ],
        "inside": [presenting.holder_row(row) for row in inside],
        "around": [presenting.holder_row(row) for row in around],
        "breadcrumbs": [
            {"label": _("首页"), "url": reverse("portal:home")},
            {"label": _("联合目录"), "url": reverse("union:search")},
            {"label": entry.record.title, "url": ""},
        ],
    }
    return render(request, "access/union/entry.html", context)
