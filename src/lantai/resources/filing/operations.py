"""Verbs of filing: draft, add files, describe, class, file (which gives the 档号), discard."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from lantai.core.description.validation import with_defaults
from lantai.foundation.institutions.models import Institution
from lantai.foundation.jobs.queue import enqueue
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Conflict, Refusal
from lantai.foundation.work import Act, keep, keep_gone, note
from lantai.governance.schedules.models import SchedulePlan
from lantai.governance.schedules.queries import require_plan_in_force, schedule_of
from lantai.resources.filing.codes import NotReady, issue_code, scope_of
from lantai.resources.filing.models import FilingFile, FilingItem
from lantai.resources.filing.queries import (
    ACTS,
    ISSUED,
    acts_missing,
    advice_for,
    may_be_changed,
    month_is_closed,
    problems_of,
    process_of,
    type_of,
    type_of_class,
)
from lantai.resources.filing.staging import StagedFile

FILES_AN_ITEM = 2_000  # one document with its annexes; more is a folder that wants arranging


@operation(permission="filing.edit", event="filing_draft")
def draft_item(
    act: Act,
    /,
    *,
    unit: Institution,
    files: Sequence[StagedFile] = (),
    values: Mapping[str, str] | None = None,
    uid: uuid.UUID | None = None,
    record_type: str = "document",
) -> FilingItem:
    """Begin a document at a unit with staged files; a job reads them and suggests."""
    item = FilingItem(
        unit=unit, uid=uid or uuid.uuid4(), record_type=record_type,
        created_at=act.at, updated_at=act.at,
    )  # fmt: skip
    _take_values(item, values or {})
    item.save()
    keep(item, kind="created")
    _add_files(item, files)
    _look(act, item)
    return item


@operation(permission="filing.edit", event="filing_draft")
def add_files(act: Act, /, *, item: FilingItem, files: Sequence[StagedFile]) -> FilingItem:
    """Put further staged files to an item."""
    item = _changeable(item)
    _add_files(item, files)
    _touch(act, item)
    _look(act, item)
    return item


@operation(permission="filing.edit", event="filing_draft")
def remove_file(act: Act, /, *, item: FilingItem, file: FilingFile) -> FilingItem:
    """Take a file out of an item; the bytes stay in the item's folder until it is discarded."""
    item = _changeable(item)
    row = item.files.filter(pk=file.pk).first()
    if row is None:
        raise Conflict("这个文件已经不在这件里。", "The file is no longer in this item.")
    if item.state != FilingItem.DRAFT and item.files.count() == 1:
        raise Refusal("已归档的文件至少要有一个电子文件。", "A filed document keeps one file.")
    key = row.pk
    row.delete()
    keep_gone(row, key)
    _touch(act, item)
    return item


@operation(permission="filing.edit", event="filing_description")
def describe_item(
    act: Act,
    /,
    *,
    item: FilingItem,
    values: Mapping[str, str],
    version: int,
    clause_no: str = "",
    process: Mapping[str, Mapping[str, str]] | None = None,
) -> FilingItem:
    """Save the description, and the clause the officer confirms. A draft may be incomplete.

    ``process``: act (起草, 签发) → agent and time (ISO 8601 day or moment).
    """
    item = _changeable(item)
    if item.version != version:
        raise Conflict(
            "您打开之后这份文件已被修改，没有保存；请刷新后再改。",
            "The item was changed after you opened it; reload and edit again.",
        )
    if clause_no:
        _confirm_clause(act, item, clause_no, by_person=True)
    given = {k: str(v).strip() for k, v in values.items() if k not in ISSUED}
    _take_values(item, item.values | given)
    if process is not None:
        _take_process(item, process)
    if item.state != FilingItem.DRAFT:
        _refuse_problems(item)
    _touch(act, item)
    return item


def _take_process(item: FilingItem, process: Mapping[str, Mapping[str, str]]) -> None:
    kept = {}
    for name in ACTS:
        told = process.get(name, {})
        agent, time = told.get("agent", "").strip()[:100], told.get("time", "").strip()
        if time:
            try:
                datetime.fromisoformat(time)
            except ValueError:
                raise Refusal(
                    f"“{name}”的时间“{time[:40]}”看不懂，请写成 2025-03-12。",
                    f"The time of {name} is not understood: write it as 2025-03-12.",
                ) from None
        if agent or time:
            kept[name] = {"agent": agent, "time": time}
    item.process = kept


@operation(permission="filing.edit", event="filing_description")
def accept_advice(act: Act, /, *, item: FilingItem) -> FilingItem:
    """Confirm what the files and the schedule suggest; an unsure suggestion is refused."""
    item = _changeable(item)
    _take_values(item, item.hints | {k: v for k, v in item.values.items() if v})
    _take_process(item, process_of(item))
    if not item.clause_no:
        found = advice_for(item, localdate(act.at)).suggestions
        if not found or found[0].confidence < UNSURE:
            raise NotReady(
                f"“{item}”没有把握足够的归档建议，请打开后由人选定条款。",
                f"No sure suggestion for “{item}”: open it and choose the clause.",
            )
        _confirm_clause(act, item, found[0].clause_no, by_person=True)
    _touch(act, item)
    return item


UNSURE = 0.4  # as core.schedules.filing: below this a person chooses


def _confirm_clause(act: Act, item: FilingItem, clause_no: str, *, by_person: bool) -> None:
    """Set class, retention and office by a clause of the schedule in force."""
    plan = require_plan_in_force(item.unit, localdate(act.at))
    schedule = schedule_of(plan)
    clause = next((c for c in schedule.leaves if c.no == clause_no), None)
    if clause is None:
        raise Refusal(
            f"现行三合一制度（{plan.version}）没有可归档的条款 {clause_no}；请重新选择。",
            f"The schedule in force has no clause {clause_no} to file under.",
        )
    if item.clause_no == clause_no and item.plan_id == plan.pk:
        return
    proposed = advice_for(item, localdate(act.at)).suggestions
    version = f"{plan.unit.code}@{plan.version}"
    is_proposed = any(s.clause_no == clause_no for s in proposed)
    item.plan, item.clause_no, item.clause_version = plan, clause_no, version
    item.proposed_by = f"system:{version}" if is_proposed else act.by.urn
    item.confirmed_by = act.by.urn if by_person else ""
    item.confirmed_at = act.at if by_person else None
    item.record_type = type_of_class(clause.category)
    code, _, kind = clause.category.partition("·")
    chosen = {"record_class": code, "retention": clause.retention, "organ": clause.organ}
    if kind and "class2" in type_of(item).by_name:
        chosen["class2"] = kind
    for name, element in (("disclosure", clause.disclosure),):
        if element and not item.values.get(name):
            chosen[name] = element
    _take_values(item, item.values | {k: v for k, v in chosen.items() if v})


@operation(permission="filing.register", event="filing")
def file_item(act: Act, /, *, item: FilingItem) -> FilingItem:
    """归档登记: check that all is there, give the next 档号 of its scope, and file it."""
    item = FilingItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if item.state != FilingItem.DRAFT:
        raise Conflict(f"“{item}”已经归档登记过。", f"“{item}” is filed already.")
    plan = require_plan_in_force(item.unit, localdate(act.at))
    if not item.clause_no or not item.confirmed_by:
        raise NotReady(
            f"“{item}”还没有确认归档条款；请选定后再归档登记。",
            f"“{item}” has no confirmed clause: choose one first.",
        )
    if item.plan_id != plan.pk:
        raise NotReady(
            f"“{item}”按旧版三合一制度选的条款，现行版本为 {plan.version}；请重新确认条款。",
            "The clause was chosen by an earlier schedule; confirm it by the one in force.",
        )
    if not item.files.exists():
        raise NotReady(f"“{item}”没有电子文件，请先上传。", f"“{item}” has no file.")
    if item.looked_at is None:
        raise NotReady(
            f"“{item}”的文件还没有读完（格式、摘要），请稍候再归档登记。",
            f"The files of “{item}” are still being read; try again in a moment.",
        )
    schedule = schedule_of(plan)
    fonds = item.unit.fonds_code or schedule.fonds
    item.values = with_defaults(type_of(item), item.values | {"fonds": fonds})
    _refuse_problems(item)
    issue_code(item, schedule)
    _refuse_problems(item)
    item.state, item.filed_at, item.filed_by = FilingItem.FILED, act.at, act.by.urn
    _touch(act, item)
    note(reference_code=item.reference_code, clause=item.clause_no, schedule=item.clause_version)
    return item


@operation(permission="filing.register", event="filing")
def file_items(act: Act, /, *, unit: Institution, items: Iterable[FilingItem]) -> list[FilingItem]:
    """File several together, in their order: all of them or none."""
    rows = sorted(items, key=lambda item: item.pk)
    strange = [item for item in rows if item.unit_id != unit.pk]
    if strange or not rows:
        raise Refusal("请选择本单位的待归档文件。", "Choose documents of this unit.")
    # scope by scope: two who file several must not hold what the other waits for
    schedule = schedule_of(require_plan_in_force(unit, localdate(act.at)))
    filed = {
        item.pk: file_item(act, item=item)
        for item in sorted(rows, key=lambda item: (scope_of(item, schedule), item.pk))
    }
    return [filed[item.pk] for item in rows]


@operation(permission="filing.edit", event="filing_discard")
def discard_item(act: Act, /, *, item: FilingItem) -> None:
    """Drop a draft; a filed document keeps its 档号 for ever and can not be dropped here."""
    item = FilingItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if item.state != FilingItem.DRAFT:
        raise Refusal(
            "已归档登记的文件不能删除；确需处置请走鉴定销毁。",
            "A filed document is not deleted here: it goes through appraisal and disposal.",
        )
    for row in item.files.order_by("pk"):
        keep_gone(row, row.pk)
    note(title=item.title, files=item.files.count())
    enqueue(
        "filing.sweep", title=f"清理草稿文件：{item}"[:200],
        arguments={"folder": f"{item.unit.code}/{item.uid}"}, priority=8,
    )  # fmt: skip
    key = item.pk
    item.delete()
    keep_gone(item, key)


@operation(permission="filing.edit", event="format_identification")
def record_look(
    act: Act,
    /,
    *,
    item: FilingItem,
    found: Mapping[int, Mapping[str, Any]],
    hints: Mapping[str, str],
) -> FilingItem:
    """What the job read from the files: digests and format by file, hints for the description."""
    item = FilingItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    for row in item.files.order_by("pk"):
        for name, value in found.get(row.pk, {}).items():
            setattr(row, name, value)
        row.save()
        keep(row)
    item.hints = dict(hints)
    if not item.files.filter(sha512="").exists():
        item.looked_at = act.at
    if item.state == FilingItem.DRAFT and not item.values.get("title"):
        item.title = hints.get("title", "")
    item.save(update_fields=["hints", "looked_at", "title"])
    keep(item)
    note(files=len(found))
    return item


def _take_values(item: FilingItem, values: Mapping[str, str]) -> None:
    known = type_of(item).by_name
    kept = {k: v for k, v in values.items() if k in known and str(v).strip()}
    item.values = kept
    item.title = kept.get("title", "") or item.title
    item.doc_no = kept.get("doc_no", "")[:200]
    item.record_class = kept.get("record_class", "")[:10]
    item.retention = kept.get("retention", "")[:10]
    year = kept.get("year", "") or kept.get("date", "")[:4]
    item.year = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None
    if item.year and "year" in known:
        item.values.setdefault("year", str(item.year))
    _refuse_closed(item)


def _refuse_closed(item: FilingItem) -> None:
    if month_is_closed(item):
        raise Conflict(
            f"“{item}”所属会计月份已月结，不能更改；确需更改请先反结账。",
            f"The month of “{item}” is closed: it must be opened again first.",
        )


def _refuse_problems(item: FilingItem) -> None:
    problems = problems_of(item)
    if problems:
        raise NotReady(
            f"“{item}”著录还不完整：" + "；".join(p.message_zh for p in problems[:5]),
            f"The description of “{item}” is not complete: "
            + "; ".join(p.message_en for p in problems[:5]),
        )
    if type_of(item).element("secrecy") is not None and not item.values.get("secrecy"):
        raise NotReady(
            f"“{item}”没有密级，请选定（无密级标志的选“公开”或“内部”）。",
            f"“{item}” has no secrecy level: choose one (公开 or 内部 when it bears no mark).",
        )
    if missing := acts_missing(item):
        raise NotReady(
            f"“{item}”没有{'、'.join(missing)}的办理人和时间，请在“办理过程”补上。",
            f"Who did {', '.join(missing)} of “{item}”, and when, is not told yet.",
        )


def _add_files(item: FilingItem, files: Sequence[StagedFile]) -> None:
    if not files:
        return
    if item.files.count() + len(files) > FILES_AN_ITEM:
        raise Refusal(
            f"一件最多 {FILES_AN_ITEM} 个文件；请分成几件。", "Too many files for one document."
        )
    last = item.files.order_by("-sequence").values_list("sequence", flat=True).first() or 0
    rows = [
        FilingFile(item=item, sequence=last + n, name=f.name[-500:], stored=f.stored, size=f.size)
        for n, f in enumerate(files, 1)
    ]
    for row in FilingFile.objects.bulk_create(rows):
        keep(row, kind="created")
    item.looked_at = None


def _look(act: Act, item: FilingItem) -> None:
    if not item.files.exists():
        return
    FilingItem.objects.filter(pk=item.pk).update(looked_at=None)
    enqueue(
        "filing.look",
        title=f"识别文件：{item.files.order_by('sequence').first().name}"[:200],
        arguments={"item": str(item.uid)},
        key=f"filing.look:{item.uid}:{item.files.count()}:{item.version}",
        person=act.by,
        institution=item.unit,
        subject=item.urn,
        priority=4,
    )


def _changeable(item: FilingItem) -> FilingItem:
    row = FilingItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if not may_be_changed(row):
        raise Conflict(
            f"“{row}”正在移交或已经移交，不能修改。", f"“{row}” is under way or handed over."
        )
    _refuse_closed(row)
    return row


def _touch(act: Act, item: FilingItem) -> None:
    item.version += 1
    item.updated_at = act.at
    item.save()
    keep(item)


__all__ = [
    "NotReady", "SchedulePlan", "accept_advice", "add_files", "describe_item", "discard_item",
    "draft_item", "file_item", "file_items", "record_look", "remove_file",
]  # fmt: skip
