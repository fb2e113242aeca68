"""Live facts 实时数据 of the catalogue: how much there is, digitised, opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum
from django.urls import reverse

from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.models import Component, Record
from lantai.foundation.desks.evaluations.definitions import LiveFact, live_fact


def _records(place: Any) -> QuerySet[Record]:
    """What an archives holds, or what a unit made."""
    if place.kind == "unit":
        return Record.objects.filter(creating_unit=place)
    return Record.objects.filter(holder=place)


def _share(place: Any, part: QuerySet[Record]) -> float | None:
    whole = _records(place).count()
    return part.count() / whole if whole else None


def _digitised(place: Any) -> QuerySet[Record]:
    return _records(place).filter(Exists(Component.objects.filter(record=OuterRef("pk"))))


def _opened(place: Any) -> QuerySet[Record]:
    return _records(place).filter(access_status="open", secrecy_level=0)


def _described(place: Any) -> QuerySet[Record]:
    """Entries with what DA/T 18 asks of each: title, creator, a date that is understood, retention."""
    return _dated(place).exclude(title="").exclude(creator="").exclude(retention="")


def _dated(place: Any) -> QuerySet[Record]:
    return _entries(place).exclude(date_earliest=None)


def _coded(place: Any) -> QuerySet[Record]:
    return _entries(place).exclude(reference_code="")


def _entries(place: Any) -> QuerySet[Record]:
    """Files and items: what is described one by one."""
    return _records(place).exclude(level=Record.CLASS)


def _wanting(part: Callable[[Any], QuerySet[Record]]) -> Callable[[Any], Iterator[tuple[str, str]]]:
    """The fonds whose entries lack it, the worst first; their pages list what the reader may see."""

    def rows(place: Any) -> Iterator[tuple[str, str]]:
        whole = dict(_entries(place).values_list("fonds").annotate(n=Count("pk")))
        good = dict(part(place).values_list("fonds").annotate(n=Count("pk")))
        lacking = {key: n - good.get(key, 0) for key, n in whole.items()}
        found = Fonds.objects.select_related("holder").in_bulk([k for k, n in lacking.items() if n])
        for key in sorted(found, key=lambda one: -lacking[one])[:200]:
            fonds = found[key]
            yield (f"{fonds.code} {fonds.name}：{lacking[key]} / {whole[key]} 条",
                   reverse("fonds:fonds", args=[fonds.holder.code, fonds.code]))  # fmt: skip

    return rows


def _by_fonds(place: Any) -> Iterator[tuple[str, str]]:
    """The fonds that were counted: their pages list the records the reader may see."""
    for fonds in Fonds.objects.filter(pk__in=_records(place).values("fonds")).order_by("code")[
        :200
    ]:
        count = _records(place).filter(fonds=fonds).count()
        opened = _opened(place).filter(fonds=fonds).count()
        yield (
            f"{fonds.code} {fonds.name}：{count} 条，开放 {opened} 条",
            reverse("fonds:fonds", args=[fonds.holder.code, fonds.code]),
        )


live_fact(
    LiveFact(
        "records", "目录条数", "catalogue entries", lambda p: _records(p).count(), _by_fonds, "条"
    )
)
live_fact(LiveFact("digitised_share", "数字化率", "digitised share",
                   lambda p: _share(p, _digitised(p)), _by_fonds, "%"))  # fmt: skip
live_fact(LiveFact("open_share", "开放率", "opened share",
                   lambda p: _share(p, _opened(p)), _by_fonds, "%"))  # fmt: skip
live_fact(LiveFact("stored", "存储量", "stored",
                   lambda p: Component.objects.filter(record__in=_records(p)).aggregate(
                       n=Sum("size"))["n"] or 0, _by_fonds, "GB"))  # fmt: skip
live_fact(LiveFact("digitised", "已数字化条数", "entries digitised",
                   lambda p: _digitised(p).count(), _by_fonds, "条"))  # fmt: skip
live_fact(LiveFact("opened", "已开放条数", "entries opened",
                   lambda p: _opened(p).count(), _by_fonds, "条"))  # fmt: skip
live_fact(LiveFact("entries", "案卷和件", "files and items",
                   lambda p: _entries(p).count(), _by_fonds, "条"))  # fmt: skip
live_fact(LiveFact("described", "必要项目齐全的条数（下列为不全的）", "entries with every needed element (below: those without)",
                   lambda p: _described(p).count(), _wanting(_described), "条"))  # fmt: skip
live_fact(LiveFact("dated", "日期可读的条数（下列为不可读的）", "entries with a date that is understood (below: those without)",
                   lambda p: _dated(p).count(), _wanting(_dated), "条"))  # fmt: skip
live_fact(LiveFact("coded", "有档号的条数（下列为没有的）", "entries with a reference code (below: those without)",
                   lambda p: _coded(p).count(), _wanting(_coded), "条"))  # fmt: skip
