"""The editor's form: what was typed, the groups of values, rows of one's own, the differences."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from lantai.core.desks.adapting import Part, adaptable_values
from lantai.foundation.desks.adapting.editable import EditableDesk


def _names() -> dict[str, str]:
    return {
        "label_zh": _("名称"), "label_en": _("英文名称"), "note_zh": _("说明"),
        "note_en": _("英文说明"), "clock_working_days": _("期限（工作日）"),
        "remind_working_days": _("提前提醒（工作日）"), "guard_zh": _("不满足条件时的提示"),
        "guard_en": _("英文提示"), "help_zh": _("填写说明"), "help_en": _("英文填写说明"),
        "max_length": _("最多字数"), "template": _("文书正文"), "template_en": _("文书正文（英文）"), "maximum": _("满分"),
        "weight": _("权重"), "method_zh": _("评价办法"), "method_en": _("英文评价办法"),
        "yellow": _("黄线"), "red": _("红线"), "target": _("目标"),
        "order_zh": _("到红线时的要求"), "order_en": _("英文要求"),
    }  # fmt: skip


def given_in(
    request: HttpRequest, place: EditableDesk
) -> tuple[dict[str, str], list[str], list[str]]:
    """(values by path, rows of one's own, rows left out) of the form, a new row under its own key."""
    given = {k: v for k, v in request.POST.items() if "." in k}
    added, removed = request.POST.getlist("+"), request.POST.getlist("-")
    for word, part in place.parts.items():
        own = request.POST.get(f"new.{word}", "").strip()
        if part.row is not None and own:
            added.append(f"{word}.{own}")
            for name in part.grows:
                given[f"{word}.{own}.{name}"] = request.POST.get(f"new.{word}.{name}", "")
    left_out = [stem for stem in removed if stem not in added]
    return given, [stem for stem in added if stem not in removed], left_out


def left_out_by(last: Any) -> list[str]:
    """The rows that the version in force leaves out."""
    return [path[1:] for path in last.changes if path.startswith("-")] if last else []


def rows_left_out(base: Any, place: EditableDesk, stems: list[str]) -> list[dict[str, str]]:
    """Rows of the file that are left out, so that they may be taken in again."""
    owners = {e.path.rpartition(".")[0]: e.owner for e in adaptable_values(base, place.parts)}
    return [{"stem": stem, "title": owners[stem]} for stem in stems if stem in owners]


def growing(
    place: EditableDesk, errors: dict[str, str], given: dict[str, str]
) -> list[dict[str, Any]]:
    """An empty row of each part that an archives may add to; as it was written when it was refused."""
    names, words = _names(), {"indicator": _("新增指标"), "field": _("新增填写项")}
    helps = {"indicator": _("编号，如 3.4；放在上级 3 之下"), "field": _("代号，小写英文字母")}
    found = []
    for word, part in place.parts.items():
        if part.row is None:
            continue
        own = given.get(f"new.{word}", "").strip()
        faults = {path: text for path, text in errors.items() if path.startswith(f"{word}.{own}.")}
        refused = bool(own) and (f"new.{word}" in errors or bool(faults))
        found.append({
            "word": word, "title": words[word], "help": helps[word], "own": own if refused else "",
            "error": errors.get(f"new.{word}", ""),
            "values": [
                {"path": f"new.{word}.{name}", "name": names.get(name, name),
                 "value": given.get(f"new.{word}.{name}", "") if refused else "",
                 "error": faults.get(f"{word}.{own}.{name}", "")}
                for name in part.grows
            ],
        })  # fmt: skip
    return found


def groups(
    shown: Any, base: Any, place: EditableDesk, errors: dict[str, str], given: dict[str, str]
) -> list[dict[str, Any]]:
    """The values that may be changed, in groups of what they belong to."""
    names = _names()
    of_file = {entry.path.rpartition(".")[0] for entry in adaptable_values(base, place.parts)}
    made: dict[str, dict[str, Any]] = {}
    for entry in adaptable_values(shown, place.parts):
        stem = entry.path.rpartition(".")[0]
        part = place.parts.get(stem.partition(".")[0])
        own = stem not in of_file
        group = made.setdefault(stem, {
            "title": _title(entry.owner, stem, part), "values": [], "stem": stem, "own": own,
            "removable": own or bool(part and part.shrinks),
        })  # fmt: skip
        group["values"].append(
            {"path": entry.path, "name": names.get(entry.name, entry.name), "kind": entry.kind,
             "value": given.get(entry.path, written(entry.value)), "error": errors.get(entry.path, ""),
             "long": entry.kind == "text" and not entry.name.startswith(("label", "target"))}
        )  # fmt: skip
    return list(made.values())


def _title(owner: str, stem: str, part: Part | None) -> str:
    """What is grown is shown under its key: the next one is numbered after it."""
    if part is not None and part.row is not None:
        return f"{stem.partition('.')[2]} {owner}"
    return owner or (_("限度和权重") if stem.strip(".") else _("总名称"))


def changes_told(base: Any, present: Any, shown: Any, place: EditableDesk) -> list[dict[str, str]]:
    """Each value that differs, before and after."""
    before = {e.path: e for e in adaptable_values(present, place.parts)}
    after = {e.path: e for e in adaptable_values(shown, place.parts)}
    names, made = _names(), []
    for path in dict.fromkeys((*before, *after)):
        old, new = before.get(path), after.get(path)
        entry = new or old
        was, now = (str(written(one.value)) if one else "" for one in (old, new))
        if entry is not None and was != now:
            label = f"{entry.owner} {names.get(entry.name, entry.name)}".strip()
            made.append({"label": label, "before": was, "after": now})
    return made


def written(value: Any) -> Any:
    """A value as it is typed: 0.95, and 7 for 7.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
