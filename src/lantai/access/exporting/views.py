"""Export from the search page: the same question, all its answers, as a file."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from lantai.access.exporting.operations import tell_of_export
from lantai.access.exporting.queries import rows_of
from lantai.access.exporting.writing import FILES, STREAMED
from lantai.access.search.narrowing import records_within
from lantai.access.search.question import Question
from lantai.core.tables.forms import CATALOGUE_FORMS
from lantai.foundation.refusal import Refusal
from lantai.foundation.work import Act


@login_required
def export(request: HttpRequest) -> HttpResponseBase:
    """``?format=`` one of `CATALOGUE_FORMS`, and the question as on the search page."""
    form = request.GET.get("format", "xlsx")
    if form not in CATALOGUE_FORMS:
        raise Refusal(f"没有“{form[:20]}”这种导出格式。", "There is no such export format.")
    asked = Question.read(request.GET)
    question: dict[str, Any] = {
        "text": asked.asked,
        "filters": asked.filters,
        "year_from": asked.year_from,
        "year_to": asked.year_to,
    }
    within = records_within(request.user, asked.under, asked.picked)
    tell_of_export(Act(by=request.user), question=question, form=form)
    rows = rows_of(request.user, **question, within=within)
    name = f"lantai-{timezone.localtime():%Y%m%d-%H%M%S}.{form}"
    if form in FILES:
        return _file_of(rows, form, name)
    write, kind = STREAMED[form]
    response = StreamingHttpResponse(write(rows), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _file_of(rows: Iterable[dict[str, Any]], form: str, name: str) -> FileResponse:
    """A form that is written whole; zipped if it takes more than one file."""
    write, kind = FILES[form]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(rows, path)
        made = sorted(Path(folder).iterdir())
        if len(made) > 1:
            path, kind = path.with_name(f"{name}.zip"), "application/zip"
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
                for part in made:
                    packed.write(part, part.name)
        stream = path.open("rb")  # read on after its name is gone; the response closes it
        name = path.name
    return FileResponse(stream, as_attachment=True, filename=name, content_type=kind)
