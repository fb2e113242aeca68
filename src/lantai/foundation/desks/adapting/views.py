"""The editor of definitions: words, limits and clocks, with a preview and the difference."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lantai.core.desks.adapting import Part, adaptable_values, differences, with_changes
from lantai.foundation.desks.adapting import operations
from lantai.foundation.desks.adapting.editable import EditableDesk, desk_named
from lantai.foundation.desks.adapting.queries import in_force, versions_told
from lantai.foundation.desks.migrating.desk import migrating_desk
from lantai.foundation.policy import require
from lantai.foundation.refusal import NotFound, localised
from lantai.foundation.work import Act


def _names() -> dict[str, str]:
    return {
        "label_zh": _("名称"), "label_en": _("英文名称"), "note_zh": _("说明"),
        "note_en": _("英文说明"), "clock_working_days": _("期限（工作日）"),
        "remind_working_days": _("提前提醒（工作日）"), "guard_zh": _("不满足条件时的提示"),
        "guard_en": _("英文提示"), "help_zh": _("填写说明"), "help_en": _("英文填写说明"),
        "max_length": _("最多字数"), "template": _("文书正文"), "template_en": _("文书正文（英文）"), "maximum": _("满分"),
        "weight": _("权重"), "method_zh": _("评价办法"), "method_en": _("英文评价办法"),
        "yellow": _("黄线"), "red": _("红线"), "target": _("目标"),
    }  # fmt: skip


@login_required
def edit(request: HttpRequest, desk: str, key: str) -> HttpResponse:
    """Show the values; ``preview`` shows what would change, ``save`` puts it in force."""
    require(request.user, "definitions.adapt")
    place = desk_named(desk)
    base = place.definitions().get(key)
    if base is None:
        raise NotFound("没有这个定义。", "No such definition.")
    last = in_force(desk, key)
    present = with_changes(base, last.changes, place.parts) if last else base
    given, added, removed = _given(request, place)
    changes, errors = differences(base, place.parts, given, added, removed) if given else ({}, {})
    if request.method == "POST" and request.POST.get("do") == "save" and not errors:
        row = operations.adapt_for_all(
            Act(by=request.user), desk=desk, key=key, changes=changes,
            reason=request.POST.get("reason", ""),
        )  # fmt: skip
        messages.success(request, _("已启用版本 {v}。").format(v=row.label))
        if migrating_desk(desk).behind(request.user, key).exists():
            return redirect("desk_migrations:preview", desk, key)
        return redirect(request.path)
    shown = with_changes(base, changes, place.parts) if given else present
    context = {
        "desk": desk, "base": base, "label": localised(present.label_zh, present.label_en),
        "page": place.page, "groups": _groups(shown, base, place, errors, given),
        "growing": _growing(place, errors, given), "removed": _left_out(base, place, removed if given else _standing(last)),
        "changes": _changes(base, present, shown, place) if given else [],
        "judged": [localised(zh, en) for zh, en in place.judge(shown)] if given else [],
        "previewed": bool(given) and not errors, "errors": errors,
        "versions": versions_told(desk, key), "reason": request.POST.get("reason", ""),
    }  # fmt: skip
    return render(request, "foundation/adapting/edit.html", context, status=422 if errors else 200)


def _given(
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


def _standing(last: Any) -> list[str]:
    """The rows that the version in force leaves out."""
    return [path[1:] for path in last.changes if path.startswith("-")] if last else []


def _left_out(base: Any, place: EditableDesk, stems: list[str]) -> list[dict[str, str]]:
    owners = {e.path.rpartition(".")[0]: e.owner for e in adaptable_values(base, place.parts)}
    return [{"stem": stem, "title": owners[stem]} for stem in stems if stem in owners]


def _growing(
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


def _groups(
    shown: Any, base: Any, place: EditableDesk, errors: dict[str, str], given: dict[str, str]
) -> list[dict[str, Any]]:
    names = _names()
    of_file = {entry.path.rpartition(".")[0] for entry in adaptable_values(base, place.parts)}
    groups: dict[str, dict[str, Any]] = {}
    for entry in adaptable_values(shown, place.parts):
        stem = entry.path.rpartition(".")[0]
        part = place.parts.get(stem.partition(".")[0])
        own = stem not in of_file
        group = groups.setdefault(stem, {
            "title": _title(entry.owner, stem, part), "values": [], "stem": stem, "own": own,
            "removable": own or bool(part and part.shrinks),
        })  # fmt: skip
        group["values"].append(
            {"path": entry.path, "name": names.get(entry.name, entry.name), "kind": entry.kind,
             "value": given.get(entry.path, entry.value), "error": errors.get(entry.path, ""),
             "long": entry.kind == "text" and not entry.name.startswith("label")}
        )  # fmt: skip
    return list(groups.values())


def _title(owner: str, stem: str, part: Part | None) -> str:
    """What is grown is shown under its key: the next one is numbered after it."""
    if part is not None and part.row is not None:
        return f"{stem.partition('.')[2]} {owner}"
    return owner or _("总名称")


def _changes(base: Any, present: Any, shown: Any, place: EditableDesk) -> list[dict[str, str]]:
    before = {e.path: e for e in adaptable_values(present, place.parts)}
    after = {e.path: e for e in adaptable_values(shown, place.parts)}
    names, made = _names(), []
    for path in dict.fromkeys((*before, *after)):
        old, new = before.get(path), after.get(path)
        entry = new or old
        was, now = (str(one.value) if one else "" for one in (old, new))
        if entry is not None and was != now:
            label = f"{entry.owner} {names.get(entry.name, entry.name)}".strip()
            made.append({"label": label, "before": was, "after": now})
    return made
