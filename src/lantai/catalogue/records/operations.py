"""Verbs on records: enter, describe. Rows that others' operations make pass through here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localtime

from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.fields import apply_description, description_of
from lantai.catalogue.records.models import Component, PageText, Record, RecordRevision
from lantai.core.description.record_type import record_types
from lantai.core.description.validation import type_reached, validate_description
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Conflict, NotFound, Refusal
from lantai.foundation.work import Act, keep, keep_all, note
from lantai.governance.access_rules.visibility import may_see

YEARS_UNTIL_OPENING = 25  # 档案法 art. 27 [V]; economy, education … may be earlier


class DescriptionRefused(Refusal):
    """著录不合要求: the problems are listed."""

    code = "description-refused"


@operation(permission="records.enter", event="metadata_creation")
def enter_records(
    act: Act, /, *, fonds: Fonds, descriptions: Iterable[Mapping[str, Any]]
) -> list[Record]:
    """Enter many records at once; each mapping holds canonical elements and ``_`` fields.

    Underscore keys are columns that are no description: ``_level``, ``_record_type``,
    ``_parent``, ``_creating_unit``, ``_source_id``, ``_accession``, ``_deposit``,
    ``_object_id``, ``_uid``, ``_texts`` (list of page texts), ``_components`` (list of
    column mappings).
    """
    rows, texts, components = [], [], []
    for values in descriptions:
        record = Record(holder=fonds.holder, fonds=fonds, created_at=act.at, updated_at=act.at)
        for key in ("uid", "level", "record_type", "parent", "creating_unit", "source_id",
                    "accession", "deposit", "object_id", "sequence"):  # fmt: skip
            if values.get(f"_{key}") not in (None, ""):
                setattr(record, key, values[f"_{key}"])
        apply_description(record, {k: v for k, v in values.items() if not k.startswith("_")})
        set_opening_due(record)
        rows.append(record)
        texts.append(values.get("_texts") or [])
        components.append(values.get("_components") or [])
    try:
        with transaction.atomic():
            Record.objects.bulk_create(rows, batch_size=500)
    except IntegrityError as problem:
        raise Conflict(
            f"有档号与馆内已有档案重复，整批没有登记；请核对档号后重新提交。（{_taken(rows)}）",
            f"A reference code is already in use; nothing was entered ({_taken(rows)}).",
        ) from problem
    keep_all(rows, kind="created")
    pages = [
        PageText(record=row, page=n, text=text, source="given")
        for row, given in zip(rows, texts, strict=True)
        for n, text in enumerate(given, 1)
    ]
    parts = [
        Component(record=row, sequence=n, **{"role": Component.ORIGINAL, **columns})
        for row, given in zip(rows, components, strict=True)
        for n, columns in enumerate(given, 1)
    ]
    keep_all(PageText.objects.bulk_create(pages, batch_size=500))
    keep_all(Component.objects.bulk_create(parts, batch_size=500))
    note(records=len(rows), fonds=fonds.code)
    return rows


@operation(permission="records.describe", event="metadata_modification")
def describe_record(
    act: Act, /, *, record: Record, values: Mapping[str, str], version: int
) -> Record:
    """Change a description; the old values stay in the history. ``version`` is the one read."""
    current = Record.objects.select_for_update().get(pk=record.pk)
    if not may_see(act.by, current):  # whoever calls: what one may not read one may not change
        raise NotFound(
            "没有找到这件档案，不能修改它的著录。请回到目录重新检索。",
            "No such record. Go back to the catalogue and search again.",
        )
    if current.version != version:
        last = current.revisions.order_by("-number").first()
        who = f"{last.by_name}（{localtime(last.at):%Y-%m-%d %H:%M}）" if last else ""
        raise Conflict(
            f"您打开之后，这件档案已被{who}修改。您的修改没有保存，请与现在的著录比较后再保存。",
            f"The record was changed by {who or 'somebody'} after you opened it. Yours was not saved: compare it with what stands there now, then save.",
        )
    before = description_of(current)
    merged = {**before, **{k: str(v).strip() for k, v in values.items()}}
    problems = validate_description(record_types().get(current.record_type), merged)
    if problems:
        raise DescriptionRefused(
            "著录没有保存：" + "；".join(p.message_zh for p in problems),
            "Not saved: " + "; ".join(p.message_en for p in problems),
        )
    changed = {k: v for k, v in merged.items() if before.get(k, "") != v}
    if not changed:
        return current
    apply_description(current, merged)
    current.record_type = type_reached(current.record_type, merged)
    set_opening_due(current)
    current.version += 1
    current.updated_at = act.at
    try:
        with transaction.atomic():
            current.save()
    except IntegrityError as problem:
        raise Conflict(
            f"档号 {current.reference_code} 已被馆内另一件档案使用，没有保存。",
            f"Reference code {current.reference_code} is in use by another record.",
        ) from problem
    revision = RecordRevision.objects.create(
        record=current,
        number=current.version,
        at=act.at,
        by=act.by.urn,
        by_name=act.by.name,
        reason=act.reason,
        before={k: before.get(k, "") for k in changed},
        after=changed,
    )
    keep(current, revision)
    note(changed=sorted(changed))
    return current


def set_opening_due(record: Record) -> None:
    """Reckon when the record falls due for opening."""
    record.opening_due = opening_due(record.year, record.date_latest)


def opening_due(year: int | None, latest: date | None) -> date | None:
    """When a record falls due for opening (T01): 25 years from its making.

    With only a year known the last of December counts; 29 February falls to the 28th
    (STANDARDS 0.1).
    """
    base = latest or (date(year, 12, 31) if year else None)
    if base is None:
        return None
    due = base.year + YEARS_UNTIL_OPENING
    if due > date.max.year:
        return None
    try:
        return base.replace(year=due)
    except ValueError:
        return date(due, 2, 28)


def _taken(rows: list[Record]) -> str:
    codes = [r.reference_code for r in rows if r.reference_code]
    inside = {c for c in codes if codes.count(c) > 1} if len(codes) < 2_000 else set()
    holder = rows[0].holder if rows else None
    known = Record.objects.filter(holder=holder, reference_code__in=codes[:5_000])
    found = sorted(inside | set(known.values_list("reference_code", flat=True)[:5]))
    return "、".join(found[:5])
