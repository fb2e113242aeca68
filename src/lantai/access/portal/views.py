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

from lantai.access.portal.queries import (
    PUBLIC,
    batches,
    in_batch,
    latest_batches,
    open_records,
    opened,
)
from lantai.access.search.narrowing import MOST_EARLIER, together
from lantai.access.search.queries import search, suggest
from lantai.access.viewing.presenting import viewer
from lantai.access.viewing.queries import components_for
from lantai.catalogue.records.fields import description_of
from lantai.catalogue.records.models import Record
from lantai.catalogue.records.queries import record_for
from lantai.core.description.record_type import record_types
from lantai.core.terms import vocabularies
from lantai.foundation.refusal import NotFound, Refusal, localised
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
            {"title": _("第 {id} 批开放档案").format(id=batch.id), "count": batch.count,
             "at": _day(batch.at), "titles": batch.titles,
             "url": reverse("portal:batch", args=[batch.id])}
            for batch in latest_batches()
        ],
    }  # fmt: skip
    return render(request, "access/portal/home.html", context)


def search_page(request: HttpRequest) -> HttpResponse:
    """检索: open records only, with counts to narrow by."""
    text = request.GET.get("q", "").strip()[:200]
    filters = {k: [v for v in request.GET.getlist(k) if v][:10] for k in FACETS}
    filters = {k: v for k, v in filters.items() if v}
    earlier = [q.strip()[:200] for q in request.GET.getlist("in") if q.strip()][:MOST_EARLIER]
    kept = {**filters, "in": earlier} if earlier else filters
    context: dict[str, Any] = {"text": text, "results": [], "problem": ""}
    try:
        answer = search(
            PUBLIC, text=together([q for q in (*earlier, text) if q]), filters=filters,
            facets=FACETS, limit=PAGE,
            after=request.GET.get("after", ""), sort="relevance" if text else "-date",
        )  # fmt: skip
    except Refusal as refusal:
        context["problem"] = str(refusal)
        return render(request, "access/portal/search.html", context, status=422)
    context |= {
        "answer": answer,
        "results": [_result(found.record, found.highlights) for found in answer.results],
        "facets": [_facet(name, answer.facets.get(name, ()), text, kept) for name in FACETS],
        "chips": [
            {"label": _facet_word(name, value), "url": _address(text, **_without(kept, name, value))}
            for name, values in kept.items()
            for value in values
        ],
        "clear": _address(text),
        "inner_fields": [("in", q) for q in (*earlier, text) if q]
        + [(name, value) for name, values in filters.items() for value in values],
        "pager": {"next": _address(text, **kept, after=answer.next) if answer.next else "",
                  "previous": "", "first": _address(text, **kept) if request.GET.get("after") else ""},
        "request_url": reverse("requests:form"),
    }  # fmt: skip
    return render(request, "access/portal/search.html", context)


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
            {"label": row.title, "url": ""},
        ],
        "request_url": f"{reverse('requests:form')}?{urlencode({'record': row.uid})}",
    }
    return render(request, "access/portal/record.html", context)


def opened_list(request: HttpRequest) -> HttpResponse:
    """开放目录: every publication."""
    rows = [
        {"title": _("第 {id} 批开放档案").format(id=row["publication"]), "count": row["count"],
         "at": _day(row["at"]), "url": reverse("portal:batch", args=[row["publication"]])}
        for row in batches()[:200]
    ]  # fmt: skip
    return render(request, "access/portal/opened.html", {"rows": rows})


def batch(request: HttpRequest, publication: str) -> HttpResponse:
    """The catalogue of one publication."""
    rows = in_batch(publication)
    start = int(request.GET["from"]) if request.GET.get("from", "").isdecimal() else 0
    start = min(start, 1_000_000)
    page = list(rows[start : start + PAGE + 1])
    if not page:
        raise NotFound("没有这一批开放目录。", "No such publication.")
    context = {
        "id": publication,
        "total": rows.count(),
        "rows": [_result(row, {}) for row in page[:PAGE]],
        "pager": {"next": f"?from={start + PAGE}" if len(page) > PAGE else "",
                  "previous": f"?from={max(0, start - PAGE)}" if start else "", "first": ""},
    }  # fmt: skip
    return render(request, "access/portal/batch.html", context)


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
    parts = [f"{row.creator}. " if row.creator else "", f"{row.title}[A]. "]
    parts.append(f"{row.holder.name}，{row.reference_code or row.uid}")
    parts.append(f"，{row.date}." if row.date else ".")
    return "".join(parts)


def _result(row: Record, highlights: Any) -> dict[str, Any]:
    title, text = highlights.get("title"), highlights.get("text")
    snippet = text or highlights.get("description") or {}
    return {
        "url": reverse("portal:record", args=[row.uid]),
        "title": row.title,
        "title_spans": title["places"] if title else [],
        "snippet": snippet.get("text", ""),
        "snippet_spans": snippet.get("places", []),
        "code": row.reference_code,
        "date": row.date,
        "fonds": localised(row.fonds.name, row.fonds.name_en),
    }


def _facet(name: str, values: Any, text: str, filters: dict[str, list[str]]) -> dict[str, Any]:
    labels = {"record_class": _("门类"), "year": _("年度"), "fonds": _("全宗")}
    chosen = filters.get(name, [])
    return {
        "label": labels[name],
        "values": [
            {"label": _facet_word(name, value), "count": count, "active": value in chosen,
             "url": _address(text, **(_without(filters, name, value) if value in chosen
                                      else {**filters, name: [*chosen, value]}))}
            for value, count in list(values)[:12]
        ],
    }  # fmt: skip


def _facet_word(name: str, value: str) -> str:
    if name == "in":
        return _("其中：%(words)s") % {"words": value}
    if name == "record_class":
        return class_label(value)
    if name == "fonds":
        row = open_records().filter(fonds__code=value).first()
        return f"{value} {row.fonds.name}" if row else value
    return _("年度不详") if value == "0" else value


def _without(filters: dict[str, list[str]], name: str, value: str) -> dict[str, list[str]]:
    left = {**filters, name: [v for v in filters.get(name, []) if v != value]}
    return {k: v for k, v in left.items() if v}


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
