"""A few records in every state, for tests of search."""

from __future__ import annotations

from typing import Any

from lantai.access.search.followers import bring_up_to_date
from lantai.catalogue.records.models import Record
from lantai.catalogue.records.operations import enter_records
from lantai.foundation.operation import operation
from lantai.foundation.work import Act, keep

SECRET_WORDS = "鸬鹚湾疏浚密议"


def described(number: int, title: str, **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "reference_code": f"J012-WS·1998·Y·BGS-{number:04}",
        "creator": "云溪县民政局",
        "date": "19980314",
        "year": "1998",
        "record_class": "WS",
        "retention": "Y",
        "item_no": f"{number:04}",
        "opening_mark": "控制",
        **more,
    }


@operation(permission="records.enter", event="metadata_modification")
def set_access(act: Act, /, *, fonds: Any, record: Record, **columns: Any) -> Record:
    """What the opening desk does to a record, in small."""
    for name, value in columns.items():
        setattr(record, name, value)
    record.save()
    keep(record)
    return record


def make_holdings(county: Any, follow: bool = True) -> dict[str, Record]:
    """An open record, a closed one, a secret one and one of another unit's making."""
    rows = enter_records(
        county.act("archivist"),
        fonds=county.fonds,
        descriptions=[
            described(1, "关于救灾款发放的通知", _texts=["清水河两岸受灾群众"]),
            described(2, "关于低保对象复核的请示", _texts=[f"附件：{SECRET_WORDS}"]),
            described(3, "关于边界争议的绝密报告", secrecy="机密", _texts=["暗语：白鹭渡口"]),
            described(4, "關於水利工程的批復", _creating_unit=county.other_unit),
        ],
    )
    named = dict(zip(("open", "closed", "secret", "other"), rows, strict=True))
    publish(county, named["open"])
    if follow:
        bring_up_to_date()
    return named


def publish(county: Any, record: Record) -> None:
    set_access(
        county.act("archivist"),
        fonds=county.fonds,
        record=record,
        access_status="open",
        publication="2026-1",
    )


def close(county: Any, record: Record) -> None:
    set_access(
        county.act("archivist"),
        fonds=county.fonds,
        record=record,
        access_status="closed",
        publication="",
    )
