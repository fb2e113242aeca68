"""Records in bulk 成批登记: the same rows as `enter_records` makes, without a model each."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.fields import apply_description
from lantai.catalogue.records.models import PageText, Record
from lantai.catalogue.records.operations import set_opening_due
from lantai.foundation.bulk_rows import defaults, insert_rows, next_keys
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Conflict
from lantai.foundation.work import Act, keep_images, note


class Draft:
    """A record being filled in: what is not set is the field's default, as in `Record`."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.__dict__.update(given)


@operation(permission="records.enter", event="metadata_creation")
def enter_plain_records(
    act: Act, /, *, fonds: Fonds, descriptions: Iterable[Mapping[str, Any]]
) -> int:
    """Enter catalogue-only records: elements, ``_source_id``, ``_level``, ``_record_type`` and
    ``_texts``, as `enter_records` takes them. Returns how many.
    """
    given = list(descriptions)
    common = {
        **defaults(Record),
        "holder_id": fonds.holder_id,
        "fonds_id": fonds.pk,
        "created_at": act.at,
        "updated_at": act.at,
    }
    keys = next_keys(Record, len(given)) if given else []
    rows = [_row(key, values, common) for key, values in zip(keys, given, strict=True)]
    try:
        with transaction.atomic():
            insert_rows(Record, rows)
    except IntegrityError as problem:
        raise Conflict(
            "有档号与馆内已有档案重复，整批没有登记；请核对档号后重新提交。",
            "A reference code is already in use; nothing was entered.",
        ) from problem
    at = act.at.isoformat()
    keep_images(Record, ((record_image(row, at), f"record:{row['uid']}") for row in rows))
    texts = list(_texts(keys, given))
    if texts:
        for key, text in zip(next_keys(PageText, len(texts)), texts, strict=True):
            text["id"] = key
        insert_rows(PageText, texts)
        keep_images(PageText, ((text, "") for text in texts))
    note(records=len(rows), fonds=fonds.code)
    return len(rows)


def _row(key: int, values: Mapping[str, Any], common: dict[str, Any]) -> dict[str, Any]:
    draft = Draft(common)
    draft.__dict__["id"] = key
    draft.__dict__["uid"] = uuid.uuid4()
    for name in ("source_id", "level", "record_type"):
        if value := values.get(f"_{name}"):
            draft.__dict__[name] = value
    apply_description(draft, {k: v for k, v in values.items() if k[0] != "_"})  # type: ignore[arg-type]
    set_opening_due(draft)  # type: ignore[arg-type]
    return draft.__dict__


def record_image(row: Mapping[str, Any], at: str) -> dict[str, Any]:
    """The row in plain values, as `foundation.work.row_image` writes it."""
    image = dict(row)
    image["uid"] = str(row["uid"])
    image["created_at"] = image["updated_at"] = at
    for name in ("date_earliest", "date_latest", "opening_due"):
        value: date | datetime | None = image[name]
        if value is not None:
            image[name] = value.isoformat()
    return image


def _texts(keys: list[int], given: list[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    common = defaults(PageText)
    for key, values in zip(keys, given, strict=True):
        for page, text in enumerate(values.get("_texts") or (), 1):
            yield {**common, "record_id": key, "page": page, "text": text, "source": "given"}
