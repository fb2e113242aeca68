"""Authority 谁可办理: who may open a case and who may make a step, with the reason either way."""

from __future__ import annotations

from typing import Any

from lantai.core.desks.cases import CaseDefinition, Transition
from lantai.foundation.desks.cases.definitions import CaseKind
from lantai.foundation.desks.cases.facts import places_of, policy_targets
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import Decision, Operator, decide, institutions_of, roles, standings
from lantai.foundation.refusal import localised

RECUSED, DELEGATED = "desk.recuse", "desk.delegate"


def may_open(actor: Any, rules: CaseDefinition, institution: Institution) -> Decision:
    """May the actor open a case of this definition for this institution?"""
    name = f"open {rules.id}"
    if rules.extra.get("open_permission"):
        return decide(actor, rules.extra["open_permission"], institution=institution)
    wanted = rules.open_who.split()
    if not wanted or isinstance(actor, Operator) or "anyone" in wanted:
        return Decision(True, "", name)
    if any(place.pk == institution.pk for place in institutions_of(actor, wanted)):
        return Decision(True, "", name)
    who = [roles()[role] for role in wanted if role in roles()]
    zh, en = "、".join(r.zh for r in who), ", ".join(r.en for r in who)
    return Decision(False, localised(f"“{rules.label_zh}”由本单位{zh}提出。",
                                     f"{rules.label_en} is opened by {en}."), name)  # fmt: skip


def opening_places(actor: Any, rules: CaseDefinition) -> list[Institution]:
    """The institutions for which the actor may open one from the start form."""
    wanted = rules.open_who.split()
    if not wanted:
        return []
    return institutions_of(actor, () if "anyone" in wanted else wanted)


def place_for(rules: CaseDefinition, opener: Institution) -> Institution:
    """Where a new case lies: with the opener, with the authority above, or with the archives."""
    if rules.at == "archives":
        return opener if opener.kind == Institution.ARCHIVES else opener.archives or opener
    if rules.at == "authority":
        above: Institution | None = opener
        while above is not None and above.kind != Institution.AUTHORITY:
            above = above.parent
        return above or opener
    return opener


def may_step(actor: Any, case: Case, step: Transition, kind: CaseKind) -> Decision:
    """May this actor make this step of this case (its guard aside)?"""
    if is_recused(actor, case):
        return Decision(False, localised("您已在这件事上回避，不能再办理。",
                                         "You have recused yourself from this matter."), step.id)  # fmt: skip
    if step.permission:
        return decide(actor, step.permission, **policy_targets(case, kind))
    if not step.who:
        return Decision(
            False,
            localised("定义没有写明谁可办理", "the definition names nobody for it"),
            step.id,
        )
    if may_as(actor, case, step.who):
        return Decision(True, "", step.id)
    return Decision(False, _belongs_to(case, step.who), step.id)


def may_as(actor: Any, case: Case, who: str) -> bool:
    """Is the actor one of those whom ``who`` names for this case?"""
    held = {(role, place.pk) for role, place in standings(actor)}
    for word in who.replace(",", " ").split():
        if word == "operator":
            if isinstance(actor, Operator):
                return True
        elif word == "opener":
            if case.opened_by == actor.urn:
                return True
        elif word == "assignee":
            if case.assignee_id and case.assignee_id == getattr(actor, "pk", None):
                return True
        elif word != "anyone":
            role = word.partition("@")[0]
            if any((role, place.pk) in held for place in places_of(case, word)):
                return True
    return is_delegate(actor, case)


def is_delegate(actor: Any, case: Case) -> bool:
    """Was the case, as it stands, delegated to the actor 委派?"""
    if not case.assignee_id or case.assignee_id != getattr(actor, "pk", None):
        return False
    last = case.steps.filter(transition=DELEGATED).order_by("-pk").first()
    return last is not None and last.data.get("person") == actor.urn and last.at >= case.state_since


def is_recused(actor: Any, case: Case) -> bool:
    """Has the actor stepped aside, or been set aside, 回避?"""
    return case.steps.filter(transition=RECUSED, data__person=actor.urn).exists()


def _belongs_to(case: Case, who: str) -> str:
    words_zh, words_en = [], []
    for word in who.replace(",", " ").split():
        role = roles().get(word.partition("@")[0])
        if role is None:
            continue
        names = [place.name for place in places_of(case, word)]
        words_zh.append(f"{'、'.join(names)}{role.zh}")
        words_en.append(f"{role.en} at {', '.join(names)}")
    return localised(
        f"由{'或'.join(words_zh)}办理。" if words_zh else "由系统办理。",
        f"For {' or '.join(words_en)}." if words_en else "Done by the system.",
    )
