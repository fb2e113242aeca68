"""Handing out 送出文书: a paper as the answer to a browser, and the links that ask for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.urls import reverse

from lantai.core.desks.printing import KINDS, Block, written
from lantai.foundation.refusal import NotFound

_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


def attachment_name(title: str, ending: str) -> str:
    """A Content-Disposition that keeps a Chinese name."""
    name = f"{_UNSAFE.sub('_', title)[:80]}.{ending}"
    return f"attachment; filename*=UTF-8''{quote(name)}"


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
