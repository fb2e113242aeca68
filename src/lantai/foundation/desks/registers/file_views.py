"""Files of registers: exports, imports with their report, attachments, prints."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.foundation.desks.attachments.storing import (
    LARGEST_OF_ENTRY,
    store_file,
)
from lantai.foundation.desks.handing_out import attachment_given, attachment_of, handed_out
from lantai.foundation.desks.registers import operations, presenting
from lantai.foundation.desks.registers.definitions import definition_of
from lantai.foundation.desks.registers.queries import (
    entries_for,
    entry_for,
    keepers_for,
    narrowed,
)
from lantai.foundation.desks.registers.tasks import IMPORT
from lantai.foundation.desks.registers.views import seen_definition, wanted_of
from lantai.foundation.desks.tables import pages
from lantai.foundation.desks.tables.giving import given_out, require_form
from lantai.foundation.desks.tables.pages import Importing
from lantai.foundation.policy import require
from lantai.foundation.refusal import NotPermitted, localised
from lantai.foundation.work import Act


@login_required
def export(request: HttpRequest, key: str, form: str) -> HttpResponseBase:
    """The list as it is filtered, as a file."""
    require(request.user, "registers.see")
    definition = seen_definition(request, key)
    require_form(form)
    rows = narrowed(
        entries_for(request.user, definition), definition, wanted_of(request, definition)
    )
    rows = rows.select_related("institution").order_by("pk")
    return given_out(
        request, form, localised(definition.label_zh, definition.label_en),
        presenting.export_heads(definition, form),
        presenting.export_rows(definition, rows.iterator(chunk_size=1000), form),
        desk="registers", subject=key, count=rows.count(),
    )  # fmt: skip


@login_required
def import_file(request: HttpRequest, key: str) -> HttpResponseBase:
    """Send a file to be imported; what became of the last ones."""
    definition = definition_of(key)
    places = keepers_for(request.user, definition)
    if not places:
        raise NotPermitted("您的角色不能向这个台账导入。", "Your roles do not keep this register.")
    one = Importing(
        task=IMPORT,
        subject=f"register:{key}",
        title=_("导入台账：%(name)s"),
        label=localised(definition.label_zh, definition.label_en),
        places=places,
        columns=[localised(f.label_zh, f.label_en) for f in definition.shown],
        back=reverse("registers:register", args=[key]),
        part="registers:import_part",
        part_args=(key,),
        arguments={"register": key},
    )
    return pages.import_page(request, one)


@login_required
def import_part(request: HttpRequest, key: str, pk: int, part: str) -> HttpResponseBase:
    """The report of an import, or its refused rows."""
    return pages.import_part(request, IMPORT, f"register:{key}", pk, part)


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
    found = attachment_of(row.urn, part)
    operations.remove_attachment(Act(by=request.user), entry=row, attachment=found)
    return redirect("registers:entry", key, pk)


@login_required
def download(request: HttpRequest, key: str, pk: int, part: int) -> HttpResponseBase:
    """A file of an entry, read back against its digest; always as a download."""
    require(request.user, "registers.see")
    row, _definition = entry_for(request.user, key, pk)
    return attachment_given(row.urn, part)


@login_required
def print_entry(request: HttpRequest, key: str, pk: int, form: str) -> HttpResponse:
    """An entry as a paper."""
    require(request.user, "registers.see")
    row, definition = entry_for(request.user, key, pk)
    return handed_out(presenting.sheet_of(definition, row), row.title, form)
