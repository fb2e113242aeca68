"""Verbs of opening review: plan, screen, open, conclude, opine."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from lantai.access.opening.deciding import Verdict, check_verdict, locked_item, put_verdict
from lantai.access.opening.models import OpeningItem, ReadingProof
from lantai.access.opening.queries import due_records, unit_of
from lantai.access.opening.reading import Unit, has_opened, unread_of
from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.models import Record
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.operations import open_case
from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Conflict, Refusal
from lantai.foundation.work import Act, about, keep, keep_all, note

MOST_ITEMS = 5_000  # of one batch: what a handful of people review in a season


@operation(permission="opening.plan", event="case_opening")
def plan_review(
    act: Act,
    /,
    *,
    fonds: Fonds,
    years: Collection[int],
    title: str = "",
    modes: Sequence[str] = ("due", "again"),
    unit: Institution | None = None,
    without_unit: bool = False,
    day: date | None = None,
) -> Case:
    """Make a batch 审核批次 of what is due in a fonds and years, and open its case.

    ``unit`` is whom to consult: the fonds' creator unless another (a successor) is named, or
    nobody with ``without_unit``. ``day`` is the day of reckoning, today unless given.
    """
    wanted = sorted(set(years))
    rows = _chosen(fonds, wanted, modes, day or localdate(act.at))
    span = f"{wanted[0]}—{wanted[-1]}" if len(wanted) > 1 else "".join(map(str, wanted))
    asked = None if without_unit else unit or fonds.creator
    case = open_case(
        act,
        definition="opening_review",
        institution=fonds.holder,
        title=title or f"{fonds.code} {fonds.name} {span} 年档案开放审核（{len(rows)} 件）",
        subject=fonds.urn,
        data={"fonds": fonds.code, "years": wanted, "unit": asked.code if asked else ""},
    )
    try:
        with transaction.atomic():
            items = OpeningItem.objects.bulk_create(
                OpeningItem(case=case, record=record, unit=asked, position=n, due_rule=mode)
                for n, (record, mode) in enumerate(rows, 1)
            )
    except IntegrityError as problem:
        raise Conflict(
            "所选档案刚刚被另一批审核圈定，没有立批；请刷新到期清单后再试。",
            "Another batch has just taken these records; reload the list.",
        ) from problem
    keep_all(items, kind="created")
    fresh = [record for record, _ in rows if record.access_status == "not_due"]
    for record in fresh:
        record.access_status = "pending"
        record.save(update_fields=["access_status"])
    keep_all(fresh)
    note(fonds=fonds.code, years=wanted, items=len(items))
    return case


@operation(permission="opening.screen", event="appraisal")
def record_screening(act: Act, /, *, case: Case, results: Mapping[int, Any]) -> list[OpeningItem]:
    """Keep what the machine suggests of items (pk → `Suggestion`); advice, no decision."""
    _require_state(case, "screening")
    items = list(case.opening_items.filter(pk__in=list(results)).order_by("pk"))
    for item in items:
        found = results[item.pk]
        item.suggestion, item.suggestion_ground = found.conclusion, found.ground
        item.suggestion_reason = {"zh": found.reason_zh, "en": found.reason_en}
        item.suggestion_score = found.score
        item.suggestion_confidence = found.confidence
        item.hits = [hit.to_json() for hit in found.hits]
        item.screened_at = act.at
        item.save()
    keep(*items)
    note(items=len(items))
    return items


@operation(permission="opening.review", event="dissemination")
def open_content(
    act: Act, /, *, item: OpeningItem, units: Sequence[Unit], shown_as: str
) -> list[ReadingProof]:
    """Keep that the person was shown these pages; called by the page that shows them."""
    wanted = [unit for unit in units if shown_as in unit.shown_as or shown_as == "file"]
    made = []
    for unit in wanted:
        proof, new = ReadingProof.objects.get_or_create(
            item=item,
            person=act.by,
            component_id=unit.component,
            page=unit.page,
            shown_as=shown_as,
            defaults={"at": act.at},
        )
        if new:
            made.append(proof)
    keep_all(made, kind="created")
    about(item.record.urn)
    note(pages=len(made), shown_as=shown_as)
    return made


@operation(permission="opening.review", event="appraisal")
def conclude_first(
    act: Act, /, *, item: OpeningItem, verdict: Verdict, version: int, doubtful: bool = False
) -> OpeningItem:
    """The first reviewer's conclusion 初审 on one item, which that person has opened."""
    current = locked_item(item, version)
    _require_state(current.case, "first")
    _require_opened(act, current)
    check_verdict(current, verdict)
    put_verdict(current, "first", verdict, act)
    current.doubtful = doubtful
    _forget_later(current)
    current.version += 1
    current.save()
    keep(current)
    about(current.record.urn)
    note(stage="first", conclusion=verdict.conclusion)
    return current


@operation(permission="opening.review", event="appraisal")
def adopt_suggestions(act: Act, /, *, case: Case, items: Sequence[int]) -> list[OpeningItem]:
    """Take over the machine's suggestions in bulk, kept as bulk: only items this person opened."""
    _require_state(case, "first")
    rows = list(
        case.opening_items.select_for_update(of=("self",))
        .select_related("record", "case__institution")
        .filter(pk__in=list(items))
        .order_by("pk")
    )
    _require_all_opened(act, rows)
    for row in rows:
        if not row.suggestion:
            raise Refusal(
                f"第 {row.position} 件没有预审建议，不能批量采用；请逐件审核。",
                f"Item {row.position} has no suggestion; review it by itself.",
            )
        verdict = Verdict(
            row.suggestion, row.suggestion_ground, row.suggestion_reason.get("zh", "")
        )
        verdict = verdict.with_default_date(localdate(act.at))
        check_verdict(row, verdict)
        put_verdict(row, "first", verdict, act, bulk=True)
        _forget_later(row)
        row.version += 1
        row.save()
    keep(*rows)
    note(stage="first", bulk=len(rows))
    return rows


@operation(permission="opening.review", event="appraisal")
def conclude_second(
    act: Act, /, *, item: OpeningItem, verdict: Verdict, version: int, doubtful: bool = False
) -> OpeningItem:
    """The second reviewer's conclusion 复审: never by the person of the first."""
    current = locked_item(item, version)
    _require_state(current.case, "second")
    _require_other_person(act, current)
    _require_opened(act, current)
    check_verdict(current, verdict)
    put_verdict(current, "second", verdict, act)
    current.doubtful = doubtful
    current.returned_reason = current.council_conclusion = ""
    current.unit_opinion = current.authority_answer = ""
    current.version += 1
    current.save()
    keep(current)
    about(current.record.urn)
    changed = verdict.conclusion != current.first_conclusion
    note(stage="second", conclusion=verdict.conclusion, changed=changed)
    return current


@operation(permission="opening.review", event="appraisal")
def agree_many(act: Act, /, *, case: Case, items: Sequence[int]) -> list[OpeningItem]:
    """Agree with first conclusions in bulk, kept as bulk: only items this person opened."""
    _require_state(case, "second")
    rows = list(
        case.opening_items.select_for_update(of=("self",))
        .select_related("record", "case__institution")
        .filter(pk__in=list(items))
        .order_by("pk")
    )
    for row in rows:
        _require_other_person(act, row)
    _require_all_opened(act, rows)
    for row in rows:
        verdict = Verdict(
            row.first_conclusion, row.first_ground, "同意初审意见。", row.first_next_review
        )
        check_verdict(row, verdict)
        put_verdict(row, "second", verdict, act, bulk=True)
        row.returned_reason = ""
        row.version += 1
        row.save()
    keep(*rows)
    note(stage="second", bulk=len(rows))
    return rows


@operation(permission="opening.review", event="return")
def return_item(act: Act, /, *, item: OpeningItem, reason: str, version: int) -> OpeningItem:
    """Mark an item as returned to its first reviewer, with the reason."""
    current = locked_item(item, version)
    _require_state(current.case, "second")
    _require_other_person(act, current)
    if not reason.strip():
        raise Refusal("请写明退回理由。", "Give the reason for the return.", code="missing")
    current.returned_reason = reason.strip()
    current.second_conclusion = ""
    current.version += 1
    current.save()
    keep(current)
    note(reason=reason.strip()[:200])
    return current


@operation(permission="opening.deliberate", event="appraisal")
def deliberate(act: Act, /, *, item: OpeningItem, verdict: Verdict, version: int) -> OpeningItem:
    """Record what was decided by discussion 会商 on a doubtful item; the opinion is the minutes."""
    current = locked_item(item, version)
    _require_state(current.case, "council")
    check_verdict(current, verdict)
    if not verdict.opinion.strip():
        raise Refusal("请写明会商情况。", "Give the minutes of the deliberation.", code="missing")
    put_verdict(current, "council", verdict, act)
    current.version += 1
    current.save()
    keep(current)
    note(stage="council", conclusion=verdict.conclusion)
    return current


@operation(permission="opening.opine", event="appraisal")
def opine(
    act: Act, /, *, item: OpeningItem, opinion: str, remark: str = "", version: int
) -> OpeningItem:
    """The creating unit's opinion on one item: agree or disagree; a dissent says why."""
    current = locked_item(item, version)
    _require_state(current.case, "unit")
    if opinion not in ("agree", "disagree"):
        raise Refusal("请选择同意或不同意。", "Choose agree or disagree.", code="invalid")
    if opinion == "disagree" and not remark.strip():
        raise Refusal("不同意的，请写明理由。", "Say why you disagree.", code="missing")
    _put_opinion(act, current, opinion, remark)
    keep(current)
    note(opinion=opinion)
    return current


@operation(permission="opening.opine", event="appraisal")
def opine_rest(act: Act, /, *, case: Case, unit: Institution) -> list[OpeningItem]:
    """Agree to everything the unit has not spoken about yet."""
    if unit_of(case) != unit:
        raise Refusal(
            "这批档案不是向贵单位征求意见的。", "Your unit is not asked about this batch."
        )
    _require_state(case, "unit")
    rows = list(case.opening_items.select_for_update().filter(unit_opinion="").order_by("pk"))
    for row in rows:
        _put_opinion(act, row, "agree", "")
    keep(*rows)
    note(opinion="agree", items=len(rows))
    return rows


def _chosen(
    fonds: Fonds, years: Sequence[int], modes: Sequence[str], day: date
) -> list[tuple[Record, str]]:
    """The due records of a fonds and years, each with the mode it is due by."""
    rows: list[tuple[Record, str]] = []
    for mode in modes:
        due = due_records(fonds.holder, day, mode).filter(fonds=fonds)
        due = due.filter(year__in=years) if years else due
        rows += [
            (record, mode) for record in due.order_by("reference_code", "pk")[: MOST_ITEMS + 1]
        ]
    if not rows:
        raise Refusal(
            "所选全宗和年度没有到期待审的档案，没有立批；请改选年度。",
            "Nothing is due in this fonds and these years; choose other years.",
            code="nothing-due",
        )
    if len(rows) > MOST_ITEMS:
        raise Refusal(
            f"所选范围超过 {MOST_ITEMS} 件，请减少年度，分几批审核。",
            f"More than {MOST_ITEMS} records; choose fewer years and review in batches.",
            code="too-many",
        )
    return rows


def _put_opinion(act: Act, row: OpeningItem, opinion: str, remark: str) -> None:
    row.unit_opinion, row.unit_note = opinion, remark.strip()
    row.unit_by, row.unit_by_name, row.unit_at = act.by.urn, act.by.name, act.at
    row.version += 1
    row.save()


def _forget_later(item: OpeningItem) -> None:
    """A new first conclusion asks for a new second one."""
    item.returned_reason = item.second_conclusion = item.council_conclusion = ""
    item.unit_opinion = item.authority_answer = ""


def _require_state(case: Case, state: str) -> None:
    now = Case.objects.values_list("state", flat=True).get(pk=case.pk)
    if now != state:
        raise Conflict(
            "这批审核已经不在这一步，您的操作没有保存；请刷新后再看。",
            "The review has moved on; nothing was saved. Reload.",
        )


def _require_other_person(act: Act, item: OpeningItem) -> None:
    if item.first_by == act.by.urn:
        raise Refusal(
            f"第 {item.position} 件由您初审，复审须由另一人办理；请交另一位馆员。",
            f"You made the first conclusion on item {item.position}; another person must review it.",
            code="same-person",
        )


def _require_opened(act: Act, item: OpeningItem) -> None:
    if not has_opened(item, act.by):
        raise Refusal(
            f"第 {item.position} 件的原文您还没有看全，只看题名不能下结论；请打开每一页后再审。",
            f"You have not opened all of item {item.position}; open every page before concluding.",
            code="not-opened",
        )


def _require_all_opened(act: Act, rows: Sequence[OpeningItem]) -> None:
    unread = [row.position for row in rows if unread_of([row], act.by)[row.pk]]
    if unread:
        shown = "、".join(map(str, unread[:10]))
        raise Refusal(
            f"第 {shown} 件等 {len(unread)} 件的原文您还没有看全，批量办理只能用于已打开的条目；没有保存。",
            f"You have not opened {len(unread)} of these items ({shown}); nothing was saved.",
            code="not-opened",
        )
