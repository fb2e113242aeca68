"""Levels 层级: whose cockpit it is, who lies below, and which bodies a person answers for."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import institutions_of, permissions
from lantai.foundation.refusal import NotFound
from lantai.governance.supervision.queries import authority_of, bodies_below

DIVISION = 6  # digits of a division code 行政区划代码


def bodies_of(actor: Any) -> list[Institution]:
    """Those the person answers for: of an authority all below it, else one's own."""
    authority = authority_of(actor)
    if authority is not None:
        return list(bodies_below(authority))
    found: dict[int, Institution] = {}
    for place in institutions_of(actor, permissions()["cockpit.see"].roles):
        found[place.pk] = place
        for unit in Institution.objects.filter(archives=place).order_by("code"):
            found.setdefault(unit.pk, unit)
    return list(found.values())


def place_for(actor: Any, code: str) -> Institution:
    """The body asked for (one's own when none is named); `NotFound` unless one answers for it."""
    own = authority_of(actor)
    if own is None:
        mine = bodies_of(actor)
        found = next((b for b in mine if b.code == code), None) if code else next(iter(mine), None)
        if found is not None:
            return found
    else:
        place = Institution.objects.filter(code=code).first() if code else own
        above = place
        while above is not None and above.pk != own.pk:
            above = above.parent
        if place is not None and above is not None:
            return place
    raise NotFound("没有这个单位，或不归您看。", "No such body, or it is not yours.")


def bodies_under(place: Institution) -> QuerySet[Institution]:
    """The units and archives whose figures a body's cockpit shows, itself among them."""
    if place.kind == Institution.AUTHORITY:
        return bodies_below(place)
    itself = Institution.objects.filter(pk=place.pk)
    if place.kind == Institution.ARCHIVES:
        return (itself | Institution.objects.filter(archives=place)).order_by("code")
    return itself


def children_of(place: Institution) -> list[Institution]:
    """What the cockpit lists: the bodies right below; of an archives the units it serves."""
    if place.kind == Institution.AUTHORITY:
        below = Institution.objects.filter(parent=place).exclude(kind=Institution.PROVIDER)
        return list(below.order_by("code"))
    return list(bodies_under(place))


def level_of(place: Institution) -> str:
    """Unit, archives, county, city, province or nation, in the reader's language."""
    if place.kind != Institution.AUTHORITY:
        return _("立档单位") if place.kind == Institution.UNIT else _("档案馆")
    return (_("县级"), _("市级"), _("省级"), _("国家级"))[_height(place)]


def _height(place: Institution) -> int:
    """0 county to 3 nation: by the division code, else by how many authorities lie below."""
    code = place.division
    if len(code) == DIVISION and code.isdecimal():
        return 3 if code == "000000" else 2 if code[2:] == "0000" else 1 if code[4:] == "00" else 0
    height, keys = 0, [place.pk]
    while height < 3:
        below = Institution.objects.filter(parent__in=keys, kind=Institution.AUTHORITY)
        keys = list(below.values_list("pk", flat=True))
        if not keys:
            break
        height += 1
    return height


def up_from(actor: Any, place: Institution) -> Institution | None:
    """The level above, as far as the person may look."""
    own = authority_of(actor)
    if own is None or place.pk == own.pk:
        return None
    return place.parent
