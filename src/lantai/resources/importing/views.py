"""Pages of importing: send a file, see how it will be read, let it run."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lantai.catalogue.browsing.queries import fonds_for, one_fonds
from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.presenting import language
from lantai.core.description.element import dictionary
from lantai.core.tables.table import TableUnreadable
from lantai.foundation.jobs.models import Job
from lantai.foundation.jobs.queries import jobs_of
from lantai.foundation.jobs.queue import enqueue
from lantai.foundation.policy import require
from lantai.foundation.refusal import NotFound, Refusal
from lantai.resources.importing.cleaning import rules
from lantai.resources.importing.columns import SPECIAL, checked_map
from lantai.resources.importing.remembered import mapping_used_before
from lantai.resources.importing.run import preview
from lantai.resources.importing.tasks import IMPORT

KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Choose the file and the fonds."""
    require(request.user, "records.browse")
    if request.method == "POST" and (sent := request.FILES.get("file")):
        fonds = _fonds(request)
        key = _keep(sent)
        request.session[f"import-{key}"] = {"name": (sent.name or "")[:200], "fonds": fonds.pk}
        return redirect("importing:preview", key)
    context = {
        "options": [
            {"value": f"{f.holder.code}/{f.code}", "label": f"{f.code} {f.name}"}
            for f in fonds_for(request.user)
        ],
        "jobs": jobs_of(request.user).filter(task=IMPORT).order_by("-pk")[:10],
        "missing": request.method == "POST",
    }
    return render(request, "resources/importing/start.html", context)


@login_required
def look(request: HttpRequest, key: str) -> HttpResponse:
    """How the file will be read: columns, and its first rows with their faults."""
    known, path = _sent(request, key)
    fonds = Fonds.objects.select_related("holder").get(pk=known["fonds"])
    require(request.user, "catalogue.import", fonds=fonds)
    try:
        seen = preview(path, name=known["name"])
        if request.method != "POST" and (before := mapping_used_before(request.user, seen)):
            seen = preview(path, before, name=known["name"])
            messages.info(request, _("已套用上次同样列名的对照，可以改。"))
    except TableUnreadable as fault:
        words = fault.message_en if language() == "en" else fault.message_zh
        messages.error(request, words)
        return redirect("importing:start")
    if request.method == "POST":
        return _go(request, known, path, fonds, seen)
    columns = seen["columns"]
    context = {
        "name": known["name"],
        "rules": [rule.zh for rule in rules()],
        "fonds": fonds,
        "choices": _choices(),
        "columns": [
            {"name": f"column-{n}", "label": column, "value": seen["mapping"][column]}
            for n, column in enumerate(columns)
        ],
        "headings": [{"label": column} for column in columns],
        "rows": [
            {"refused": row["refused"], "cells": [_short(row["values"].get(c)) for c in columns]}
            for row in seen["rows"]
        ],
    }
    return render(request, "resources/importing/preview.html", context)


@login_required
def refused(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The rows an import refused, to be mended and sent again."""
    job = jobs_of(request.user).filter(pk=pk, task=IMPORT).first()
    path = Path((job.result or {}).get("refused_file") or "") if job else Path()
    if job is None or not path.is_file():
        raise NotFound("没有被退回的行。", "No rows were refused.")
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


def _go(
    request: HttpRequest, known: dict[str, Any], path: Path, fonds: Fonds, seen: dict[str, Any]
) -> HttpResponse:
    chosen = {
        column: request.POST.get(f"column-{n}", "") for n, column in enumerate(seen["columns"])
    }
    job: Job = enqueue(
        IMPORT,
        title=_("导入目录：%(name)s") % {"name": known["name"]},
        arguments={
            "path": str(path),
            "name": known["name"],
            "fonds": fonds.pk,
            "mapping": checked_map(chosen),
            "clean": request.POST.get("clean") == "1",
        },
        key=f"import-{path.name}",
        person=request.user,
        institution=fonds.holder,
        subject=fonds.urn,
    )
    return redirect("jobs:job", job.pk)


def _fonds(request: HttpRequest) -> Fonds:
    holder, _slash, code = request.POST.get("fonds", "").partition("/")
    row = one_fonds(request.user, holder, code)
    require(request.user, "catalogue.import", fonds=row)
    return row


def _keep(sent: UploadedFile) -> str:
    key = uuid.uuid4().hex
    folder = settings.LANTAI.incoming / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / key).open("wb") as stream:
        for block in sent.chunks():
            stream.write(block)
    return key


def _sent(request: HttpRequest, key: str) -> tuple[dict[str, Any], Path]:
    known = request.session.get(f"import-{key}")
    path = settings.LANTAI.incoming / "imports" / key
    if not KEY.fullmatch(key) or not known or not path.is_file():
        raise Refusal("这个文件已不在，请重新上传。", "The file is gone; send it again.")
    return known, path


def _choices() -> list[dict[str, str]]:
    special = {
        "_source_id": _("原编号"),
        "_text": _("全文"),
        "_level": _("层级"),
        "_rest": _("其他著录项（导出时所写）"),
        "_ignored": _("不导入"),
    }
    return (
        [{"value": "", "label": _("放进附注")}]
        + [{"value": name, "label": special[name]} for name in SPECIAL]
        + [{"value": e.name, "label": e.label(language())} for e in dictionary().values()]
    )


def _short(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
