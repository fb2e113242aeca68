"""Deciding 下结论: what a conclusion must hold, and that two deciders make one decision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.utils.timezone import localdate

from lantai.access.opening.due_rules import default_next_review
from lantai.access.opening.models import CLOSED, CONCLUSIONS, DELAYED, OPEN, OpeningItem
from lantai.core.terms import vocabularies
from lantai.foundation.refusal import Conflict, Refusal
from lantai.foundation.work import Act


@dataclass(frozen=True)
class Verdict:
    """A conclusion 结论: open, controlled, delayed or closed, with its ground and next review."""

    conclusion: str
    ground: str = ""
    opinion: str = ""
    next_review: date | None = None

    def with_default_date(self, day: date) -> Verdict:
        """The same, coming back after the default years where no date was given."""
        if self.conclusion == OPEN or self.next_review:
            return self
        return replace(self, next_review=default_next_review(day))


def locked_item(item: OpeningItem, version: int) -> OpeningItem:
    """The item as it stands, locked; `Conflict` when somebody decided since it was read."""
    current = (
        OpeningItem.objects.select_for_update(of=("self",))
        .select_related("record", "case__institution")
        .get(pk=item.pk)
    )
    if current.version != version:
        who = current.second_by_name or current.first_by_name or "别人"
        raise Conflict(
            f"第 {current.position} 件刚刚由{who}办理过，您的结论没有保存；请刷新后再看。",
            f"{who} has just dealt with item {current.position}; nothing was saved. Reload.",
        )
    return current


def check_verdict(item: OpeningItem, verdict: Verdict) -> None:
    """`Refusal` unless the conclusion holds what the rule asks (令19号 art. 8, 13, 17)."""
    if verdict.conclusion not in CONCLUSIONS:
        raise Refusal("请选择结论。", "Choose a conclusion.", code="missing")
    if verdict.conclusion == OPEN:
        if item.record.secrecy_level:
            raise Refusal(
                f"第 {item.position} 件标有密级，未经解密不能开放；请先由定密单位解密，或按 G1 延期。",
                "The record is classified: have it declassified first, or delay it on ground G1.",
                code="secret",
            )
        return
    if verdict.next_review is None:
        raise Refusal(
            "不开放的结论都要写明下次审核日期；请填写后再保存。",
            "Every conclusion but open needs the date of the next review.",
            code="missing",
        )
    if verdict.next_review <= localdate():
        raise Refusal("下次审核日期应在今天以后。", "The next review must be after today.",
                      code="invalid")  # fmt: skip
    if verdict.conclusion in (DELAYED, CLOSED):
        if verdict.ground not in vocabularies().get("delay_ground").codes:
            raise Refusal(
                "延期开放和不开放都要写明理由（G1 至 G4）。",
                "Delayed and closed need a ground (G1 to G4).",
                code="missing",
            )
        if not verdict.opinion.strip():
            raise Refusal("请写明延期或不开放的具体情况。", "Explain the delay.", code="missing")


def put_verdict(
    item: OpeningItem, stage: str, verdict: Verdict, act: Act, bulk: bool = False
) -> None:
    """Write a conclusion into the columns of a stage: first, second or council."""
    is_open = verdict.conclusion == OPEN
    setattr(item, f"{stage}_conclusion", verdict.conclusion)
    setattr(item, f"{stage}_ground", "" if is_open else verdict.ground)
    setattr(item, f"{stage}_opinion", verdict.opinion.strip())
    setattr(item, f"{stage}_next_review", None if is_open else verdict.next_review)
    setattr(item, f"{stage}_by_name", act.by.name)
    setattr(item, f"{stage}_at", act.at)
    if stage != "council":
        setattr(item, f"{stage}_by", act.by.urn)
        setattr(item, f"{stage}_bulk", bulk)
