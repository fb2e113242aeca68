"""Which components a viewer may open."""

from __future__ import annotations

from typing import Any

from lantai.catalogue.records.models import Component, PageText, Record
from lantai.catalogue.records.queries import components_of, record_for
from lantai.foundation.refusal import NotFound
from lantai.governance.access_rules.visibility import reads_as_public


def components_for(actor: Any, record: Record) -> list[Component]:
    """The files this viewer may open: the public gets the redacted copy 脱敏件 where there is one."""
    rows = list(components_of(record))
    if reads_as_public(actor, record):
        redacted = [row for row in rows if row.role == Component.REDACTION]
        return redacted or rows
    return rows


def component_for(actor: Any, uid: Any, pk: int) -> Component:
    """One of them; else `NotFound`."""
    record = record_for(actor, uid)
    for row in components_for(actor, record):
        if row.pk == pk:
            row.record = record
            return row
    raise NotFound(
        "这件档案没有这个文件，或它不供阅览。", "No such file, or it is not for reading."
    )


def texts_of(component: Component) -> dict[int, str]:
    """The text of each page."""
    rows = PageText.objects.filter(component=component).order_by("page", "pk")
    return dict(rows.values_list("page", "text"))
