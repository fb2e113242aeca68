"""Records with their files 入库登记: rows of what lies in storage, written without a model each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.fields import apply_description
from lantai.catalogue.records.models import Component, PageText, Record
from lantai.catalogue.records.operations import set_opening_due
from lantai.foundation.bulk_rows import defaults, insert_rows, next_keys, sheet_of
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Conflict
from lantai.foundation.work import Act, keep_sheet, note

Row = dict[str, Any]


class Draft:
    """A record being filled in: what is not set is the field's default, as in `Record`."""

    def __init__(self, given: Row) -> None:
        self.__dict__.update(given)


@operation(permission="records.enter", event="metadata_creation")
def enter_deposited_records(
    act: Act,
    /,
    *,
    fonds: Fonds,
    descriptions: Sequence[Mapping[str, Any]],
    columns: Mapping[str, Any],
) -> int:
    """Enter records that have files in storage; returns how many.

    Each mapping holds canonical elements, ``_uid``, ``_level``, ``_record_type``,
    ``_object_id``, ``_components`` (column mappings) and ``_pages`` ({path of a component:
    [(page, text), …]}); ``columns`` are those all records share. The page texts leave no
    image in the ledger: they lie in the objects and come back from there. A component is told
    of by its record: it has no change of its own.
    """
    common = {
        **defaults(Record),
        **columns,
        "holder_id": fonds.holder_id,
        "fonds_id": fonds.pk,
        "created_at": act.at,
        "updated_at": act.at,
    }
    keys = _keys(Record, len(descriptions))
    rows = [_record(key, values, common) for key, values in zip(keys, descriptions, strict=True)]
    try:
        with transaction.atomic():
            insert_rows(Record, rows)
    except IntegrityError as problem:
        raise Conflict(
            "有档号与馆内已有档案重复，整批没有登记；请核对档号后重新提交。",
            "A reference code is already in use; nothing was entered.",
        ) from problem
    keep_sheet(sheet_of(Record, rows), [f"record:{row['uid']}" for row in rows])
    parts = list(_components(keys, descriptions))
    if parts:
        insert_rows(Component, (part for part, _ in parts))
        keep_sheet(sheet_of(Component, [part for part, _ in parts]))
    _enter_texts(parts)
    note(records=len(rows), fonds=fonds.code)
    return len(rows)


def _keys(model: type[Any], count: int) -> list[int]:
    return next_keys(model, count) if count else []


def _record(key: int, values: Mapping[str, Any], common: Row) -> Row:
    draft = Draft(common)
    draft.__dict__["id"] = key
    for name in ("uid", "level", "record_type", "object_id"):
        draft.__dict__[name] = values[f"_{name}"]
    apply_description(draft, {k: v for k, v in values.items() if k[0] != "_"})  # type: ignore[arg-type]
    set_opening_due(draft)  # type: ignore[arg-type]
    return draft.__dict__


def _components(
    keys: Sequence[int], descriptions: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[Row, Sequence[tuple[int, str]]]]:
    """A row a file, in order, with the texts of its pages."""
    common = defaults(Component)
    own = iter(_keys(Component, sum(len(values["_components"]) for values in descriptions)))
    for record, values in zip(keys, descriptions, strict=True):
        for number, columns in enumerate(values["_components"], 1):
            row = {**common, "sequence": number, **columns, "id": next(own), "record_id": record}
            yield row, values["_pages"].get(columns["path"], ())


def _enter_texts(parts: Iterable[tuple[Row, Sequence[tuple[int, str]]]]) -> None:
    common = defaults(PageText)
    pages = [
        {**common, "record_id": part["record_id"], "component_id": part["id"],
         "page": page, "text": text}
        for part, texts in parts
        for page, text in texts
    ]  # fmt: skip
    for key, row in zip(_keys(PageText, len(pages)), pages, strict=True):
        row["id"] = key
    insert_rows(PageText, pages)
