"""The page of carrying: which side this is, its key or its sources, and every bundle."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from lantai.access.carrying import queries
from lantai.access.carrying.models import CarriedBundle, CarriedEntry, CarrySource
from lantai.foundation.ledger.signing import own_public_key
from lantai.foundation.policy import require

LATEST = 200


@login_required
def bundles(request: HttpRequest) -> HttpResponse:
    """What was sent, or taken in, in its order."""
    require(request.user, "carrying.see")
    rows = list(queries.bundles()[:LATEST])
    sources = list(CarrySource.objects.order_by("code"))
    context = {
        "sources": sources, "key": own_public_key(), "inside": not sources,
        "held": CarriedEntry.objects.count(), "columns": _columns(),
        "last": rows[0] if rows else None, "number": rows[0].number if rows else 0, "rows": [_row(one) for one in rows],
    }  # fmt: skip
    return render(request, "access/carrying/bundles.html", context)


def _columns() -> list[dict[str, Any]]:
    return [
        {"label": _("次序"), "fixed": True, "numeric": True}, {"label": _("方向")},
        {"label": _("来源")}, {"label": _("作成时间")}, {"label": _("档案条目"), "numeric": True},
        {"label": _("撤下"), "numeric": True}, {"label": _("文件"), "numeric": True},
        {"label": _("摘要 SM3")}, {"label": _("经办")},
    ]  # fmt: skip


def _row(one: CarriedBundle) -> dict[str, Any]:
    way = _("发出") if one.direction == CarriedBundle.OUT else _("收下")
    return {
        "id": one.pk,
        "cells": [
            one.number, f"{way}（{_('全量')}）" if one.whole else way, one.source,
            f"{localtime(one.made_at):%Y-%m-%d %H:%M}", one.records, one.gone, one.files,
            f"{one.digest[:16]}…", one.by_name,
        ],
    }  # fmt: skip
