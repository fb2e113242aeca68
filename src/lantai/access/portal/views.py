"""Pages of the portal: first page, search, suggestions, a record, what was opened."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from lantai.access.opening.models import PublicationEntry
from lantai.access.opening.queries import publication_by, publications, published_records
from lantai.access.portal.queries import (
    PUBLIC,
    batches_of,
    latest_batches,
    opened,
)
from lantai.access.search.presenting import search_context
from lantai.access.search.queries import suggest
from lantai.access.viewing.presenting import viewer
from lantai.access.viewing.queries import components_for
from lantai.catalogue.records.fields import description_of
from lantai.catalogue.records.models import Record
from lantai.catalogue.records.queries import record_for
from lantai.core.description.record_type import record_types
from lantai.core.terms import vocabularies
from lantai.foundation.paging import page_by_key
from lantai.foundation.refusal import localised
from lantai.governance.access_rules.public_description import public_reads

PAGE = 20
FACETS = ("record_class", "year", "fonds")


def home(request: HttpRequest) -> HttpResponse:
    """首页: search, what is open, what is new, how to use, when."""
    known = opened()
    context = {
        "opened": known,
        "note": ngettext(
            "已向社会开放 {n} 件档案，不需登录即可检索和查阅。",
            "已向社会开放 {n} 件档案，不需登录即可检索和查阅。",
            known.total,
        ).format(n=f"{known.total:,}")
        if known.total
        else _("开放档案可以直接检索查阅；未开放的，可以提交查档申请。"),
        "hints": [
            {"label": class_label(code), "url": _address(record_class=code)}
            for code, _n in known.by_class[:4]
            if code
        ],
        "decades": _decade_chart(known.by_decade),
        "by_class": [
            {"label": class_label(code), "count": count, "url": _address(record_class=code)}
            for code, count in known.by_class
        ],
        "batches": [
            {"title": batch.title, "count": batch.count,
             "at": _day(batch.at), "titles": batch.titles,
             "url": reverse("portal:batch", args=[batch.id])}
            for batch in latest_batches()
        ],
    }  # fmt: skip
    return render(request, "access/portal/home.html", context)


def search_page(request: HttpRequest) -> HttpResponse:
    """检索: open records only, with counts to narrow by."""
    context = search_context(PUBLIC, request.GET, record_url, facets=FACETS, with_status=False)
    context |= {
        "search_url": reverse("portal:search"),
        "may_narrow": True,
        "is_public": True,
        "request_url": reverse("requests:form"),
    }
    return render(request, "access/portal/search.html", context, status=context["status"])


def record_url(record: Record) -> str:
    """The public page of a record."""
    return reverse("portal:record", args=[record.uid])


def suggestions(request: HttpRequest) -> HttpResponse:
    """Titles that complete what is typed, open ones only."""
    text = request.GET.get("q", "").strip()[:60]
    titles = suggest(PUBLIC, text) if text else []
    return render(request, "access/portal/suggestions.html", {"titles": titles})


def record(request: HttpRequest, uid: Any) -> HttpResponse:
    """One open record; a closed one and none are told in the same words."""
    row = record_for(PUBLIC, uid)
    context = {
        "record": row,
        "values": _values(row),
        "viewers": [viewer(row, component) for component in components_for(PUBLIC, row)],
        "holder": localised(row.holder.name, row.holder.name_en),
        "citation": _citation(row),
        "breadcrumbs": [
            {"label": _("首页"), "url": reverse("portal:home")},
            {"label": _("检索"), "url": reverse("portal:search")},
            {"label": row.open_title, "url": ""},
        ],
        "request_url": f"{reverse('requests:form')}?{urlencode({'record': row.uid})}",
    }
    return render(request, "access/portal/record.html", context)


def opened_list(request: HttpRequest) -> HttpResponse:
    """开放目录: every publication, newest first."""
    page = page_by_key(publications(), request.GET)
    rows = [
        {"title": batch.title, "count": batch.count, "at": _day(batch.at),
         "url": reverse("portal:batch", args=[batch.id])}
        for batch in batches_of(page.rows)
    ]  # fmt: skip
    return render(request, "access/portal/opened.html", {"rows": rows, "pager": page.pager})


def batch(request: HttpRequest, publication: str) -> HttpResponse:
    """The catalogue of one publication, as it was published, without what was taken down."""
    published = publication_by(publication)
    page = page_by_key(published_records(published), request.GET, key="position", size=PAGE)
    context = {
        "batch": published,
        "total": page.total,
        "rows": [_line(entry) for entry in page.rows],
        "pager": page.pager,
    }
    return render(request, "access/portal/batch.html", context)


def _line(entry: PublicationEntry) -> dict[str, Any]:
    fonds = entry.record.fonds
    return {
        "url": record_url(entry.record),
        "title": entry.title,
        "code": entry.reference_code,
        "date": entry.date,
        "fonds": localised(fonds.name, fonds.name_en),
    }


def class_label(code: str) -> str:
    """A class's words."""
    if not code:
        return _("未分门类")
    return vocabularies().get("record_class").label(code, get_language() or "zh")


def _values(row: Record) -> list[dict[str, Any]]:
    """The description for the public, by the record type's own words and order."""
    given = description_of(row)
    kind = record_types().get(row.record_type)
    shown = []
    for element in kind.elements:
        value = given.get(element.name)
        if not value or element.name == "title" or not public_reads(kind, element.name):
            continue
        words = str(value)
        if element.vocabulary:
            words = vocabularies().get(element.vocabulary).label(words, get_language() or "zh")
        shown.append({"label": localised(element.label_zh, element.label_en), "value": words})
    return shown


def _citation(row: Record) -> str:
    """参考引用: the way GB/T 7714-2015 cites an archival record."""
    parts = [f"{row.creator}. " if row.creator else "", f"{row.open_title}[A]. "]
    parts.append(f"{row.holder.name}，{row.reference_code or row.uid}")
    parts.append(f"，{row.date}." if row.date else ".")
    return "".join(parts)


def _address(text: str = "", **more: Any) -> str:
    query = {"q": text, **more} if text else more
    return f"{reverse('portal:search')}?{urlencode(query, doseq=True)}"


def _decade_chart(rows: list[tuple[int, int]]) -> dict[str, Any]:
    return {
        "xAxis": {"type": "category", "data": [f"{decade}s" for decade, _n in rows]},
        "yAxis": {"type": "value"},
        "series": [{"type": "bar", "data": [count for _d, count in rows]}],
    }


def _day(moment: Any) -> str:
    return localtime(moment).strftime("%Y-%m-%d") if moment else ""
