"""Presenting 呈现: items, hits and counts as the pages and prints show them."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from lantai.access.opening.models import OpeningItem, Publication
from lantai.access.opening.queries import DuePreview, OpeningRate
from lantai.core.terms import vocabularies
from lantai.foundation.refusal import localised

TONES = {"open": "open", "controlled": "controlled", "delayed": "delayed", "closed": "closed"}
ELEMENTS = {"title", "creator", "organ", "abstract", "notes", "persons", "keywords", "secrecy"}


def words(vocabulary: str, code: str) -> str:
    """A term in the reader's language; nothing for no code."""
    return vocabularies().get(vocabulary).label(code, get_language() or "zh") if code else ""


def item_row(item: OpeningItem, opened: bool | None = None) -> dict[str, Any]:
    """One item as the review list of an archives shows it (columns of SYSTEMS D01)."""
    record, stand = item.record, item.stand
    return {
        "item": item,
        "record": record,
        "opened": opened,
        "suggestion": _badge(item.suggestion),
        "score": item.suggestion_score,
        "first": _badge(item.first_conclusion),
        "second": _badge(item.second_conclusion),
        "stand": _badge(item.final_conclusion or stand["conclusion"]),
        "ground": item.final_ground or stand["ground"],
        "unit": opinion_words(item.unit_opinion),
        "hits": len(item.hits),
    }


def outside_row(item: OpeningItem) -> dict[str, Any]:
    """One item as people outside the archives see it: no reviewer, opinion, hit or suggestion."""
    stand = item.stand
    conclusion = item.final_conclusion or stand["conclusion"]
    return {
        "item": item,
        "record": item.record,
        "stand": _badge(conclusion),
        "ground": words("delay_ground", stand["ground"]),
        "next_review": stand["next_review"],
        "unit": opinion_words(item.unit_opinion),
    }


def opinion_words(code: str) -> str:
    """The unit's opinion in words."""
    known = {"agree": _("同意"), "disagree": _("不同意"), "silent": _("逾期未答复")}
    return known.get(code, "")


def hit_rows(item: OpeningItem) -> list[dict[str, Any]]:
    """The hits as findings: code, what, where, the words."""
    rows = []
    for hit in item.hits:
        place = element_words(hit["path"]) if hit["path"] in ELEMENTS else hit["path"]
        if hit.get("page"):
            place = _("{path} 第 {page} 页").format(
                path="" if place == "text" else place, page=hit["page"]
            )
        rows.append(
            {
                "code": hit["rule"],
                "severity": "pass" if hit["target"] == "open" else
                "error" if hit["target"] == "delayed" else "warning",
                "label": localised(hit["label_zh"], hit["label_en"]),
                "text": hit["text"],
                "place": place.strip(),
                "confidence": round(hit["confidence"] * 100),
            }
        )  # fmt: skip
    return rows


def element_words(name: str) -> str:
    """The name of a description element."""
    known = {
        "title": _("题名"), "creator": _("责任者"), "organ": _("机构或问题"), "secrecy": _("密级"),
        "abstract": _("提要"), "notes": _("附注"), "persons": _("人名"), "keywords": _("主题词"),
    }  # fmt: skip
    return known.get(name, name)


def spans_of(item: OpeningItem, path: str, page: int = 0) -> list[tuple[int, int]]:
    """Places of hits in one text, for highlighting."""
    return [(h["start"], h["end"]) for h in item.hits if h["path"] == path and h["page"] == page]


def item_facts(item: OpeningItem) -> list[dict[str, Any]]:
    """The record's description beside its content."""
    record = item.record
    return [
        {"label": _("档号"), "value": record.reference_code},
        {"label": _("责任者"), "value": record.creator},
        {"label": _("文号"), "value": record.doc_no},
        {"label": _("日期"), "value": record.date},
        {"label": _("全宗"), "value": str(record.fonds)},
        {"label": _("页数"), "value": str(record.pages or "")},
        {"label": _("密级"), "value": record.secrecy},
    ]


def opinions(item: OpeningItem) -> list[dict[str, str]]:
    """What was concluded at each stage, for the inside."""
    found = []
    for stage, label in (("first", _("初审")), ("second", _("复审")), ("council", _("会商"))):
        conclusion = getattr(item, f"{stage}_conclusion")
        if not conclusion:
            continue
        at = getattr(item, f"{stage}_at")
        parts = [getattr(item, f"{stage}_ground"), getattr(item, f"{stage}_opinion")]
        date = getattr(item, f"{stage}_next_review")
        if date:
            parts.append(_("下次审核 {date}").format(date=date))
        if getattr(item, f"{stage}_bulk", False):
            parts.append(_("批量采用"))
        found.append(
            {
                "at": f"{localtime(at):%Y-%m-%d}" if at else "",
                "label": f"{label}：{words('access_status', conclusion)}",
                "detail": "；".join(p for p in parts if p),
                "by": getattr(item, f"{stage}_by_name"),
                "state": "done",
            }
        )
    if item.returned_reason:
        found.append({"at": "", "label": _("退回初审"), "detail": item.returned_reason, "by": "",
                      "tone": "danger", "state": "done"})  # fmt: skip
    if item.unit_opinion:
        found.append(
            {"at": f"{localtime(item.unit_at):%Y-%m-%d}" if item.unit_at else "", "state": "done",
             "label": _("形成单位：{opinion}").format(opinion=opinion_words(item.unit_opinion)),
             "detail": item.unit_note, "by": item.unit_by_name}
        )  # fmt: skip
    return found


def due_chart(preview: DuePreview) -> dict[str, Any]:
    """Due records by year of making, stacked by fonds: an option for the chart component."""
    years = sorted({row.year for row in preview.rows if row.due or row.again})
    names = {row.code: row.name for row in preview.rows}
    series = []
    for code, name in names.items():
        counts = {r.year: r.due + r.again for r in preview.rows if r.code == code}
        if any(counts.values()):
            series.append({"type": "bar", "stack": "due", "name": f"{code} {name}",
                           "data": [counts.get(year, 0) for year in years]})  # fmt: skip
    return {
        "tooltip": {"trigger": "axis"},
        "legend": {"type": "scroll", "top": 0},
        "grid": {"left": 48, "right": 16, "top": 48, "bottom": 32},
        "xAxis": {"type": "category", "data": [str(y or _("不详")) for y in years]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": series,
    }


def rate_chart(rates: list[OpeningRate]) -> dict[str, Any]:
    """Opening rate of each fonds as bars."""
    shown = [rate for rate in rates if rate.total]
    return {
        "tooltip": {"trigger": "axis"},
        "grid": {"left": 48, "right": 16, "top": 40, "bottom": 72},
        "xAxis": {"type": "category", "data": [r.name for r in shown],
                  "axisLabel": {"rotate": 30, "interval": 0}},
        "yAxis": {"type": "value", "max": 100, "name": "%"},
        "series": [{"type": "bar", "name": _("开放率"), "data": [r.rate for r in shown]}],
    }  # fmt: skip


def batch_row(batch: Publication) -> dict[str, Any]:
    """A publication as a line of a list."""
    count = ngettext("{n} 件", "{n} 件", batch.items).format(n=batch.items)
    return {"batch": batch, "count": count}


def _badge(conclusion: str) -> dict[str, str] | None:
    if not conclusion:
        return None
    return {"tone": TONES.get(conclusion, ""), "label": words("access_status", conclusion)}
