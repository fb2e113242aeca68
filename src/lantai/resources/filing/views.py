"""Pages of filing: the list with its bulk actions, new documents, one document."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.core.terms import vocabulary
from lantai.foundation.jobs.models import Job
from lantai.foundation.paging import page_by_key
from lantai.foundation.policy import decide, require
from lantai.foundation.refusal import Refusal, localised
from lantai.foundation.returning import go_back
from lantai.foundation.work import Act
from lantai.resources.filing import operations
from lantai.resources.filing.forms import DescriptionForm
from lantai.resources.filing.models import FilingItem
from lantai.resources.filing.queries import (
    ACTS,
    Advice,
    advice_for,
    chosen_items,
    clause_of,
    item_for,
    items_for,
    may_be_changed,
    narrowed,
    process_of,
    type_of,
    units_of,
    wanting,
)
from lantai.resources.filing.staging import stage_uploads
from lantai.resources.uploads import receiving

STATES: dict[str, tuple[str, str, str]] = {
    FilingItem.DRAFT: ("待归档", "draft", "neutral"),
    FilingItem.FILED: ("已归档", "filed", "open"),
    FilingItem.IN_TRANSFER: ("移交中", "in transfer", "running"),
    FilingItem.RETURNED: ("退回待改", "returned", "fail"),
    FilingItem.TRANSFERRED: ("已移交", "transferred", "pass"),
}


def items(request: HttpRequest) -> HttpResponse:
    """The unit's documents, by state, year, class and words."""
    require(request.user, "filing.see", unit=_first_unit(request))
    found = narrowed(items_for(request.user), request.GET.dict())
    page = page_by_key(found, request.GET)
    return render(
        request,
        "resources/filing/items.html",
        {
            "columns": [
                {"label": label}
                for label in (
                    _("题名"), _("档号"), _("文号"), _("年度"), _("保管期限"), _("文件"), _("状态"),
                )
            ],
            "rows": [_row(row) for row in page.rows],
            "total": page.total,
            "pager": page.pager,
            "q": request.GET.get("q", ""),
            "year": request.GET.get("year", ""),
            "state": request.GET.get("state", ""),
            "states": [{"value": "", "label": _("全部")}]
            + [{"value": k, "label": localised(v[0], v[1])} for k, v in STATES.items()],
            "may_edit": decide(request.user, "filing.edit", unit=_first_unit(request)),
        },
    )  # fmt: skip


def _row(row: FilingItem) -> dict[str, Any]:
    zh, en, tone = STATES[row.state]
    words = vocabulary("retention")
    title = row.title or row.hints.get("title") or _("（还没有题名）")
    return {
        "id": row.pk,
        "label": title,
        "cells": [
            {"text": title, "url": f"/filing/{row.uid}/"},
            row.reference_code or "—",
            row.doc_no or row.hints.get("doc_no") or "—",
            str(row.year or row.hints.get("year") or "—"),
            words.label(row.retention, get_language() or "zh") if row.retention else "—",
            str(row.file_count),  # type: ignore[attr-defined]
            {"text": localised(zh, en), "tone": tone},
        ],
    }


def _first_unit(request: HttpRequest) -> Any:
    units = units_of(request.user)
    return units[0] if units else None


def new(request: HttpRequest) -> HttpResponse:
    """Upload files: each becomes a document, or all together one."""
    unit = _first_unit(request)
    require(request.user, "filing.edit", unit=unit)
    if request.method != "POST":
        return render(
            request, "resources/filing/new.html", {"unit": unit, "limit": receiving.LARGEST}
        )
    uploads = receiving.whole_uploads(request.user, request.POST.getlist("uploads"))
    if not uploads:
        raise Refusal("还没有上传完的文件；请先上传。", "Upload at least one file first.")
    groups = [uploads] if request.POST.get("together") else [[u] for u in uploads]
    made = []
    for group in groups:
        uid = uuid.uuid4()
        staged = stage_uploads(unit, uid, group)
        made.append(operations.draft_item(Act(by=request.user), unit=unit, uid=uid, files=staged))
        receiving.taken(group)
    count = len(made)
    messages.success(
        request,
        ngettext(
            "已建立 %(n)s 件，正在识别格式、提取著录。",
            "已建立 %(n)s 件，正在识别格式、提取著录。",
            count,
        )
        % {"n": count},
    )
    return redirect("filing:item", made[0].uid) if count == 1 else redirect("filing:items")


@login_required
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Do the same with several documents: confirm the advice, file them."""
    unit = _first_unit(request)
    act = Act(by=request.user)
    found = chosen_items(request.user, unit, request.POST, request.GET.dict())
    action = request.POST.get("action", "")
    if action == "file":
        operations.file_items(act, unit=unit, items=found)
        messages.success(request, _("已归档登记 %(n)s 件，档号已给定。") % {"n": len(found)})
    elif action == "advice":
        _accept_all(request, act, found)
    return go_back(request, "filing:items")


def _accept_all(request: HttpRequest, act: Act, found: list[FilingItem]) -> None:
    """Each by itself: what can not be confirmed is named, the others are."""
    done = 0
    for row in found:
        try:
            operations.accept_advice(act, item=row)
            done += 1
        except Refusal as refusal:
            messages.error(request, str(refusal))
    if done:
        messages.success(request, _("已采纳 %(n)s 件的建议，请核对后归档登记。") % {"n": done})


def item(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One document: files, advice, description, filing."""
    row = item_for(request.user, uid)
    require(request.user, "filing.see", item=row)
    advice = advice_for(row)
    form = DescriptionForm(
        request.POST or None,
        record_type=type_of(row),
        values=row.values,
        hints=row.hints,
        schedule=advice.schedule,
    )
    if request.method == "POST" and form.is_valid():
        version = request.POST.get("version", "")
        operations.describe_item(
            Act(by=request.user),
            item=row,
            values=form.values(),
            version=int(version) if version.isdecimal() else -1,
            clause_no=request.POST.get("clause_other") or request.POST.get("clause", ""),
            process={
                name: {
                    "agent": request.POST.get(f"agent_{n}", ""),
                    "time": request.POST.get(f"time_{n}", ""),
                }
                for n, name in enumerate(ACTS)
            },
        )
        messages.success(request, _("已保存。"))
        return redirect("filing:item", uid)
    return render(request, "resources/filing/item.html", _item_page(request, row, form, advice))


def _item_page(
    request: HttpRequest, row: FilingItem, form: DescriptionForm, advice: Advice
) -> dict[str, Any]:
    """What the page of one document shows."""
    changeable = may_be_changed(row) and bool(decide(request.user, "filing.edit", item=row))
    zh, en, tone = STATES[row.state]
    clause = clause_of(row)
    return {
        "item": row,
        "title": row.title or row.hints.get("title") or _("（还没有题名）"),
        "state": localised(zh, en),
        "tone": tone,
        "form": form,
        "files": _files(row),
        "job": Job.objects.filter(subject=row.urn, task="filing.look").order_by("-pk").first()
        if row.looked_at is None
        else None,
        "advice": _advice(advice, row.clause_no),
        "plan": advice.plan,
        "process": [
            {"n": n, "act": act, **told} for n, (act, told) in enumerate(process_of(row).items())
        ],
        "others": _others(advice.schedule) if changeable else [],
        "clause": clause,
        "facts": _facts(row, clause),
        "problems": wanting(row) if row.state == FilingItem.DRAFT else [],
        "unconfirmed": row.state == FilingItem.DRAFT and not row.confirmed_by,
        "changeable": changeable,
        "may_register": row.state == FilingItem.DRAFT
        and decide(request.user, "filing.register", item=row),
        "transfers": [line.transfer for line in row.lines.select_related("transfer")],
    }


def _files(row: FilingItem) -> list[dict[str, Any]]:
    return [
        {
            "pk": file.pk,
            "name": file.name,
            "size": file.size,
            "format": f"{file.format_name} {file.puid}".strip() or _("识别中"),
            "sm3": file.sm3,
            "warning": file.warning,
        }
        for file in row.files.order_by("sequence", "pk")
    ]


def _advice(advice: Advice, chosen: str) -> list[dict[str, Any]]:
    offices = {o.code: o for o in advice.schedule.offices} if advice.schedule else {}
    words = vocabulary("retention")
    language = get_language() or "zh"
    return [
        {
            "no": s.clause_no,
            "text": s.clause_text,
            "retention": words.label(s.retention, language),
            "record_class": s.record_class,
            "organ": localised(offices[s.organ].label_zh, offices[s.organ].label_en)
            if s.organ in offices
            else s.organ,
            "percent": round(s.confidence * 100),
            "reasons": s.reasons_en if language.startswith("en") else s.reasons_zh,
            "checked": s.clause_no == chosen or (not chosen and n == 0 and s.confidence >= 0.4),
        }
        for n, s in enumerate(advice.suggestions)
    ]


def _others(schedule: Any) -> list[dict[str, str]]:
    if schedule is None:
        return []
    words = vocabulary("retention")
    language = get_language() or "zh"
    return [{"value": "", "label": _("不另选")}] + [
        {"value": c.no, "label": f"{c.no} {c.full_text}（{words.label(c.retention, language)}）"}
        for c in schedule.leaves
    ]


def _facts(row: FilingItem, clause: Any) -> list[dict[str, Any]]:
    words = vocabulary("retention")
    language = get_language() or "zh"
    facts = [
        {"label": _("档号"), "value": row.reference_code or _("归档登记时给定")},
        {"label": _("门类"), "value": row.record_class or "—"},
        {
            "label": _("保管期限"),
            "value": words.label(row.retention, language) if row.retention else "—",
        },
        {"label": _("条款"), "value": f"{clause.no} {clause.full_text}" if clause else "—"},
    ]
    if row.proposed_by:
        by_system = row.proposed_by.startswith("system:")
        said = _("系统按 %(version)s 建议") % {"version": row.proposed_by.partition(":")[2]}
        facts.append({"label": _("提出"), "value": said if by_system else row.proposed_by})
        facts.append({"label": _("确认"), "value": row.confirmed_by})
    return facts


@require_POST
def add_files(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Put uploaded files to a document."""
    row = item_for(request.user, uid)
    require(request.user, "filing.edit", item=row)
    uploads = receiving.whole_uploads(request.user, request.POST.getlist("uploads"))
    staged = stage_uploads(row.unit, row.uid, uploads)
    operations.add_files(Act(by=request.user), item=row, files=staged)
    receiving.taken(uploads)
    return redirect("filing:item", uid)


@require_POST
def remove_file(request: HttpRequest, uid: UUID, pk: int) -> HttpResponse:
    """Take a file out."""
    row = item_for(request.user, uid)
    file = row.files.filter(pk=pk).first()
    if file is not None:
        operations.remove_file(Act(by=request.user), item=row, file=file)
    return redirect("filing:item", uid)


@require_POST
def register(request: HttpRequest, uid: UUID) -> HttpResponse:
    """归档登记."""
    row = operations.file_item(Act(by=request.user), item=item_for(request.user, uid))
    messages.success(request, _("已归档登记，档号 %(code)s。") % {"code": row.reference_code})
    return redirect("filing:item", uid)


@require_POST
def discard(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Drop a draft."""
    operations.discard_item(Act(by=request.user), item=item_for(request.user, uid))
    messages.success(request, _("草稿已删除。"))
    return redirect("filing:items")


__all__ = ["add_files", "bulk", "discard", "item", "items", "new", "register", "remove_file"]
