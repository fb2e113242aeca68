"""Pages of the evaluations desk: schemes, rounds, self-scoring, judging, ranking, the report."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lantai.core.dates import DateNotUnderstood, parse_date
from lantai.core.desks.charts import bar_option
from lantai.core.desks.evaluation_definition import EvaluationDefinition, Indicator
from lantai.foundation.accounts.models import Person
from lantai.foundation.desks.attachments.storing import (
    attachments_of,
    store_file,
)
from lantai.foundation.desks.evaluations import operations
from lantai.foundation.desks.evaluations.definitions import (
    evaluation_definitions,
    live_facts,
    scheme_for,
)
from lantai.foundation.desks.evaluations.file_views import may_import
from lantai.foundation.desks.evaluations.handling_views import acts_of, overdue_to_urge
from lantai.foundation.desks.evaluations.models import Assessment
from lantai.foundation.desks.evaluations.presenting import (
    grade_label,
    round_filters,
    state_label,
    turns_of,
)
from lantai.foundation.desks.evaluations.queries import (
    assessment_for,
    assessments_for,
    judges,
    ranking,
    round_for,
    rounds_for,
    runs,
    scheme_of,
    scores_self,
    self_score,
)
from lantai.foundation.desks.evaluations.report import reached, report, vetoes, word_for
from lantai.foundation.desks.evaluations.statistics import BEHIND_BARS, narrowed
from lantai.foundation.desks.handing_out import attachment_given, handed_out, print_links
from lantai.foundation.desks.migrating.desk import how_many_behind
from lantai.foundation.desks.owed.pressing import urged_words
from lantai.foundation.desks.searching.finding import Asked
from lantai.foundation.desks.searching.presenting import found_panel
from lantai.foundation.desks.tables.giving import export_links
from lantai.foundation.institutions.models import Institution
from lantai.foundation.paging import page_by_key
from lantai.foundation.policy import decide, institutions_of, require
from lantai.foundation.refusal import NotFound, Refusal, localised
from lantai.foundation.work import Act


@login_required
def rounds(request: HttpRequest) -> HttpResponse:
    """The rounds I have a part in, and the schemes."""
    require(request.user, "evaluations.take_part")
    schemes = [
        {"id": d.id, "label": localised(d.label_zh, d.label_en), "verified": d.verified,
         "leaves": len(d.leaves), "mine": bool(institutions_of(request.user, d.run_by.split()))}
        for d in evaluation_definitions().all().values()
    ]  # fmt: skip
    text = request.GET.get("q", "").strip()
    page = page_by_key(rounds_for(request.user), request.GET)
    context = {
        "rows": page.rows, "pager": page.pager, "schemes": schemes, "text": text,
        "found": found_panel(request, Asked(text, desk="evaluations")) if text else None,
        "export": export_links(request, "evaluations:export"),
    }  # fmt: skip
    return render(request, "foundation/evaluations/rounds.html", context)


@login_required
def definition(request: HttpRequest, key: str) -> HttpResponse:
    """A scheme drawn out: the tree with maxima, methods, facts, grades."""
    require(request.user, "evaluations.take_part")
    scheme = scheme_for(key)
    facts = live_facts()
    rows = [
        {"entry": e, "label": localised(e.label_zh, e.label_en), "leaf": e in scheme.leaves,
         "method": localised(e.method_zh, e.method_en),
         "fact": localised(facts[e.fact].zh, facts[e.fact].en) if e.fact in facts else ""}
        for e in scheme.indicators
    ]  # fmt: skip
    grades = [{"label": localised(g.label_zh, g.label_en), "when": g.when} for g in scheme.grades]
    context = {
        "scheme": scheme, "label": localised(scheme.label_zh, scheme.label_en), "rows": rows,
        "grades": grades, "may_adapt": bool(decide(request.user, "definitions.adapt")),
        "note": localised(scheme.note_zh, scheme.note_en),
        "may_open": bool(institutions_of(request.user, scheme.run_by.split())),
        "behind": how_many_behind(request.user, "evaluation", key),
    }  # fmt: skip
    return render(request, "foundation/evaluations/definition.html", context)


@login_required
def open_round(request: HttpRequest, key: str) -> HttpResponse:
    """The form of a new round."""
    require(request.user, "evaluations.take_part")
    scheme = scheme_for(key)
    places = institutions_of(request.user, scheme.run_by.split())
    if not places:
        raise Refusal(
            "这类评价不由您组织。", "This scheme is not run by you.", code="not-permitted"
        )
    bodies = Institution.objects.filter(kind__in=scheme.subject).order_by("code")
    people = (
        Person.objects.filter(is_active=True, assignments__isnull=False).distinct().order_by("name")
    )
    if request.method == "POST":
        made = operations.open_round(
            Act(by=request.user), definition=key, organiser=places[0],
            title=request.POST.get("title", ""),
            subjects=list(bodies.filter(code__in=request.POST.getlist("subjects"))),
            panel=list(people.filter(username__in=request.POST.getlist("panel"))),
            due=_day(request.POST.get("due", "")),
            review_due=_day(request.POST.get("review_due", "")),
        )  # fmt: skip
        messages.success(request, _("已开始，被评单位会收到待办。"))
        return redirect("evaluations:round", made.number)
    context = {"scheme": scheme, "label": localised(scheme.label_zh, scheme.label_en),
               "bodies": bodies[:1000], "people": _experts(people[:500])}  # fmt: skip
    return render(request, "foundation/evaluations/open.html", context)


def _experts(people: Any) -> list[Person]:
    """Those who may sit in the panel, each with where he or she works."""
    rows = list(people.prefetch_related("assignments__institution"))
    for one in rows:
        one.place = "、".join(  # type: ignore[attr-defined]
            dict.fromkeys(a.institution.name for a in one.assignments.all())
        )
    return rows


def _day(text: str) -> Any:
    try:
        return parse_date(text).earliest if text.strip() else None
    except DateNotUnderstood:
        raise Refusal(
            "截止日期看不懂，请写成 2026-12-31。", "The date is not understood."
        ) from None


@login_required
def round_page(request: HttpRequest, number: str) -> HttpResponse:
    """One round: how each body stands, and the ranking."""
    require(request.user, "evaluations.take_part")
    row = round_for(request.user, number)
    scheme = scheme_of(row)
    every = assessments_for(request.user, row).select_related("subject__parent")
    seen = {a.pk for a in every}
    mine = narrowed(every, scheme, request.GET.dict())
    ranked = [a for a in ranking(row) if a.pk in seen]
    urged = urged_words(one.urn for one in mine)
    for one in [*mine, *ranked]:
        one.urged = urged.get(one.urn, "")  # type: ignore[attr-defined]
        one.label = state_label(one)  # type: ignore[attr-defined]
        one.grade_label = grade_label(one, scheme)  # type: ignore[attr-defined]
    chart = bar_option([a.subject.name for a in ranked], [(_("得分"), [a.total for a in ranked])])
    context = {
        "round": row, "scheme": scheme, "rows": mine, "ranked": ranked, "chart": chart,
        "label": localised(scheme.label_zh, scheme.label_en),
        "filters": round_filters(request.GET, scheme), "narrowed": len(mine) < len(seen),
        "kept": {k: request.GET[k] for k in BEHIND_BARS if request.GET.get(k)},
        "may_import": may_import(request.user, row),
        "overdue": overdue_to_urge(request.user, row),
        "export": export_links(request, "evaluations:export_round", number),
    }  # fmt: skip
    return render(request, "foundation/evaluations/round.html", context)


@login_required
def assessment(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """One body: the sheet to score, to judge or to read, as the person may."""
    require(request.user, "evaluations.take_part")
    row = assessment_for(request.user, number, code)
    scheme = scheme_of(row.round)
    if request.method == "POST":
        _act(request, row, scheme)
        return redirect("evaluations:assessment", number, code)
    may_score = row.state == Assessment.SELF and scores_self(request.user, row)
    may_judge = row.state == Assessment.REVIEW and judges(request.user, row)
    told = self_score(row, scheme)
    context = {
        "row": row, "scheme": scheme, "label": localised(scheme.label_zh, scheme.label_en),
        "lines": _lines(request.user, row, scheme), "may_score": may_score, "may_judge": may_judge,
        "runs": runs(request.user, row.round), "state": state_label(row),
        "told": told, "grade": grade_label(row, scheme),
        "vetoes": vetoes(row, scheme), **_reached(row, scheme), "turns": turns_of(row),
        **acts_of(request.user, row),
        "prints": print_links("evaluations:report", number, code)
        if row.state in (Assessment.SETTLED, Assessment.FED_BACK) else [],
        "choices": _choices(scheme), "experts": [o["name"] for o in row.opinions.values()],
        "judged": len(row.opinions),
        "kept": [
            {"id": key, "claimed": answer.get("claimed"), "note": answer.get("note", "")}
            for key, answer in row.answers.items()
            if key not in scheme.by_id and answer.get("claimed") not in (None, "")
        ],
    }  # fmt: skip
    return render(request, "foundation/evaluations/assessment.html", context)


def _reached(row: Assessment, scheme: EvaluationDefinition) -> dict[str, Any]:
    """Bars of what was reached beside what could be, once it is settled."""
    bars = [
        (localised(e.label_zh, e.label_en), value, full)
        for e, value, full in (reached(row, scheme) if row.result.get("values") else [])
    ]
    names = [label for label, _value, _full in bars]
    series = [(_("满分"), [f for _l, _v, f in bars]), (_("得分"), [v for _l, v, _f in bars])]
    return {"bars": bars, "chart": bar_option(names, series) if bars else None}


def _choices(scheme: EvaluationDefinition) -> list[tuple[str, str]]:
    if scheme.mode == "verdict":
        return [("yes", _("符合")), ("no", _("不符合")), ("none", _("不适用"))]
    return [(code, localised(zh, en)) for code, zh, en, _rank in scheme.choices]


def _lines(actor: Any, row: Assessment, scheme: EvaluationDefinition) -> list[dict[str, Any]]:
    facts, files = live_facts(), {}  # type: ignore[var-annotated]
    for file in attachments_of(row.urn):
        files.setdefault(file.role, []).append(file)
    mine = row.opinions.get(actor.urn, {})
    lines = []
    for entry in scheme.indicators:
        answer = row.answers.get(entry.id, {})
        live = answer.get("live") or {}
        fact = facts.get(entry.fact)
        claimed = answer.get("claimed")
        lines.append({
            "entry": entry, "key": entry.id.replace(".", "-"), "leaf": entry in scheme.leaves,
            "label": localised(entry.label_zh, entry.label_en),
            "method": localised(entry.method_zh, entry.method_en), "live": live,
            "fact": localised(fact.zh, fact.en) if fact else "",
            "measured": fact.written(live.get("value")) if fact else live.get("value"),
            "said": [o["notes"][entry.id] for o in row.opinions.values()
                     if row.result.get("values") and o.get("notes", {}).get(entry.id)],
            "proposed": word_for(scheme, live.get("proposed")),
            "claimed": live.get("proposed") if claimed is None else claimed,
            "before": word_for(scheme, answer.get("before")),
            "claimed_word": word_for(scheme, claimed), "note": answer.get("note", ""),
            "files": files.get(entry.id, []), "mine": mine.get("scores", {}).get(entry.id, claimed),
            "my_note": mine.get("notes", {}).get(entry.id, ""),
            "settled": word_for(scheme, row.result.get("values", {}).get(entry.id)),
            "level": entry.id.count("."), "evidence": _seen(answer.get("evidence", ())),
        })  # fmt: skip
    return lines


def _seen(evidence: Any) -> list[dict[str, str]]:
    """What the running system says, with a mark: well, wanting, or not known."""
    marks = {
        True: ("pass", _("正常")),
        False: ("fail", _("需处理")),
        None: ("neutral", _("无法判断")),
    }
    return [
        {"words": localised(one["zh"], one["en"]), "tone": marks[one["met"]][0],
         "mark": marks[one["met"]][1]}
        for one in evidence
    ]  # fmt: skip


def _act(request: HttpRequest, row: Assessment, scheme: EvaluationDefinition) -> None:
    act, do = Act(by=request.user), request.POST.get("do", "")
    if do in ("save", "submit"):
        files = {
            e.id: [store_file(f.name or "", f) for f in sent]
            for e in scheme.leaves
            if (sent := request.FILES.getlist(f"f-{e.id}"))
        }
        values = {
            e.id: {"claimed": _value(scheme, e, request.POST.get(f"s-{e.id}", "")),
                   "note": request.POST.get(f"n-{e.id}", "")}
            for e in scheme.leaves
            if f"s-{e.id}" in request.POST
        }  # fmt: skip
        operations.save_self_score(act, assessment=row, values=values, files=files,
                                   submit=do == "submit")  # fmt: skip
        messages.success(request, _("已提交自评。") if do == "submit" else _("已保存。"))
    elif do == "judge":
        given = {e.id: _value(scheme, e, request.POST.get(f"s-{e.id}", "")) for e in scheme.leaves}
        notes = {e.id: request.POST.get(f"n-{e.id}", "") for e in scheme.leaves}
        operations.judge(act, assessment=row, notes=notes,
                         scores={k: v for k, v in given.items() if v not in (None, "")})  # fmt: skip
        messages.success(request, _("已记录您的评分。"))
    elif do == "settle":
        operations.settle(act, assessment=row)
        messages.success(request, _("已评定。"))
    elif do == "return":
        reason = request.POST.get("reason", "")[:300]
        operations.return_self_score(Act(by=request.user, reason=reason), assessment=row)
        messages.success(request, _("已退回，单位可以修改后重新提交。"))
    elif do == "feedback":
        operations.feed_back(act, assessment=row, text=request.POST.get("text", ""))
        messages.success(request, _("已反馈。"))
    else:
        raise Refusal("没有这种办法。", "No such act.")


def _value(scheme: EvaluationDefinition, entry: Indicator, text: str) -> Any:
    if scheme.mode != "points" or not text.strip():
        return text.strip() or None
    try:
        return float(text)
    except ValueError:
        raise Refusal(
            f"指标 {entry.id} 的分数“{text[:20]}”不是数。", f"{entry.id}: no number."
        ) from None


@login_required
def evidence(request: HttpRequest, number: str, code: str, pk: int) -> FileResponse:
    """A file that proves a score."""
    require(request.user, "evaluations.take_part")
    return attachment_given(assessment_for(request.user, number, code).urn, pk)


@login_required
def report_file(request: HttpRequest, number: str, code: str, kind: str) -> HttpResponse:
    """The feedback report."""
    require(request.user, "evaluations.take_part")
    row = assessment_for(request.user, number, code)
    if row.state not in (Assessment.SETTLED, Assessment.FED_BACK):
        raise NotFound("评定之后才有反馈报告。", "There is a report once it is settled.")
    return handed_out(report(row), f"{row.subject.name} {row.round.title}", kind)
