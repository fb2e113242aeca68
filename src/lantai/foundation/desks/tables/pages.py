"""Pages of imports: sending a file, what became of the last ones, their reports; an empty table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from lantai.foundation.desks.tables.forms import TableForm
from lantai.foundation.desks.tables.giving import as_file
from lantai.foundation.desks.tables.jobs import put_aside
from lantai.foundation.jobs.queries import jobs_of
from lantai.foundation.refusal import NotFound

PARTS = ("report", "refused")


@dataclass(frozen=True)
class Importing:
    """One import of a desk: its job, what it fills, for whom, where its page and lists are."""

    task: str
    subject: str  # of its jobs
    title: str  # of a job, %(name)s the file's name
    label: str
    places: Sequence[Any]
    columns: Sequence[str]  # headings that are understood, in order
    back: str  # the address of the list
    part: str  # the view of the reports
    part_args: tuple[Any, ...] = ()
    arguments: Mapping[str, Any] = field(default_factory=dict)
    place_label: Any = ""
    by_column: bool = False
    notes: Sequence[str] = ()
    offered: Sequence[tuple[str, str]] = ()  # (words, address) of tables to begin with


def import_page(request: HttpRequest, one: Importing) -> HttpResponseBase:
    """Take a file, or show the form and the last imports."""
    if blank := request.GET.get("blank", ""):
        return as_file(blank, one.label, one.columns, ())
    form = TableForm(request.POST or None, request.FILES or None, places=one.places,
                     label=one.place_label, by_column=one.by_column)  # fmt: skip
    if request.method == "POST" and form.is_valid():
        sent, code = form.cleaned_data["file"], form.cleaned_data["place"]
        place = next((p for p in one.places if p.code == code), None)
        job = put_aside(
            one.task, sent, title=one.title % {"name": sent.name}, subject=one.subject,
            person=request.user, institution=place or next(iter(one.places), None),
            dry_run=form.cleaned_data["dry_run"],
            arguments={**one.arguments, "institution": place.pk if place else None},
        )  # fmt: skip
        return redirect("jobs:job", job.pk)
    return render(request, "foundation/desks/import.html", _shown(request, one, form))


def _shown(request: HttpRequest, one: Importing, form: TableForm) -> dict[str, Any]:
    jobs = jobs_of(request.user).filter(task=one.task, subject=one.subject)[:10]
    return {
        "form": form, "label": one.label, "columns": one.columns, "back_url": one.back,
        "notes": one.notes, "offered": one.offered,
        "jobs": [
            {"job": job, "result": job.result or {}, "parts": _parts(job, one)} for job in jobs
        ],
    }  # fmt: skip


def _parts(job: Any, one: Importing) -> list[dict[str, str]]:
    result = job.result or {}
    words = {"report": _("逐行报告"), "refused": _("退回的行")}
    return [
        {"label": words[part], "url": reverse(one.part, args=[*one.part_args, job.pk, part])}
        for part in PARTS
        if _file_of(result, part)
    ]


def _file_of(result: Mapping[str, Any], part: str) -> str:
    return str(result.get("report" if part == "report" else "refused_file") or "")


def import_part(
    request: HttpRequest, task: str, subject: str, pk: int, part: str
) -> HttpResponseBase:
    """The report of an import, or its refused rows."""
    job = jobs_of(request.user).filter(pk=pk, task=task, subject=subject).first()
    path = Path(_file_of((job.result or {}) if job else {}, part))
    if part not in PARTS or not path.is_file():
        raise NotFound("没有这个文件。", "There is no such file.")
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{part}-{pk}.csv")
