"""Questions of sharing: the sets, for which body one may use one, and the rows that are shared.

What is under secrecy is in no set. A set of an approved kind may show catalogue lines of records
that are not open: only its chart's columns, never a file, and only to bodies with a grant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Q, QuerySet, When
from django.utils.timezone import localdate

from lantai.access.sharing.chart import FREE, Kind, kind_named
from lantai.access.sharing.models import SharedSet, SharingGrant
from lantai.catalogue.records.models import Record
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import Anonymous, institutions_of, permissions
from lantai.foundation.refusal import NotFound, NotPermitted
from lantai.governance.access_rules.visibility import visible

PAGE = 50
MOST_PAGE = 1_000


@dataclass(frozen=True)
class Shared:
    """Some rows of a set, and the key after which the next follow (0 at the end)."""

    heads: tuple[str, ...]
    rows: list[dict[str, Any]]
    next: int
    total: int


def sets_on_offer() -> QuerySet[SharedSet]:
    """Every set that may be asked for."""
    return SharedSet.objects.filter(withdrawn_at=None).select_related("holder").order_by("number")


def set_named(number: str) -> SharedSet:
    """A set on offer; else `NotFound`."""
    row = sets_on_offer().filter(number=number).first()
    if row is None:
        raise NotFound("没有这个共享数据集，或已停止共享。", "No such data set on offer.")
    return row


def bodies_of(actor: Any) -> list[Institution]:
    """The bodies in whose name the person may use shared data."""
    return institutions_of(actor, permissions()["sharing.use"].roles)


def grant_of(shared: SharedSet, body: Institution) -> SharingGrant | None:
    """The grant in force of a body."""
    live = shared.grants.filter(body=body, ended_at=None, until__gte=localdate())
    return live.order_by("-until").first()


def user_body(actor: Any, shared: SharedSet) -> Institution:
    """The body for which the person may use the set; `NotPermitted` says how to come by it."""
    mine = bodies_of(actor)
    kind = kind_named(shared.kind)
    for body in mine:
        if kind.way == FREE or body.pk == shared.holder_id or grant_of(shared, body):
            return body
    raise NotPermitted(
        f"“{shared.title}”须经{shared.holder.name}授权后使用；请在数据集页面申请授权。",
        "This set is used by grant: ask for one on its page.",
    )


def rows_of(shared: SharedSet, text: str = "", after: int = 0, limit: int = PAGE) -> Shared:
    """A page of the set's rows in the order of entry, narrowed by words of the title."""
    kind = kind_named(shared.kind)
    limit = max(1, min(limit, MOST_PAGE))
    rows: QuerySet[Any] = (
        _records(shared, kind) if kind.source == "records" else _entries(shared, kind)
    )
    shown = _columns(kind)
    if text.strip():
        rows = rows.filter(**{f"{shown['title']}__contains": text.strip()})
    total = rows.count()
    page = list(rows.filter(pk__gt=after).order_by("pk")[: limit + 1])
    found = [
        {name: str(getattr(row, shown[name]) or "") for name in kind.columns}
        for row in page[:limit]
    ]
    return Shared(kind.columns, found, page[limit - 1].pk if len(page) > limit else 0, total)


def _columns(kind: Kind) -> dict[str, str]:
    """Where each column is read: an open set shows, and is searched by, published titles only."""
    public = kind.source == "records" and kind.open_only
    return {name: name for name in (*kind.columns, "title")} | (
        {"title": "published_title"} if public else {}
    )


def _records(shared: SharedSet, kind: Kind) -> QuerySet[Record]:
    rows = Record.objects.filter(holder=shared.holder, secrecy_level=0, level__in=["file", "item"])
    if kind.open_only:
        rows = rows.filter(visible(Anonymous())).annotate(
            published_title=Case(When(public_title="", then="title"), default="public_title")
        )
    if kind.record_types:
        rows = rows.filter(record_type__in=kind.record_types)
    return rows.filter(Q(fonds__code=shared.fonds) if shared.fonds else Q())


def _entries(shared: SharedSet, kind: Kind) -> QuerySet[RegisterEntry]:
    """Lines of the register; of a kind that is free only those that were published."""
    rows = RegisterEntry.objects.filter(
        register=kind.register, institution=shared.holder, withdrawn_at=None
    )
    return rows.filter(is_public=True) if kind.way == FREE else rows
