"""Files of registers: exports, imports with their report, attachments, prints."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.core.tables.writing import MIME, file_blocks
from lantai.foundation.desks.attachments.storing import (
    LARGEST_OF_ENTRY,
    attachment_path,
    attachments_of,
    store_file,
)
from lantai.foundation.desks.handing_out import attachment_name, handed_out
from lantai.foundation.desks.registers import operations, presenting
from lantai.foundation.desks.registers.definitions import definition_of
from lantai.foundation.desks.registers.forms import ImportForm
from lantai.foundation.desks.registers.queries import (
    entries_for,
    entry_for,
    keepers_for,
    narrowed,
)
from lantai.foundation.desks.registers.tasks import IMPORT
from lantai.foundation.desks.registers.views import seen_definition, wanted_of
from lantai.foundation.jobs.queries import jobs_of
from lantai.foundation.jobs.queue import enqueue
from lantai.foundation.policy import require
from lantai.foundation.refusal import NotFound, NotPermitted, localised
from lantai.foundation.work import Act

PARTS = ("report", "refused")


@login_required
def export(request: HttpRequest, key: str, form: str) -> HttpResponseBase:
    """The list as it is filtered, as a file."""
    require(request.user, "registers.see")
    definition = seen_definition(request, key)
    if form not in MIME:
        raise NotFound("没有这种文件格式。", "No such format.")
    rows = narrowed(
        entries_for(request.user, definition), definition, wanted_of(request, definition)
    )
    rows = rows.select_related("institution").order_by("pk")
    label = localised(definition.label_zh, definition.label_en)
    blocks = file_blocks(
        form,
        label,
        presenting.export_heads(definition, form),
        presenting.export_rows(definition, rows.iterator(chunk_size=1000), form),
    )
    answer = StreamingHttpResponse(blocks, content_type=MIME[form])
    answer["Content-Disposition"] = attachment_name(label, form)
    return answer


@login_required
def import_file(request: HttpRequest, key: str) -> HttpResponse:
    """Send a file to be imported; what became of the last ones."""
    definition = definition_of(key)
    places = keepers_for(request.user, definition)
    if not places:
        raise NotPermitted("您的角色不能向这个台账导入。", "Your roles do not keep this register.")
    form = ImportForm(request.POST or None, request.FILES or None, places=places)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        place = next(p for p in places if p.code == form.cleaned_data["place"])
        folder = Path(settings.LANTAI.incoming) / "registers"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / uuid.uuid4().hex
        with path.open("wb") as stream:
            for block in sent.chunks():
                stream.write(block)
        job = enqueue(
            IMPORT,
            title=_("导入台账：%(name)s") % {"name": sent.name},
            arguments={
                "register": key,
                "institution": place.pk,
                "path": str(path),
                "name": sent.name or "",
                "dry_run": form.cleaned_data["dry_run"],
            },
            key=f"{IMPORT}-{path.name}",
            person=request.user,
            institution=place,
            subject=f"register:{key}",
        )
        return redirect("jobs:job", job.pk)
    jobs = jobs_of(request.user).filter(task=IMPORT, subject=f"register:{key}").order_by("-pk")[:10]
    context = {
        "register": definition,
        "label": localised(definition.label_zh, definition.label_en),
        "form": form,
        "jobs": [{"job": job, "result": job.result or {}} for job in jobs],
        "columns": [localised(f.label_zh, f.label_en) for f in definition.shown],
    }
    return render(request, "foundation/registers/import.html", context)


@login_required
def import_part(request: HttpRequest, key: str, pk: int, part: str) -> HttpResponseBase:
    """The report of an import, or its refused rows."""
    job = jobs_of(request.user).filter(pk=pk, task=IMPORT, subject=f"register:{key}").first()
    result = (job.result or {}) if job else {}
    path = Path(result.get("report" if part == "report" else "refused_file") or "")
    if part not in PARTS or not path.is_file():
        raise NotFound("没有这个文件。", "There is no such file.")
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{part}-{pk}.csv")


@require_POST
@login_required
def attach(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Add files to an entry."""
    row, definition = entry_for(request.user, key, pk)
    operations.require_reach(request.user, definition.write, row.institution)
    for sent in request.FILES.getlist("files")[:50]:
        file = store_file(sent.name or "", sent, LARGEST_OF_ENTRY)
        operations.attach_file(Act(by=request.user), entry=row, file=file)
    return redirect("registers:entry", key, pk)


@require_POST
@login_required
def detach(request: HttpRequest, key: str, pk: int, part: int) -> HttpResponse:
    """Take a file off an entry."""
    row, _definition = entry_for(request.user, key, pk)
    found = get_object_or_404(attachments_of(row.urn), pk=part)
    operations.remove_attachment(Act(by=request.user), entry=row, attachment=found)
    return redirect("registers:entry", key, pk)


@login_required
def download(request: HttpRequest, key: str, pk: int, part: int) -> HttpResponseBase:
    """A file of an entry, read back against its digest; always as a download."""
    require(request.user, "registers.see")
    row, _definition = entry_for(request.user, key, pk)
    found = get_object_or_404(attachments_of(row.urn), pk=part)
    return FileResponse(
        attachment_path(found).open("rb"), as_attachment=True, filename=found.name,
        content_type="application/octet-stream",
    )  # fmt: skip


@login_required
def print_entry(request: HttpRequest, key: str, pk: int, form: str) -> HttpResponse:
    """An entry as a paper."""
    require(request.user, "registers.see")
    row, definition = entry_for(request.user, key, pk)
    return handed_out(presenting.sheet_of(definition, row), row.title, form)
