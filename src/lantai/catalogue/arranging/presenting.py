"""Moves for people: what a plan would do, what a move did."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from lantai.catalogue.arranging.models import Move
from lantai.catalogue.arranging.queries import Plan
from lantai.catalogue.records.models import Record
from lantai.catalogue.records.presenting import word
from lantai.foundation.refusal import localised

SHOWN = 20


def place_words(parent: Record | None, category: str) -> str:
    """A place as it is read: the parent, or the class on top."""
    if parent is not None:
        return f"{parent.reference_code} {parent.title}".strip()
    return _("全宗之下 · %(name)s") % {"name": category_words(category)}


def category_words(key: str) -> str:
    """The words of a category key: ZY·HY is read as its class with the kind."""
    head, dot, class2 = key.partition("·")
    return f"{word('record_class', head)}{dot}{class2}" if head else _("未分门类")


def plan_facts(plan: Plan) -> list[dict[str, Any]]:
    """What will happen, line by line."""
    rules = plan.rules
    source = ""
    if rules is not None:
        source = rules.source or _("各门类的通用规则（全宗没有生效的三合一制度）")
    more = _("（只逐件看了前 %(n)s 件）") % {"n": f"{plan.looked_at:,}"} if plan.is_sample else ""
    facts = [
        {"label": _("移动"), "value": _("%(n)s 件（含下级）") % {"n": f"{plan.count:,}"}},
        {"label": _("从"), "value": place_words(plan.record.parent, plan.from_category)},
        {"label": _("到"), "value": place_words(plan.parent, plan.to_category)},
        {"label": _("重编档号"), "value": f"{plan.reissued:,}{more}"},
        {"label": _("依据"), "value": source},
    ]
    reasons = stay_words()
    facts += [
        {"label": _("档号不变"), "value": f"{count:,} · {reasons[why]}"}
        for why, count in plan.stays.most_common()
    ]
    return facts


def stay_words() -> dict[str, str]:
    """Why a code stays as it is."""
    return {
        "same": _("新位置的档号组成与原来相同"),
        "none": _("没有档号"),
        "no_rule": _("这一门类或层级没有档号规则"),
        "not_by_rule": _("原档号不是按规则编的，保留"),
        "missing": _("缺少规则所需的著录项，补全著录后可再编"),
    }


def problem_words(plan: Plan) -> list[str]:
    """The reasons against, in the reader's language."""
    return [localised(zh, en) for zh, en in plan.problems]


def scope_rows(plan: Plan) -> list[dict[str, Any]]:
    """Scopes 档号段 that take records, with the number they begin at."""
    return [
        {"scope": scope, "first": first, "count": count}
        for scope, first, count in plan.scopes[:SHOWN]
    ]


def move_row(move: Move) -> dict[str, Any]:
    """A move as a row of the table."""
    return {
        "pk": move.pk,
        "record": move.record,
        "from": place_words(move.from_parent, move.from_category),
        "to": place_words(move.to_parent, move.to_category),
        "records": move.records,
        "recoded": move.recoded,
        "by": move.by_name,
        "at": localtime(move.at).strftime("%Y-%m-%d %H:%M"),
        "running": move.state == Move.RUNNING,
        "reason": move.reason,
    }


def plan_document(found: Plan) -> dict[str, Any]:
    """A plan as JSON."""
    return {
        "records": found.count,
        "from_category": found.from_category,
        "to_category": found.to_category,
        "reissued": found.reissued,
        "stays": dict(found.stays),
        "looked_at": found.looked_at,
        "sample": found.is_sample,
        "rule_source": found.rules.source if found.rules else "",
        "scopes": [{"scope": s, "first": f, "count": n} for s, f, n in found.scopes],
        "problems": [{"zh": zh, "en": en} for zh, en in found.problems],
    }


def move_document(row: Move) -> dict[str, Any]:
    """A move as JSON."""
    return {
        "id": row.pk,
        "state": row.state,
        "records": row.records,
        "recoded": row.recoded,
        "from_category": row.from_category,
        "to_category": row.to_category,
    }
