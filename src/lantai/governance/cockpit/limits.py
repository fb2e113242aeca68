"""Limits by level 分级限度: what each level has fixed, what is in force at one, what would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from lantai.core.desks.case_definition import DefinitionError
from lantai.core.desks.limits import PARTS, PATHS, mistakes, under
from lantai.foundation.desks.adapting.editable import EditableDesk, Levels, editable_desk
from lantai.foundation.desks.adapting.models import Adaptation
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import institutions_of, permissions
from lantai.governance.cockpit.indicators import (
    Indicator,
    indicators,
    limit_words,
    map_figures,
    written,
)
from lantai.governance.cockpit.levels import bodies_under
from lantai.governance.cockpit.presenting import TONES, flag_words
from lantai.governance.cockpit.standing import standings_of
from lantai.governance.supervision.queries import authority_of

DESK = "indicators"
MOST_SHOWN = 60
RULE = (
    (
        "启用后，本级及以下按新限度判红黄。上级定过的限度，下级只能更严、不能放宽；没有哪一级定过的是文件的默认值，"
        "可以放宽也可以收紧。权重和文字由各级自定：它们只排先后，不改变谁被标红。占比按小数填，0.95 即 95%。"
    ),
    (
        "Once in force, this level and those below are flagged by the new limits. What a level above "
        "has fixed may be made stricter here, never looser; what no level has fixed is the file's "
        "default and may be moved either way. Weights and words are each level's own: they set the "
        "order, not who is flagged. A share is written as a decimal, 0.95 for 95 %."
    ),
)
Level = Mapping[str, Indicator]


def definitions() -> dict[str, Indicator]:
    """Every indicator and every figure of a map, as their files have them."""
    return {**indicators().all(), **map_figures().all()}


def chain(place: Institution) -> list[Institution]:
    """The levels whose limits bind here, the highest first, itself last."""
    found, above = [place], place.parent
    if place.archives is not None:
        found.append(place.archives)
    while above is not None and above not in found:
        found.append(above)
        above = above.parent
    return found[::-1]


def level_of_actor(actor: Any, place: Institution) -> Institution:
    """Whose limits a person reads by: of one's authority; else of the body one looks at."""
    return authority_of(actor) or place


def level_at(place: Institution) -> dict[str, Indicator]:
    """Every indicator with the limits in force at a level."""
    laid = _laid(chain(place))
    return {
        key: under(base, [row.changes for row in laid.get(key, [])])[0]
        for key, base in definitions().items()
    }


def _laid(places: Sequence[Institution]) -> dict[str, list[Adaptation]]:
    """The versions in force of these levels, by definition, the highest level first."""
    order = {place.pk: number for number, place in enumerate(places)}
    newest: dict[tuple[str, int], Adaptation] = {}
    rows = Adaptation.objects.filter(desk=DESK, institution__in=list(order)).order_by("version")
    for row in rows.select_related("institution"):
        newest[row.definition, row.institution_id or 0] = row
    found: dict[str, list[Adaptation]] = {}
    for (key, _where), row in sorted(newest.items(), key=lambda one: order[one[0][1]]):
        if row.changes:
            found.setdefault(key, []).append(row)
    return found


def _above(key: str, place: Institution) -> tuple[Indicator, dict[str, float]]:
    laid = _laid(chain(place)[:-1]).get(key, [])
    return under(definitions()[key], [row.changes for row in laid])


def places_to_adapt(actor: Any) -> list[Institution]:
    """The levels whose limits a person may adapt."""
    places = institutions_of(actor, permissions()["definitions.adapt_level"].roles)
    return [p for p in places if p.kind in (Institution.AUTHORITY, Institution.ARCHIVES)]


def limit_rows(place: Institution) -> list[dict[str, Any]]:
    """Each indicator at a level: its limits, weight, and who fixed them."""
    laid, now = _laid(chain(place)), level_at(place)
    return [
        {
            "indicator": one, "key": key, "label": one.label, "told": one.told,
            "yellow": limit_words(one, "yellow"), "red": limit_words(one, "red"),
            "weight": one.own.weight, "own": any(r.institution_id == place.pk for r in laid.get(key, [])),
            "fixed": [
                _("{place}第 {n} 版").format(place=row.institution.label, n=row.version)
                for row in laid.get(key, []) if row.institution
            ],
        }
        for key, one in now.items()
    ]  # fmt: skip


def foresee(before: Indicator, after: Indicator, key: str, place: Institution) -> dict[str, Any]:
    """Which bodies below would stand otherwise under the new limits; nothing is changed."""
    columns = [{"label": _("单位"), "kind": "title"}, {"label": _("现值"), "numeric": True},
               {"label": _("现行")}, {"label": _("按新限度")}]  # fmt: skip
    if key not in indicators().all():
        return {"columns": columns, "rows": [], "note": _("只改地图的颜色，不改任何单位的指标。"),
                "none": _("打开地图即见。")}  # fmt: skip
    words = flag_words()
    counts = {flag: [0, 0] for flag in words}
    rows = []
    now = standings_of(list(bodies_under(place)), {**level_at(place), key: before})
    for one in now.rows:
        if one.reading.indicator.id != key:
            continue
        was, becomes = one.reading.flag, after.own.flag(one.reading.value)
        counts[was][0] += 1
        counts[becomes][1] += 1
        if was != becomes:
            value = "—" if one.reading.value is None else written(before, one.reading.value)
            page = reverse("cockpit:figure", args=[key, one.place.code])
            rows.append({"id": one.place.code, "cells": [
                {"text": one.place.label, "url": page}, value,
                {"text": words[was], "tone": TONES[was]},
                {"text": words[becomes], "tone": TONES[becomes]},
            ]})  # fmt: skip
    told = [f"{words[flag]} {old} → {new}" for flag, (old, new) in counts.items() if old or new]
    note = " · ".join((_("{n} 个单位会变").format(n=len(rows)), *told))
    return {"columns": columns, "rows": rows[:MOST_SHOWN], "note": note,
            "none": _("没有单位会因此变色。")}  # fmt: skip


def _read(_path: Any, _text: str) -> Any:
    raise DefinitionError([])  # nothing is open under an indicator: old files are never read


editable_desk(
    EditableDesk(
        id=DESK, label_zh="监管指标", label_en="Indicators",
        definitions=definitions, parts=PARTS, text_of=lambda key: "", read=_read,
        judge=lambda made: mistakes(made, {}), page="cockpit:limits",
        levels=Levels(
            above=lambda key, place: _above(key, place)[0],
            judge=lambda made, key, place: mistakes(made, _above(key, place)[1]),
            foresee=foresee, stated=tuple(PATHS.values()),
            rule=RULE,
        ),
    )
)  # fmt: skip
