"""A county with records that are due, and the steps of a review in one call each."""

from __future__ import annotations

from datetime import date
from typing import Any

from lantai.access.opening.deciding import Verdict
from lantai.access.opening.models import OpeningItem
from lantai.access.opening.operations import (
    conclude_first,
    conclude_second,
    open_content,
    opine_rest,
    plan_review,
)
from lantai.access.opening.reading import unread_of
from lantai.catalogue.records.operations import enter_records
from lantai.foundation.desks.cases.operations import move_case
from tests.people import County, make_county

LATER = date(2031, 11, 22)
OPEN = Verdict("open", opinion="无限制内容")
CONTROLLED = Verdict("controlled", "", "涉及个人信息", LATER)
DELAYED = Verdict("delayed", "G3", "涉及个人隐私", LATER)
TEXTS = (
    (
        "关于兴修清水河水利工程的批复",
        "同意在清水河上游筑坝一座，下游疏浚十八里，工期自三月起至六月止，民工三千二百人。",
    ),
    (
        "关于发放困难户救济粮的通知",
        "城关乡王桂兰，身份证号11010519491231002X，救济粮二十斤；其余各户照册发放。",
    ),
    (
        "关于给予某同志处分的决定",
        "经研究，给予处分决定如下：开除公职，留党察看一年，并通报全县各单位。",
    ),
)


def county_with_due(year: int = 1998) -> County:
    """Three records of one year that are long due, one that is not."""
    county = make_county()
    enter_records(
        county.act("archivist"),
        fonds=county.fonds,
        descriptions=[
            {"title": title, "date": f"{year}0314", "reference_code": f"J012-WS·{year}-Y-{n:04d}",
             "_creating_unit": county.unit, "_texts": [text]}
            for n, (title, text) in enumerate(TEXTS, 1)
        ]
        + [{"title": "关于新近事务的通知", "date": "20200101", "_texts": ["新近的事务。"]}],
    )  # fmt: skip
    return county


def planned(county: County, **more: Any) -> Any:
    """A plan for everything due in the fonds."""
    return plan_review(county.act("archivist"), fonds=county.fonds, years=[1998], **more)


def move(county: County, who: str, case: Any, transition: str, **data: Any) -> Any:
    """Make a transition as one of the people."""
    return move_case(county.act(who), case=case, transition=transition, data=data)


def read(county: County, who: str, item: OpeningItem) -> None:
    """Open everything of an item, as the pages do."""
    for unit in unread_of([item], county.people[who])[item.pk]:
        way = next(iter(unit.shown_as))
        open_content(county.act(who), item=item, units=[unit], shown_as=way)


def items(case: Any) -> list[OpeningItem]:
    """The items afresh."""
    return list(
        case.opening_items.select_related("record", "case__institution").order_by("position")
    )


def first(county: County, case: Any, verdicts: list[Verdict], who: str = "archivist") -> None:
    """First conclusions on all items, each opened."""
    for item, verdict in zip(items(case), verdicts, strict=True):
        read(county, who, item)
        conclude_first(county.act(who), item=item, verdict=verdict, version=item.version)


def second(county: County, case: Any, verdicts: list[Verdict], who: str = "archivist2") -> None:
    """Second conclusions on all items, each opened."""
    for item, verdict in zip(items(case), verdicts, strict=True):
        read(county, who, item)
        conclude_second(county.act(who), item=item, verdict=verdict, version=item.version)


def at_first_review(county: County) -> Any:
    """A case whose screening was skipped."""
    case = move(county, "director", planned(county), "issue")
    return move(county, "director", case, "skip_screening", reason="试点")


def at_publication(county: County, verdicts: list[Verdict]) -> Any:
    """A case that went all the way to where it may be published."""
    case = at_first_review(county)
    first(county, case, verdicts)
    case = move(county, "archivist", case, "submit_first")
    second(county, case, verdicts)
    case = move(county, "archivist2", case, "to_unit")
    opine_rest(county.act("officer"), case=case, unit=county.unit)
    case = move(county, "leader", case, "unit_answer", signatory="乙局长")
    if any(v.conclusion in ("delayed", "closed") for v in verdicts):
        case = move(county, "director", case, "approve_delay")
        return move(
            county, "supervisor", case, "authority_agree",
            decision_no="云档函〔2026〕7号", decision_date=date(2026, 11, 20),
        )  # fmt: skip
    return move(county, "director", case, "approve")
