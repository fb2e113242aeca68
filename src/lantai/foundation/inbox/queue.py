"""Put a line into an inbox, or close it: called from inside operations."""

from __future__ import annotations

from datetime import date
from typing import Any

from lantai.foundation.inbox.models import InboxItem
from lantai.foundation.work import Act, keep


def await_attention(
    act: Act,
    *,
    institution: Any,
    subject: str,
    kind: str,
    title: str,
    url: str,
    role: str = "",
    person: Any = None,
    due_date: date | None = None,
) -> InboxItem:
    """Something waits for a role at an institution (or one person); one open line a matter."""
    item, _ = InboxItem.objects.get_or_create(
        institution=institution,
        subject=subject,
        kind=kind,
        role=role,
        person=person,
        closed_at=None,
        defaults={"title": title[:300], "url": url, "created_at": act.at, "due_date": due_date},
    )
    keep(item)
    return item


def attended(act: Act, *, subject: str, kind: str = "") -> None:
    """The matter has moved on: close its open lines (of one kind, when named)."""
    rows = InboxItem.objects.filter(subject=subject, closed_at=None).order_by("pk")
    for item in rows.filter(kind=kind) if kind else rows:
        item.closed_at = act.at
        item.save(update_fields=["closed_at"])
        keep(item)
