"""Pages of fonds: the list, one with its tree, chart and table, a branch, the edit form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from lantai.catalogue.browsing import presenting, queries
from lantai.catalogue.browsing.forms import TEXTS, FondsForm, NewFondsForm
from lantai.catalogue.browsing.paging import SORTS, page_of
from lantai.catalogue.fonds import operations
from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.models import Record
from lantai.catalogue.records.presenting import word
from lantai.core.terms import vocabulary
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import decide, institutions_of, require
from lantai.foundation.refusal import Refusal
from lantai.foundation.work import Act

BRANCH = 100  # records a branch opens at once
KINDS = ("code", "title", "name", "date", "short", "short", "short")
COLUMNS = ("code", "title", "", "date", "", "", "")


@login_required
def fonds_list(request: HttpRequest) -> HttpResponse:
    """Every fonds the viewer works with; a new one by an archivist."""
    require(request.user, "records.browse")
    rows = list(queries.fonds_for(request.user))
    counts = queries.counts_by_fonds(request.user, rows)
    holder = next(iter(institutions_of(request.user, ("archivist",))), None)
    form = NewFondsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _register(request, form, holder)
    listed = [
        {"row": r, "count": counts.get(r.pk, 0), "url": presenting.fonds_url(r)} for r in rows
    ]
    context = {
        "fonds": listed,
        "columns": [
            {"label": _("全宗号"), "kind": "code"},
            {"label": _("全宗名称"), "kind": "title", "fixed": True},
            {"label": _("起止年")},
            {"label": _("档案"), "numeric": True},
        ],
        "total": len(rows),
        "form": form,
        "may_register": bool(holder and decide(request.user, "fonds.manage", holder=holder)),
    }
    return render(
        request, "catalogue/browsing/list.html", context, status=422 if form.is_bound else 200
    )


def _register(request: HttpRequest, form: NewFondsForm, holder: Institution | None) -> HttpResponse:
    if holder is None:
        raise Refusal("请由档案馆员登记全宗。", "An archivist registers fonds.")
    code = form.cleaned_data["code"]
    row = operations.register_fonds(Act(by=request.user), holder=holder, code=code, **form.values())
    messages.success(request, _("全宗已登记。"))
    return redirect(presenting.fonds_url(row))


@login_required
def fonds_page(request: HttpRequest, holder: str, code: str) -> HttpResponse:
    """One fonds: tree, chart, and the table of what the viewer may see."""
    require(request.user, "records.browse")
    row = queries.one_fonds(request.user, holder, code)
    given = request.GET
    chosen = _narrowed(queries.records_in(request.user, row), given)
    sort = given.get("sort", "") if given.get("sort", "") in SORTS else "entered"
    page = page_of(chosen, sort, given.get("after", "")[:4000])
    classes = queries.classes_in(request.user, row)
    figures = queries.by_year_and_class(request.user, row)
    context = {
        "fonds": row,
        "texts": _texts(row),
        "tree": presenting.class_nodes(row, classes, given.get("record_class", "")),
        "chart": presenting.chart_option(figures),
        "figures": [(y, word("record_class", c), n) for y, c, n in figures],
        "rows": presenting.table_rows(page.rows),
        "columns": _columns(given, sort),
        "total": chosen.count(),
        "pager": {
            "next": _address(given, after=page.next) if page.next else "",
            "previous": _address(given, after="") if given.get("after") else "",
            "first": "",
            "note": "",
        },
        "options": _options(classes),
        "given": {name: given.get(name, "") for name in ("record_class", "year", "access_status")},
        "may_manage": decide(request.user, "fonds.manage", fonds=row),
        "breadcrumbs": [
            {"label": _("全宗"), "url": reverse("fonds:list")},
            {"label": f"{row.code} {row.name}"},
        ],
    }
    return render(request, "catalogue/browsing/fonds.html", context)


@login_required
def branch(request: HttpRequest, holder: str, code: str) -> HttpResponse:
    """The children of a node of the tree, a hundred at a time."""
    require(request.user, "records.browse")
    row = queries.one_fonds(request.user, holder, code)
    rows = queries.records_in(request.user, row)
    place: dict[str, Any] = {}
    if parent := request.GET.get("parent", ""):
        try:
            rows = rows.filter(parent__uid=parent)
        except ValidationError:
            rows = rows.none()
        place["parent"] = parent
    else:
        wanted = request.GET.get("record_class", "")
        rows = rows.filter(parent=None, record_class="" if wanted == "-" else wanted[:10])
        place["record_class"] = wanted
    page = page_of(rows, "entered", request.GET.get("after", "")[:400], BRANCH)
    parents = set(Record.objects.filter(parent__in=page.rows).values_list("parent", flat=True))
    nodes = presenting.record_nodes(row, page.rows, parents)
    more = presenting.branch_url(row, **place, after=page.next) if page.next else ""
    return render(request, "catalogue/browsing/branch.html", {"nodes": nodes, "more": more})


@login_required
def edit(request: HttpRequest, holder: str, code: str) -> HttpResponse:
    """Change what is said of a fonds."""
    row = queries.one_fonds(request.user, holder, code)
    require(request.user, "fonds.manage", fonds=row)
    initial = {
        **{n: getattr(row, n) for n in ("version", "name", "name_en", "start_year", "end_year")},
        **{n: row.description.get(n, "") for n in TEXTS},
    }
    form = FondsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        operations.change_fonds(
            Act(by=request.user),
            fonds=row,
            version=form.cleaned_data["version"] or 0,
            values=form.values(row.description),
        )
        messages.success(request, _("全宗说明已保存。"))
        return redirect(presenting.fonds_url(row))
    context = {"fonds": row, "form": form}
    return render(
        request, "catalogue/browsing/edit.html", context, status=422 if form.is_bound else 200
    )


def _narrowed(rows: QuerySet[Record], given: QueryDict) -> QuerySet[Record]:
    chosen = Q()
    if wanted := given.get("record_class", ""):
        chosen &= Q(record_class="" if wanted == "-" else wanted[:10])
    year = given.get("year", "")
    if year.isascii() and year.isdigit() and len(year) <= 4:
        chosen &= Q(year=int(year))
    if given.get("access_status", "") in vocabulary("access_status").codes:
        chosen &= Q(access_status=given["access_status"])
    return rows.filter(chosen)


def _columns(given: QueryDict, sort: str) -> list[dict[str, Any]]:
    labels = (_("档号"), _("题名"), _("责任者"), _("日期"), _("保管期限"), _("密级"), _("开放状态"))
    columns = []
    for label, key in zip(labels, COLUMNS, strict=True):
        column: dict[str, Any] = {
            "label": label,
            "fixed": key == "title",
            "kind": KINDS[len(columns)],
        }
        if key:
            turned = "-date" if key == "date" and sort == "date" else key
            column["url"] = _address(given, sort=turned, after="")
            if sort.lstrip("-") == key:
                column["sort"] = "down" if sort.startswith("-") else "up"
        columns.append(column)
    return columns


def _options(classes: list[tuple[str, int]]) -> dict[str, list[dict[str, str]]]:
    every = {"value": "", "label": _("全部")}
    return {
        "record_class": [every]
        + [
            {"value": code or "-", "label": word("record_class", code) if code else _("未分门类")}
            for code, _count in classes
        ],
        "access_status": [every]
        + [
            {"value": code, "label": word("access_status", code)}
            for code in vocabulary("access_status").codes
        ],
    }


def _texts(row: Fonds) -> list[dict[str, Any]]:
    labels = {"history": _("立档单位沿革"), "scope": _("内容与范围"), "arrangement": _("整理说明")}
    years = f"{row.start_year or ''}—{row.end_year or ''}".strip("—")
    return [{"label": _("起止年"), "value": years}] + [
        {"label": label, "value": row.description.get(name, ""), "wide": True}
        for name, label in labels.items()
    ]


def _address(given: QueryDict, **changed: str) -> str:
    made = given.copy()
    for name, value in changed.items():
        made.pop(name, None)
        if value:
            made[name] = value
    return "?" + made.urlencode()
