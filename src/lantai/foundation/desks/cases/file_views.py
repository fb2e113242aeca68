"""Files of the cases desk: the list as a table, and matters begun from one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lantai.core.desks.cases import Field
from lantai.foundation.desks.cases.authority import opening_places
from lantai.foundation.desks.cases.definitions import rules_for
from lantai.foundation.desks.cases.desk_views import rules_named
from lantai.foundation.desks.cases.importing import asked_of, why_not
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.presenting import state_label
from lantai.foundation.desks.cases.queries import definition_of, is_insider
from lantai.foundation.desks.cases.tasks import IMPORT
from lantai.foundation.desks.cases.views import listed
from lantai.foundation.desks.cases.words import words_of
from lantai.foundation.desks.tables import pages
from lantai.foundation.desks.tables.giving import given_out, require_form
from lantai.foundation.desks.tables.pages import Importing
from lantai.foundation.policy import require
from lantai.foundation.refusal import Refusal, localised


@login_required
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The list as it is filtered; of one kind of case also what was entered, where one may read it."""
    require(request.user, "cases.see")
    require_form(form)
    rows, wanted = listed(request)
    key = wanted.get("definition", "")
    fields = tuple(rules_for(key).every_field.values()) if key else ()
    label = _("办件")
    if key:
        label = localised(rules_for(key).label_zh, rules_for(key).label_en)
    return given_out(
        request, form, label, _heads(fields, form), _rows(request.user, rows, fields, form),
        desk="cases", subject=key or "all", count=rows.count(),
    )  # fmt: skip


def _heads(fields: Sequence[Field], form: str) -> list[str]:
    if form == "json":
        return ["number", "title", "definition", "institution", "state", "due_date", "assignee",
                "opened_at", "closed_at", "_source", *(e.name for e in fields)]  # fmt: skip
    plain = [_("编号"), _("事由"), _("种类"), _("机构"), _("状态"), _("期限"), _("经办"),
             _("立件时间"), _("办结时间"), _("来源编号")]  # fmt: skip
    return [*plain, *(localised(e.label_zh, e.label_en) for e in fields)]


def _rows(
    actor: Any, rows: QuerySet[Case], fields: Sequence[Field], form: str
) -> Iterator[list[Any]]:
    inside: dict[tuple[str, int], bool] = {}
    language, plain = get_language() or "zh", form == "json"
    for case in rows.order_by("-pk").iterator(chunk_size=500):
        rules = definition_of(case)
        place = (case.definition, case.institution_id)
        if place not in inside:
            inside[place] = is_insider(actor, case)
        data = case.data if inside[place] else {}
        source = case.source.partition("/")[2] if inside[place] else ""
        yield [
            case.number, case.title,
            case.definition if plain else localised(rules.label_zh, rules.label_en),
            case.institution.code if plain else case.institution.name,
            case.state if plain else state_label(rules, case.state),
            case.due_date.isoformat() if case.due_date else "",
            case.assignee.name if case.assignee else "", _moment(case.opened_at),
            _moment(case.closed_at), "" if source.startswith("row-") else source,
            *(data.get(e.name, "") if plain else words_of(e, data.get(e.name), language)
              for e in fields),
        ]  # fmt: skip


def _moment(at: Any) -> str:
    return localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""


@login_required
def import_file(request: HttpRequest, key: str) -> HttpResponseBase:
    """Begin many matters of a kind from one table."""
    require(request.user, "cases.see")
    rules = rules_named(key)
    places = opening_places(request.user, rules)
    if not places:
        raise Refusal("这类事项不由您提出。", "It is not yours to open.", code="not-permitted")
    zh, en = why_not(rules)
    if zh:
        raise Refusal(zh, en)
    fields = asked_of(rules)
    needed = [localised(e.label_zh, e.label_en) for e in fields if e.required]
    one = Importing(
        task=IMPORT,
        subject=f"case-definition:{key}",
        title=_("批量立件：%(name)s"),
        label=localised(rules.label_zh, rules.label_en),
        places=places,
        place_label=_("以哪个机构的名义"),
        columns=[localised(e.label_zh, e.label_en) for e in fields],
        back=reverse("cases:open", args=[key]),
        part="cases:import_part",
        part_args=(key,),
        arguments={"definition": key},
        notes=[
            _("必填：{names}").format(names="、".join(needed) or "—"),
            _("每行立一件，停在第一个状态，与逐件立件一样计期限、进待办、记台账。"),
            _("同一“来源编号”只立一次；没有来源编号的，内容相同的行只立一次。"),
        ],
    )
    return pages.import_page(request, one)


@login_required
def import_part(request: HttpRequest, key: str, pk: int, part: str) -> HttpResponseBase:
    """The report of an import, or its refused rows."""
    return pages.import_part(request, IMPORT, f"case-definition:{key}", pk, part)
