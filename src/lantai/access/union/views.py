"""Pages of the union catalogue: search over all archives, and one entry with its holders."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from lantai.access.search.facets import chips, facet_groups
from lantai.access.search.queries import QuestionRefused, SearchDown
from lantai.access.search.question import Question, pager
from lantai.access.union import presenting
from lantai.access.union.queries import FACETS, union_entry, union_search

PAGE = 20


def search_page(request: HttpRequest) -> HttpResponse:
    """检索: every archives' records this viewer may see, the same record once."""
    question = Question.read(request.GET)
    context: dict[str, Any] = {"text": question.text, "problem": ""}
    try:
        found = union_search(
            request.user,
            text=question.asked,
            filters=question.filters,
            facets=FACETS,
            limit=PAGE,
            after=question.after,
        )
    except (QuestionRefused, SearchDown) as refusal:
        context["problem"] = str(refusal)
        status = 422 if refusal.code == "query-refused" else 503
        return render(request, "access/union/search.html", context, status=status)
    context |= {
        "answer": found.answer,
        "entries": [presenting.entry_row(entry) for entry in found.entries],
        "facets": facet_groups(question, found.answer.facets),
        "chips": chips(question),
        "clear": Question(text=question.text).address(),
        "pager": pager(question, found.answer.next),
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
            {"label": entry.record.open_title, "url": ""},
        ],
    }
    return render(request, "access/union/entry.html", context)
