"""Statistics of a collecting round 填报统计: forms by state, level and region, and those given back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from django.db.models import Count, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from lantai.foundation.desks.figures import Figures
from lantai.foundation.desks.places import below
from lantai.foundation.desks.returns.models import ReturnForm, ReturnRound, ReturnState
from lantai.foundation.desks.returns.presenting import TONES, state_words
from lantai.foundation.desks.returns.tree import parents_of_all
from lantai.foundation.institutions.models import Institution

BEHIND_BARS = ("at", "under", "returned", "day")  # filters that only a figure leads to
MOST_BARS = 40
ANYWHERE = "any"


def narrowed(rows: QuerySet[ReturnForm], given: Mapping[str, str]) -> QuerySet[ReturnForm]:
    """The forms that fit what an address says; strange words fit none."""
    if given.get("state") in TONES:
        rows = rows.filter(state=given["state"])
    if given.get("at"):
        rows = rows.filter(at__code=given["at"])
    if given.get("under"):
        top = Institution.objects.filter(code=given["under"])
        rows = rows.filter(body_id__in=[place.pk for place in below(top)])
    if given.get("returned") or given.get("day"):
        rows = rows.filter(pk__in=_given_back(given))
    return rows


def _given_back(given: Mapping[str, str]) -> list[int]:
    states = ReturnState.objects.filter(kind="returned")
    if given.get("returned", ANYWHERE) != ANYWHERE:
        states = states.filter(place__code=given["returned"])
    found = states.values_list("form_id", "at")
    day = given.get("day")
    return [form for form, at in found if not day or f"{localdate(at)}" == day]


def statistics_of(row: ReturnRound, forms: QuerySet[ReturnForm]) -> list[Figures]:
    """Every figure over the forms the reader sees; each counts forms, so that it leads to them."""
    words = state_words()
    counts = dict(forms.order_by().values_list("state").annotate(n=Count("pk")))
    by_state = [(words[s], float(counts[s]), s) for s in words if counts.get(s)]
    waiting = forms.filter(state=ReturnForm.REVIEWING).order_by()
    levels = waiting.values_list("at__name", "at__code").annotate(n=Count("pk")).order_by("-n")
    at = [(name, float(n), code) for name, code, n in levels[:MOST_BARS]]
    back = ReturnState.objects.filter(kind="returned", form__in=forms.order_by()).values_list(
        "form_id", "place__name", "place__code", "at"
    )
    once = {(form, name, code) for form, name, code, _at in back}
    places = Counter((name, code) for _form, name, code in once)
    days = Counter(day for _form, day in {(form, f"{localdate(at)}") for form, *_p, at in back})
    by_place = [(name, float(n), code) for (name, code), n in places.most_common(MOST_BARS)]
    by_day = [(day, float(n), day) for day, n in sorted(days.items())[-MOST_BARS:]]
    filling = forms.filter(state=ReturnForm.FILLING)
    return [
        Figures(_("各状态报表数"), "张", "pie", "state", by_state),
        Figures(_("正在审核，停在哪一级"), "张", "bar", "at", at),
        Figures(_("各地报表数"), "张", "bar", "under", _branches(row, forms)),
        Figures(_("各地填写中的报表"), "张", "bar", "under",
                _branches(row, filling), {"state": "filling"}),
        Figures(_("各级退回过的报表"), "张", "bar", "returned", by_place),
        Figures(_("各日退回的报表"), "张", "bar", "day", by_day),
    ]  # fmt: skip


def _branches(row: ReturnRound, forms: QuerySet[ReturnForm]) -> list[tuple[str, float, str]]:
    """Forms by what lies directly below whoever asked."""
    parents = parents_of_all()
    counts: Counter[int] = Counter()
    for body in forms.order_by().values_list("body_id", flat=True):
        here = body
        seen = 0
        while parents.get(here) not in (None, row.owner_id) and seen < 20:
            here, seen = parents[here] or here, seen + 1
        counts[here] += 1
    named = Institution.objects.in_bulk([pk for pk, _n in counts.most_common(MOST_BARS)])
    return [(named[pk].name, float(n), named[pk].code)
            for pk, n in counts.most_common(MOST_BARS) if pk in named]  # fmt: skip
