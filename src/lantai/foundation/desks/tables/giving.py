"""Giving out a list 导出: csv, xlsx or json in blocks, and its line in the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.urls import reverse

from lantai.core.tables.writing import MIME, file_blocks
from lantai.foundation.desks.handing_out import attachment_name
from lantai.foundation.desks.tables.operations import record_export
from lantai.foundation.refusal import NotFound
from lantai.foundation.work import Act


def require_form(form: str) -> None:
    """`NotFound` unless it is a kind of table that is written."""
    if form not in MIME:
        raise NotFound("没有这种文件格式。", "No such format.")


def given_out(
    request: HttpRequest, form: str, label: str, heads: Sequence[str],
    rows: Iterable[Sequence[Any]], *, desk: str, subject: str, count: int,
) -> StreamingHttpResponse:  # fmt: skip
    """The list as a file; ``rows`` is read while it is sent, text that would run stays text."""
    require_form(form)
    narrowed = {k: v[:200] for k, v in request.GET.items() if v}
    record_export(
        Act(by=request.user), desk=desk, subject=subject, form=form, rows=count, narrowed=narrowed
    )
    return as_file(form, label, heads, rows)


def as_file(
    form: str, label: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]
) -> StreamingHttpResponse:
    """Rows as a file under a name."""
    require_form(form)
    answer = StreamingHttpResponse(file_blocks(form, label, heads, rows), content_type=MIME[form])
    answer["Content-Disposition"] = attachment_name(label, form)
    return answer


def export_links(request: HttpRequest, view: str, *args: Any) -> list[dict[str, str]]:
    """A link a kind of file to the list as the address narrows it; ``view`` takes the kind last."""
    kept = request.GET.copy()
    for place in ("after", "before", "page"):
        kept.pop(place, None)
    query = f"?{kept.urlencode()}" if kept else ""
    return [
        {"label": form, "url": reverse(view, args=[*args, form]) + query}
        for form in ("xlsx", "csv", "json")
    ]
