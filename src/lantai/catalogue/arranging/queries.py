"""Questions about moving: where a branch may go, what comes of it, how far a move is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from lantai.catalogue.arranging.models import Move
from lantai.catalogue.arranging.recoding import (
    COLUMNS,
    Recoder,
    Rules,
    Verdict,
    key_of,
    numbered_by,
    rules_of,
)
from lantai.catalogue.arranging.subtree import count_below, is_within, keys_below, pages_below
from lantai.catalogue.codes.models import CodeCounter, FormerCode
from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.models import Record
from lantai.catalogue.records.queries import records_for
from lantai.foundation.bulk_rows import among
from lantai.foundation.refusal import NotFound
from lantai.governance.access_rules.visibility import visible

RANK = {Record.CLASS: 0, Record.FILE: 1, Record.ITEM: 2}
JUDGED = 5_000  # records whose codes a preview looks at one by one
PLACES = 30  # places offered at once
Words = tuple[str, str]


@dataclass
class Plan:
    """What a move would do; ``problems`` (zh, en) forbid it."""

    record: Record
    parent: Record | None
    from_category: str
    to_category: str
    count: int = 0
    rules: Rules | None = None
    reissued: int = 0
    stays: Counter[str] = field(default_factory=Counter)  # by the reason
    scopes: list[tuple[str, int, int]] = field(
        default_factory=list
    )  # scope, first number, how many
    looked_at: int = 0
    problems: list[Words] = field(default_factory=list)

    @property
    def is_sample(self) -> bool:
        """Only the first records were judged."""
        return self.looked_at < self.count and self.touches_codes

    @property
    def touches_codes(self) -> bool:
        """Does the class change, or the file that the codes count in?"""
        files = [p for p in (self.record.parent, self.parent) if p and p.level == Record.FILE]
        return self.from_category != self.to_category or bool(files)


def plan_of(actor: Any, record: Record, parent: Record | None, category: str = "") -> Plan:
    """Look at a move before it is made; nothing is written or locked."""
    plan = plan_for_place(record, parent, category)
    plan.problems = problems_of(actor, plan)
    plan.count = count_below(record.pk)
    if plan.problems or not plan.touches_codes:
        return plan
    fonds = record.fonds
    plan.rules = rules_of(fonds)
    recoder = recoder_for(fonds, plan.rules, plan.from_category, plan.to_category)
    moved_to = None if parent is None else row_of(parent)
    scopes: Counter[str] = Counter()
    for _row, verdict in _judged(recoder, record.pk, moved_to):
        plan.looked_at += 1
        if verdict.wanted is None:
            plan.stays[verdict.why] += 1
        else:
            plan.reissued += 1
            scopes[verdict.wanted.scope] += 1
    plan.scopes = _first_numbers(fonds, scopes)
    return plan


def plan_for_place(record: Record, parent: Record | None, category: str) -> Plan:
    """Where it stands and where it would stand; a parent's category is its children's."""
    now = key_of(record.record_class, record.description)
    above = key_of(parent.record_class, parent.description) if parent else ""
    return Plan(record, parent, now, above or category or now)


def problems_of(actor: Any, plan: Plan) -> list[Words]:
    """Why this cannot be done, each in words; none when it can."""
    record, parent = plan.record, plan.parent
    found: list[Words] = []
    if parent is not None:
        found += _misplaced(record, parent)
    same_class = plan.from_category == plan.to_category
    if same_class and record.parent_id == (parent.pk if parent else None):
        found.append(("它已经在那里了，请另选位置。", "It stands there already: choose another."))
    known = rules_of(record.fonds).by_key if plan.to_category != plan.from_category else {}
    if known and plan.to_category not in known and plan.to_category.partition("·")[0] not in known:
        found.append((
            f"全宗的分类方案里没有门类 {plan.to_category}。",
            f"The fonds' scheme has no category {plan.to_category}.",
        ))  # fmt: skip
    if running := Move.objects.filter(fonds=record.fonds_id, state=Move.RUNNING).first():
        found.append((
            f"这个全宗正在进行另一次整理调整（{running.record}），请等它完成。",
            f"Another move is under way in this fonds ({running.record}): wait for it.",
        ))  # fmt: skip
    if not found and hidden_below(actor, record.pk):
        found.append((
            "其中有您无权查看的档案，不能由您移动；请由有相应密级的馆员办理。",
            "It holds records you may not see: someone cleared for them must move it.",
        ))  # fmt: skip
    return found


def _misplaced(record: Record, parent: Record) -> Iterator[Words]:
    if parent.fonds_id != record.fonds_id:
        yield (
            "只能在同一全宗内移动；改属其他全宗须办理全宗调整。",
            "A branch moves within its fonds only.",
        )
    elif is_within(parent.pk, record.pk):
        yield (
            f"“{parent}”就在要移动的部分里面，不能移到自己下面。",
            f"“{parent}” is inside the branch itself.",
        )
    higher = RANK[parent.level] < RANK[record.level]
    if not higher and {parent.level, record.level} != {Record.CLASS}:
        yield (
            "类别下可放类别、案卷、件，案卷下放件，件下不能再放。",
            "A class holds classes, files and items; a file holds items; an item holds none.",
        )


def hidden_below(actor: Any, top: int) -> bool:
    """Is anything in the branch that the viewer may not see?"""
    keys = keys_below(top)
    return among(Record, "id", keys).filter(visible(actor)).count() < len(keys)  # type: ignore[arg-type]


def recoder_for(fonds: Fonds, rules: Rules, from_key: str, to_key: str) -> Recoder:
    """The judge of one move's codes."""
    return Recoder(fonds.code, rules, from_key, to_key)


def row_of(record: Record) -> dict[str, Any]:
    """A record's columns as they are judged."""
    return {name: getattr(record, name) for name in COLUMNS}


def rows_by_key(keys: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Those columns of many records."""
    rows = among(Record, "id", keys).order_by().values(*COLUMNS)  # type: ignore[arg-type]
    return {row["pk"]: row for row in rows}


def judged(recoder: Recoder, keys: Sequence[int]) -> list[tuple[dict[str, Any], Verdict]]:
    """The verdict on each of a page of records, in their order."""
    rows = rows_by_key(keys)
    return _with_parents(recoder, [rows[key] for key in keys if key in rows], rows)


def _with_parents(
    recoder: Recoder, rows: Sequence[dict[str, Any]], known: Mapping[int, dict[str, Any]]
) -> list[tuple[dict[str, Any], Verdict]]:
    wanted = {row["parent_id"] for row in rows} - set(known) - {None}
    parents = {**known, **rows_by_key(sorted(wanted))}
    return [(row, recoder.judge(row, parents.get(row["parent_id"]))) for row in rows]


def _judged(
    recoder: Recoder, top: int, moved_to: dict[str, Any] | None
) -> Iterator[tuple[dict[str, Any], Verdict]]:
    """The first records of a branch as if its top stood in the new place."""
    seen = 0
    for keys in pages_below(top):
        rows = rows_by_key(keys)
        for row, verdict in judged(recoder, keys):
            if row["pk"] == top:
                yield row, recoder.judge(rows[top], moved_to)
            else:
                yield row, verdict
            seen += 1
            if seen >= JUDGED:
                return


def _first_numbers(fonds: Fonds, scopes: Counter[str]) -> list[tuple[str, int, int]]:
    counters = CodeCounter.objects.filter(unit=numbered_by(fonds), scope__in=list(scopes)[:200])
    last = dict(counters.values_list("scope", "last"))
    return [(scope, last.get(scope, 0) + 1, count) for scope, count in scopes.most_common(20)]


def places_for(actor: Any, record: Record, text: str = "") -> QuerySet[Record]:
    """Classes and files of the fonds that could hold it, by words of the title or the code."""
    rows = records_for(actor).filter(fonds=record.fonds_id).exclude(pk=record.pk)
    levels = [Record.CLASS] if record.level != Record.ITEM else [Record.CLASS, Record.FILE]
    rows = rows.filter(level__in=levels)
    if text:
        rows = rows.filter(Q(title__contains=text) | Q(reference_code__startswith=text))
    return rows.order_by("level", "reference_code", "pk")[:PLACES]


def move_for(actor: Any, key: int) -> Move:
    """One move the viewer may see, by its record; else `NotFound`."""
    row = moves_for(actor).filter(pk=key).first()
    if row is None:
        raise NotFound("没有这次整理调整。", "There is no such move.")
    return row


def moves_for(actor: Any) -> QuerySet[Move]:
    """Moves of records that the viewer may see, the newest first."""
    rows = Move.objects.filter(visible(actor, "record"))
    return rows.select_related(
        "record", "fonds__holder", "fonds__creator", "from_parent", "to_parent"
    ).order_by("-pk")


def former_codes(record: Record) -> list[str]:
    """The codes it had, the earliest first."""
    return list(record.former_codes.order_by("pk").values_list("code", flat=True))


def codes_had(keys: Sequence[int]) -> dict[int, list[str]]:
    """The same of many records by key, in one question."""
    found: dict[int, list[str]] = {}
    rows = among(FormerCode, "record_id", keys)  # type: ignore[arg-type]
    for record, code in rows.order_by("pk").values_list("record_id", "code"):
        found.setdefault(record, []).append(code)
    return found
