"""Foreseeing 预判: what going over to another version of a definition would do to one open matter.

Nothing is changed here: the old rules, the new ones and what the matter holds are compared, and
each effect is told in both languages. The verbs that then do it ask the same functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lantai.core.calendar import add_working_days
from lantai.core.desks.case_definition import CaseDefinition
from lantai.core.desks.evaluation_definition import EvaluationDefinition
from lantai.core.desks.evaluation_scoring import fits
from lantai.core.desks.register_definition import RegisterDefinition
from lantai.core.desks.register_values import migrate_values, read_entry
from lantai.core.desks.return_definition import ReturnDefinition

MOST_NAMED = 12  # indicators named in one effect


@dataclass(frozen=True)
class Effect:
    """One thing that would happen. ``kind``: state, stays, gone, renamed, asked, unfit, clock,
    steps, back, words."""

    kind: str
    zh: str
    en: str


@dataclass(frozen=True)
class Foresight:
    """What would happen to a matter; one that cannot go over stays as it is."""

    moves: bool
    effects: tuple[Effect, ...]


def state_after(new: CaseDefinition, state: str) -> str:
    """Where a case in this state stands under the new rules; "" when nowhere."""
    return state if state in new.by_state else new.renamed.get(state, "")


def values_gone(new: CaseDefinition, data: Mapping[str, Any]) -> dict[str, Any]:
    """What a case holds in fields that the new rules no longer have."""
    return {
        name: value
        for name, value in data.items()
        if name not in new.every_field and value not in ("", None, [])
    }


def foresee_case(
    old: CaseDefinition, new: CaseDefinition, state: str, data: Mapping[str, Any], since: date
) -> Foresight:
    """State, clock, fields and steps of a case that stands in ``state`` since a day."""
    target, was = state_after(new, state), old.by_state.get(state)
    zh, en = (was.label_zh, was.label_en) if was else (state, state)
    if not target:
        return Foresight(False, (Effect(
            "stays", f"新版没有“{zh}”这一状态，也没有写明并入哪个状态：仍按原版办，办过这一步再转",
            f"The new version has no state “{en}” nor says what it became: it stays"),))  # fmt: skip
    now = new.by_state[target]
    if target == state:
        effects = [Effect("state", f"状态“{now.label_zh}”不变", f"State “{now.label_en}” is kept")]
    else:
        effects = [Effect("state", f"状态“{zh}”并入“{now.label_zh}”",
                          f"State “{en}” becomes “{now.label_en}”")]  # fmt: skip
    effects += _clock(was.clock_working_days if was else 0, now.clock_working_days, since)
    effects += _fields_gone(old, new, data)
    effects += _fields_asked(old, new, target, data)
    effects += _steps(old, new, state, target)
    return Foresight(True, tuple(effects))


def _clock(before: int, after: int, since: date) -> list[Effect]:
    if before == after:
        return []
    if not after:
        return [Effect("clock", "不再有期限", "There is no clock any more")]
    due = add_working_days(since, after).isoformat()
    was_zh = f"{before} 个工作日" if before else "没有"
    was_en = f"{before} working days" if before else "none"
    return [Effect("clock", f"期限由{was_zh}改为 {after} 个工作日，到 {due}",
                   f"The clock changes from {was_en} to {after} working days, until {due}")]  # fmt: skip


def _fields_gone(old: CaseDefinition, new: CaseDefinition, data: Mapping[str, Any]) -> list[Effect]:
    known = {**new.every_field, **old.every_field}
    return [
        Effect("gone", f"新版没有“{known[name].label_zh}”：已填的内容记入办理记录",
               f"“{known[name].label_en}” is gone: what was entered is kept in the history")
        for name in values_gone(new, data)
        if name in known
    ]  # fmt: skip


def _fields_asked(
    old: CaseDefinition, new: CaseDefinition, state: str, data: Mapping[str, Any]
) -> list[Effect]:
    found = [
        Effect("asked", f"新增必填项“{entry.label_zh}”，这一件没有填",
               f"“{entry.label_en}” is required now and not filled in")
        for entry in new.fields
        if entry.required and data.get(entry.name) in (None, "", [])
        and not (entry.name in old.every_field and old.every_field[entry.name].required)
    ]  # fmt: skip
    for step in new.from_state(state):
        fresh = [f for f in step.fields if f.required and f.name not in old.every_field]
        found += [
            Effect("asked", f"办“{step.label_zh}”时要填新增的“{entry.label_zh}”",
                   f"“{step.label_en}” now asks for “{entry.label_en}”")
            for entry in fresh
        ]  # fmt: skip
    return found


def _steps(old: CaseDefinition, new: CaseDefinition, state: str, target: str) -> list[Effect]:
    was = {step.id: step for step in old.from_state(state)} if state in old.by_state else {}
    now = {step.id: step for step in new.from_state(target)}
    gone = [was[key] for key in was if key not in now]
    come = [now[key] for key in now if key not in was]
    found = []
    if gone:
        found.append(Effect("steps", "不再有的动作：" + "、".join(s.label_zh for s in gone),
                            "Steps no longer there: " + ", ".join(s.label_en for s in gone)))  # fmt: skip
    if come:
        found.append(Effect("steps", "新增的动作：" + "、".join(s.label_zh for s in come),
                            "New steps: " + ", ".join(s.label_en for s in come)))  # fmt: skip
    return found


def foresee_entry(
    old: RegisterDefinition, new: RegisterDefinition, values: Mapping[str, Any]
) -> Foresight:
    """An entry of a register: renamed and dropped fields, what would be asked or refused."""
    effects = [
        Effect("renamed", f"“{_name(old, before, 0)}”并入“{_name(new, after, 0)}”",
               f"“{_name(old, before, 1)}” becomes “{_name(new, after, 1)}”")
        for before, after in new.renamed.items()
        if before in values and after not in values
    ]  # fmt: skip
    moved = migrate_values(new, values)
    effects += [
        Effect("gone", f"新版没有“{_name(old, name, 0)}”：已填的内容随条目留存",
               f"“{_name(old, name, 1)}” is gone: what was entered stays with the entry")
        for name, value in moved.items()
        if name not in new.by_field and value not in ("", None, [])
    ]  # fmt: skip
    problems = read_entry(new, {k: v for k, v in moved.items() if k in new.by_field})[1]
    effects += [
        Effect("asked" if problem.code == "missing" else "unfit",
               f"下次修改时须改正：{problem.message_zh}", f"To be mended at the next change: {problem.message_en}")
        for problem in problems
    ]  # fmt: skip
    if not effects:
        effects.append(Effect("state", "内容不变，按新版显示", "Its contents are kept"))
    return Foresight(True, tuple(effects))


def _name(definition: RegisterDefinition, name: str, language: int) -> str:
    entry = definition.by_field.get(name)
    return (entry.label_zh, entry.label_en)[language] if entry else name


def leaves_to_score_again(
    old: EvaluationDefinition, new: EvaluationDefinition, answers: Mapping[str, Any]
) -> list[str]:
    """The indicators that a sheet must score under the new scheme: new ones, unfit claims."""
    known = {leaf.id for leaf in old.leaves}
    found = []
    for leaf in new.leaves:
        claimed = answers.get(leaf.id, {}).get("claimed")
        if leaf.id not in known or (claimed not in (None, "") and not fits(new, leaf, claimed)):
            found.append(leaf.id)
    return found


def foresee_round(
    old: EvaluationDefinition, new: EvaluationDefinition, sheets: Sequence[tuple[str, Mapping[str, Any]]]
) -> Foresight:  # fmt: skip
    """A round of an evaluation; ``sheets`` are (state, answers) of its bodies."""
    settled = sum(state in ("settled", "fed_back") for state, _answers in sheets)
    if settled:
        return Foresight(False, (Effect(
            "stays", f"已评定 {settled} 份：整批仍按原方案，免得同批不同尺",
            f"{settled} sheets are settled: the whole round stays under its scheme"),))  # fmt: skip
    was, now = {leaf.id: leaf for leaf in old.leaves}, {leaf.id: leaf for leaf in new.leaves}
    effects = [Effect("state", f"{len(sheets)} 份评价转到新方案",
                      f"{len(sheets)} sheets go over")]  # fmt: skip
    gone = [key for key in was if key not in now]
    kept = sum(any(_claimed(a, key) for key in gone) for _state, a in sheets)
    effects += _named("gone", "取消的指标", "Indicators dropped", gone,
                      f"：{kept} 份已填的留存", f": kept with {kept} sheets")  # fmt: skip
    fresh = [key for key in now if key not in was]
    effects += _named(
        "asked", "新增的指标", "New indicators", fresh, "：各单位须自评", ": to be scored"
    )
    unfit = [
        key for key in now
        if key in was and any(key in leaves_to_score_again(old, new, a) for _state, a in sheets)
    ]  # fmt: skip
    effects += _named("unfit", "自评值超出新满分的指标", "Scores above the new maximum", unfit,
                      "：须重填", ": to be scored again")  # fmt: skip
    back = sum(
        state == "review" and bool(leaves_to_score_again(old, new, a)) for state, a in sheets
    )
    if back:
        effects.append(Effect("back", f"评审中的 {back} 份退回自评补填",
                              f"{back} sheets under review go back to their bodies"))  # fmt: skip
    changed = [key for key in now if key in was and now[key] != was[key]]
    effects += _named("words", "有改动的指标", "Indicators changed", changed)
    return Foresight(True, tuple(effects))


def _claimed(answers: Mapping[str, Any], key: str) -> bool:
    return answers.get(key, {}).get("claimed") not in (None, "")


def foresee_return(
    old: ReturnDefinition, new: ReturnDefinition, filled: Iterable[str], forms: Mapping[str, int]
) -> Foresight:
    """A round of a return; ``filled`` are codes with a value in some form, ``forms`` by state."""
    sent = forms.get("reviewing", 0) + forms.get("accepted", 0)
    total = sum(forms.values())
    effects = [Effect("state", f"{total} 张报表转到新版，各停在原来的环节",
                      f"{total} forms go over, each staying where it is")]  # fmt: skip
    held = set(filled)
    gone = [one.code for one in old.indicators if one.code not in new.by_code]
    effects += _named("gone", "取消的指标", "Indicators dropped", gone,
                      f"：其中 {len(held & set(gone))} 项有数，留在历次版本里",
                      f": {len(held & set(gone))} with figures, kept in the versions")  # fmt: skip
    fresh = [one.code for one in new.indicators if one.code not in old.by_code and not one.formula]
    effects += _named("asked", "新增的指标", "New indicators", fresh)
    if fresh and sent:
        effects.append(Effect("back", f"已报送的 {sent} 张新增指标为空；要补填的，审核时退回",
                              f"{sent} forms already sent hold nothing there; give back what must be filled in"))  # fmt: skip
    changed = [one.code for one in new.indicators if old.by_code.get(one.code, one) != one]
    effects += _named("words", "有改动的指标", "Indicators changed", changed)
    if old.checks != new.checks:
        effects.append(Effect("words", "审核关系有改动，报送和审核时按新的核对",
                              "The checks changed and are asked anew"))  # fmt: skip
    effects.append(Effect("clock", "已下载的离线表作废，须重新下载",
                          "Offline forms already handed out are void"))  # fmt: skip
    return Foresight(True, tuple(effects))


def _named(
    kind: str, zh: str, en: str, keys: Sequence[str], more_zh: str = "", more_en: str = ""
) -> list[Effect]:
    if not keys:
        return []
    shown = list(keys[:MOST_NAMED]) + (["…"] if len(keys) > MOST_NAMED else [])
    return [Effect(kind, f"{zh} {len(keys)} 项（{'、'.join(shown)}）{more_zh}",
                   f"{en}: {len(keys)} ({', '.join(shown)}){more_en}")]  # fmt: skip
