"""Verbs of supervision: commit to a draw, draw, take in what was seen on site."""

from __future__ import annotations

import secrets
from typing import Any

from django.utils.timezone import localdate

from lantai.core.draws import NotADraw, commitment, conduct, list_digest
from lantai.foundation.desks.attachments.storing import StoredFile, attach
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.operations import open_case
from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Conflict, Refusal
from lantai.foundation.work import Act, keep, note
from lantai.governance.supervision.models import Draw, SiteCheck
from lantai.governance.supervision.queries import checklist_items, draw_document

VERDICTS = ("yes", "no", "none")


@operation(permission="supervision.draw", event="draw_commitment")
def commit_draw(act: Act, /, *, authority: Institution, title: str, lists: dict[str, Any]) -> Draw:
    """Fix the lists and the rule, choose a secret seed, and publish what binds them.

    ``lists``: {"rule": {"targets", "inspectors"}, "targets", "inspectors", "recusals", "items"}.
    """
    rule, targets = lists["rule"], lists["targets"]
    if not 1 <= int(rule["targets"]) <= len(targets):
        raise Refusal(f"名录有 {len(targets)} 个单位，抽取数须在 1 到 {len(targets)} 之间。",
                      "Draw between one body and all of them.")  # fmt: skip
    if int(rule["inspectors"]) < 2:
        raise Refusal("每个单位的检查人员不得少于两人。", "At least two inspectors to a body.")
    year = localdate(act.at).year
    Institution.objects.select_for_update().get(pk=authority.pk)
    stem = f"CQ-{authority.code}-{year}-"
    number = f"{stem}{Draw.objects.filter(number__startswith=stem).count() + 1:03d}"
    draw = Draw(number=number, title=title[:200] or number, authority=authority, lists=lists)
    draw.committed_at = act.at
    seed = secrets.token_hex(32)
    draw.list_digest = list_digest(draw_document(draw))
    draw.commitment, draw.seed = commitment(draw.list_digest, seed), seed
    everyone = {**draw_document(draw), "rule": {**rule, "targets": len(targets)}}
    try:  # each body must have enough inspectors, so that the draw itself cannot fail
        conduct(everyone, "rehearsal")
    except NotADraw as problem:
        raise Refusal(str(problem), str(problem)) from None
    draw.save()
    note(list_digest=draw.list_digest, commitment=draw.commitment)
    keep(draw, kind="created")
    return draw


@operation(permission="supervision.draw", event="draw")
def hold_draw(act: Act, /, *, draw: Draw, beacon: str = "") -> Draw:
    """Draw, tell the seed, and open an inspection for each body drawn."""
    current = Draw.objects.select_for_update().select_related("authority").get(pk=draw.pk)
    if current.drawn_at:
        raise Conflict("已经抽取过，不能重抽；重新检查请另立抽取。", "It has been drawn already.")
    current.beacon, current.drawn_at = beacon.strip()[:200], act.at
    current.result = conduct(draw_document(current), current.seed)
    current.save()
    keep(current)
    note(result=current.result)
    names = {i["id"]: i["name"] for i in current.lists["inspectors"]}
    for line in current.result:
        open_case(
            act, definition="inspection", institution=current.authority, title="",
            subject=current.urn,
            data={
                "target": line["target"], "kind": "random", "draw": current.number,
                "items": current.lists.get("items") or ["档案工作责任制"],
                "officers": [names[i] for i in line["inspectors"]],
            },
        )  # fmt: skip
    return current


@operation(permission="supervision.check", event="site_check")
def record_site_check(
    act: Act, /, *, case: Case, checklist: str, items: dict[str, dict[str, str]],
    photos: list[tuple[str, StoredFile]], offline: bool = False,
) -> SiteCheck:  # fmt: skip
    """Take in what was seen on site: a verdict for each item, notes, photographs."""
    known = {item["id"] for item in checklist_items(checklist)}
    strange = [key for key in items if key not in known]
    if strange or not items:
        raise Refusal(f"检查表里没有 {'、'.join(strange) or '任何填写'}，未收入；请用系统发出的表。",
                      "The form is not one of this checklist.")  # fmt: skip
    if any(line.get("verdict") not in VERDICTS for line in items.values()):
        raise Refusal("每项须判定符合、不符合或不适用。", "Each item is met, not met or not asked.")
    if case.state != "onsite" or case.definition != "inspection":
        raise Refusal("这件检查不在“检查中”，不能登记现场情况。", "The inspection is not on site.")
    row = SiteCheck.objects.create(
        case=case, checklist=checklist, items=items, by=act.by.urn, by_name=act.by.name,
        at=act.at, offline=offline,
    )  # fmt: skip
    keep(row, kind="created")
    for item, file in photos:
        attach(act, subject=case.urn, role=f"item.{item}"[:60], files=[file])
    note(items=len(items), unmet=sum(line["verdict"] == "no" for line in items.values()))
    return row
