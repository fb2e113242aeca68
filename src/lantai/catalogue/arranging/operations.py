"""Verbs of arranging: move a branch; its codes after it, batch by batch; done.

The first act changes one row, whatever hangs below it: from then on the branch stands in the new
place. Codes follow in batches of their own, each a whole: killed at any point the job goes on
where it was, and the move says how far it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.timezone import localtime

from lantai.catalogue.arranging.models import Move
from lantai.catalogue.arranging.queries import (
    judged,
    plan_for_place,
    problems_of,
    recoder_for,
)
from lantai.catalogue.arranging.recoding import Verdict, numbered_by, rules_of
from lantai.catalogue.arranging.subtree import count_below, pages_below
from lantai.catalogue.arranging.writing import Changed, write_codes
from lantai.catalogue.codes.counting import next_codes
from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.models import Record, RecordRevision
from lantai.core.identifiers import ReferenceCode, ReferenceCodeError
from lantai.foundation.bulk_rows import among
from lantai.foundation.jobs.queue import enqueue
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Conflict, NotFound, Refusal
from lantai.foundation.work import Act, keep, note
from lantai.governance.access_rules.visibility import may_see

RECODE = "arranging.recode"
SMALL = 1_000  # records whose codes follow at once, in the same transaction


class MoveRefused(Refusal):
    """不能这样移动: each reason is named."""

    code = "move-refused"


@operation(permission="records.arrange", event="rearrangement")
def move_subtree(
    act: Act,
    /,
    *,
    record: Record,
    parent: Record | None,
    category: str = "",
    version: int,
) -> Move:
    """Put a record with all below it under another parent of its fonds, or on top in a class.

    ``version`` is the record's as it was read. Codes follow at once for a small branch, else as
    a job (`Move.state`). Two moves in one fonds wait for each other, so that the tree stays one.
    """
    fonds = Fonds.objects.select_for_update().get(pk=record.fonds_id)
    current, place = _as_they_are(act, record, parent, version)
    plan = plan_for_place(current, place, category)
    if problems := problems_of(act.by, plan):
        raise MoveRefused(
            "没有移动：" + "".join(zh for zh, _en in problems),
            "Not moved: " + " ".join(en for _zh, en in problems),
        )
    move = Move(
        fonds=fonds, record=current, from_parent=current.parent, to_parent=place,
        from_category=plan.from_category, to_category=plan.to_category,
        records=count_below(current.pk), by=act.by.urn, by_name=act.by.name,
        reason=act.reason, at=act.at,
    )  # fmt: skip
    _put(act, current, place)
    try:
        with transaction.atomic():
            move.save()
    except IntegrityError as problem:
        raise Conflict(
            "这个全宗刚开始了另一次整理调整，请等它完成。", "Another move has just begun: wait."
        ) from problem
    keep(move, kind="created")
    note(records=move.records, to=place.urn if place else fonds.urn, category=plan.to_category)
    _codes_follow(act, move, needed=plan.touches_codes)
    return move


def _as_they_are(
    act: Act, record: Record, parent: Record | None, version: int
) -> tuple[Record, Record | None]:
    """Both rows as they stand, locked, in the order of their keys."""
    wanted = sorted({record.pk, *([parent.pk] if parent else [])})
    rows = {row.pk: row for row in Record.objects.select_for_update().filter(pk__in=wanted)}
    if len(rows) < len(wanted) or not all(may_see(act.by, row) for row in rows.values()):
        raise NotFound("没有找到这件档案或它的新位置。", "No such record, or no such place.")
    current = rows[record.pk]
    if current.version != version:
        last = current.revisions.order_by("-number").first()
        who = f"{last.by_name}（{localtime(last.at):%Y-%m-%d %H:%M}）" if last else ""
        raise Conflict(
            f"您打开之后，这件档案已被{who}修改或移动，没有移动；请重新预览。",
            f"The record was changed by {who or 'somebody'} after you opened it: look again.",
        )
    return current, rows[parent.pk] if parent else None


def _put(act: Act, record: Record, parent: Record | None) -> None:
    """Last among its new siblings, with the move in its history."""
    before = record.parent.title if record.parent else ""
    siblings = Record.objects.filter(fonds_id=record.fonds_id, parent=parent)
    record.sequence = (siblings.aggregate(last=Max("sequence"))["last"] or 0) + 1
    record.parent = parent
    record.version += 1
    record.updated_at = act.at
    record.save(update_fields=["parent", "sequence", "version", "updated_at"])
    revision = RecordRevision.objects.create(
        record=record, number=record.version, at=act.at, by=act.by.urn, by_name=act.by.name,
        reason=act.reason, before={"parent": before},
        after={"parent": parent.title if parent else ""},
    )  # fmt: skip
    keep(record, revision)


def _codes_follow(act: Act, move: Move, *, needed: bool) -> None:
    if not needed:
        finish_move(act, move=move)
    elif move.records <= SMALL:
        for keys in pages_below(move.record_id):
            recode_batch(act, move=move, keys=keys)
        finish_move(act, move=move)
    else:
        follow_with_codes(act, move=move)


@operation(permission="records.arrange", event="rearrangement")
def follow_with_codes(act: Act, /, *, move: Move) -> Any:
    """Let the job re-issue what is left; one cut off is begun again with this."""
    return enqueue(
        RECODE,
        title=f"整理调整重编档号：{move.record}"[:200],
        arguments={"move": move.pk},
        key=f"{RECODE}-{move.pk}",
        person=act.by,
        institution=move.fonds.holder,
        subject=move.urn,
    )


@operation(permission="records.arrange", event="reference_code_change")
def recode_batch(act: Act, /, *, move: Move, keys: Sequence[int]) -> int:
    """Re-issue the codes of these records as far as their new place asks; returns how many."""
    current = Move.objects.select_for_update(of=("self",)).get(pk=move.pk)
    if current.state != Move.RUNNING:
        return 0
    fonds = current.fonds
    rows = among(Record, "id", keys).select_for_update().order_by("pk")  # type: ignore[arg-type]
    records = {row.pk: row for row in rows}
    recoder = recoder_for(fonds, rules_of(fonds), current.from_category, current.to_category)
    verdicts = {row["pk"]: verdict for row, verdict in judged(recoder, keys)}
    codes = _issued(fonds, verdicts)
    changed = []
    for key, verdict in verdicts.items():
        change = Changed(records[key], verdict.category, verdict.wanted, codes.get(key))
        if change.is_one:
            changed.append(change)
    if changed:
        write_codes(act, changed)
    current.recoded += len(codes)
    current.save(update_fields=["recoded"])
    keep(current)
    note(codes=len(codes), records=len(changed))
    return len(changed)


def _issued(fonds: Fonds, verdicts: dict[int, Verdict]) -> dict[int, ReferenceCode]:
    """A new code for each that wants one, scope by scope in the order of their names."""
    by_scope: dict[str, list[int]] = defaultdict(list)
    for key, verdict in verdicts.items():
        if verdict.wanted is not None:
            by_scope[verdict.wanted.scope].append(key)
    found: dict[int, ReferenceCode] = {}
    for scope in sorted(by_scope):
        keys = by_scope[scope]
        wanted = verdicts[keys[0]].wanted
        assert wanted is not None
        args = (numbered_by(fonds), fonds.holder_id, wanted.rule, wanted.parts)
        try:
            given = next_codes(*args, len(keys))
        except ReferenceCodeError:  # the numbers run out: as many as there are, the rest stay
            given = []
            for _ in keys:
                try:
                    given += next_codes(*args)
                except ReferenceCodeError:
                    break
        found |= dict(zip(keys, given, strict=False))
    return found


@operation(permission="records.arrange", event="rearrangement")
def finish_move(act: Act, /, *, move: Move) -> Move:
    """All codes have followed."""
    current = Move.objects.select_for_update(of=("self",)).get(pk=move.pk)
    if current.state == Move.RUNNING:
        current.state, current.finished_at = Move.DONE, act.at
        current.save(update_fields=["state", "finished_at"])
        keep(current)
    note(recoded=current.recoded)
    move.state, move.finished_at, move.recoded = current.state, current.finished_at, current.recoded
    return current
