"""Handing out 送出文书: a paper as the answer to a browser, and the links that ask for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.http import FileResponse, HttpResponse
from django.urls import reverse

from lantai.core.desks.printing import KINDS, Block, written
from lantai.foundation.desks.attachments.models import Attachment
from lantai.foundation.desks.attachments.storing import attachment_path, attachments_of
from lantai.foundation.refusal import NotFound

_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


def attachment_name(title: str, ending: str) -> str:
    """A Content-Disposition that keeps a Chinese name."""
    name = f"{_UNSAFE.sub('_', title)[:80]}.{ending}"
    return f"attachment; filename*=UTF-8''{quote(name)}"


def attachment_of(subject: str, pk: int) -> Attachment:
    """A file of a matter, or `NotFound`."""
    row: Attachment | None = attachments_of(subject).filter(pk=pk).first()
    if row is None:
        raise NotFound("没有这个附件。", "No such file.")
    return row


def attachment_given(subject: str, pk: int) -> FileResponse:
    """A file of a matter, compared with its digest; always saved, never shown as a page."""
    row = attachment_of(subject, pk)
    answer = FileResponse(
        attachment_path(row).open("rb"), as_attachment=True, filename=row.name,
        content_type="application/octet-stream",
    )  # fmt: skip
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def handed_out(made: Sequence[Block] | bytes, title: str, kind: str) -> HttpResponse:
    """The paper (blocks, or the bytes of one) as a file of a kind of `KINDS`; else `NotFound`."""
    if kind not in KINDS:
        raise NotFound("没有这种打印格式。", "No such print.")
    content = made if isinstance(made, bytes) else written(made, kind)
    answer = HttpResponse(content, content_type=KINDS[kind].mime)
    answer["Content-Disposition"] = attachment_name(title, kind)
    return answer


def print_links(view: str, *args: Any) -> list[dict[str, str]]:
    """One link a kind: ``view`` takes the kind as its last part."""
    return [
        {"label": kind.label, "url": reverse(view, args=[*args, key])}
        for key, kind in KINDS.items()
    ]
