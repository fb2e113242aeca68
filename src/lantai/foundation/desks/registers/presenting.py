"""Presenting 呈现: entries as rows, descriptions, history and papers, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lantai.core.desks.printing import Block, sheet
from lantai.core.desks.register_definition import RegisterDefinition, RegisterField
from lantai.core.desks.register_values import shown_value, written_value
from lantai.core.terms import vocabulary
from lantai.foundation.desks.attachments.storing import attachments_of
from lantai.foundation.desks.measures import measure
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.ledger.queries import story_of
from lantai.foundation.refusal import localised

CELL = 60  # characters of a value in a list
EXTRA = ("institution", "updated_at", "number")


def shown(entry: RegisterField, value: Any) -> str:
    """A value in the reader's language."""
    return shown_value(entry, value, get_language() or "zh")


def label_of(definition: RegisterDefinition, name: str) -> str:
    """The heading of a column."""
    entry = definition.by_field.get(name)
    if entry is not None:
        return localised(entry.label_zh, entry.label_en)
    return {"institution": _("登记机构"), "updated_at": _("更新"), "number": _("流水号")}.get(
        name, name
    )


def cells_of(
    definition: RegisterDefinition, names: Iterable[str], row: RegisterEntry
) -> list[dict[str, str]]:
    """The cells of an entry in a list; the title leads to the entry."""
    found = []
    address = reverse("registers:entry", args=[definition.id, row.pk])
    for name in names:
        if name not in definition.by_field and name == "institution":
            found.append({"text": row.institution.name})
        elif name not in definition.by_field and name == "updated_at":
            found.append({"text": localtime(row.updated_at).strftime("%Y-%m-%d")})
        elif name not in definition.by_field:
            found.append({"text": str(row.pk)})
        else:
            text = shown(definition.by_field[name], row.values.get(name))
            short = text if len(text) <= CELL else f"{text[:CELL]}…"
            is_title = name == definition.title
            found.append(
                {"text": short or ("—" if is_title else ""), "url": address if is_title else ""}
            )
    return found


def description(definition: RegisterDefinition, row: RegisterEntry) -> list[dict[str, Any]]:
    """(heading, items) of an entry by the definition's groups, empty fields left out."""
    groups: list[dict[str, Any]] = []
    for entry in definition.shown:
        heading = localised(entry.group_zh, entry.group_en)
        if not groups or (heading and groups[-1]["title"] != heading):
            groups.append({"title": heading, "items": []})
        value = shown(entry, row.values.get(entry.name))
        if value:
            groups[-1]["items"].append(_item(entry, value))
    return [group for group in groups if group["items"]]


def _item(entry: RegisterField, value: str) -> dict[str, Any]:
    label = localised(entry.label_zh, entry.label_en)
    if entry.unit:
        value = f"{value} {measure(entry.unit)}"
    item = {"label": label, "value": value, "numeric": entry.is_number}
    if entry.type == "lines":
        item["wide"] = True
    if entry.type == "url":
        item["url"] = value
    if entry.type == "record":
        item["url"] = f"/search/?{urlencode({'q': value})}"
    if entry.type == "entry":
        place = reverse("registers:register", args=[entry.target])
        item["url"] = f"{place}?{urlencode({'q': value})}"
    if not entry.verified:
        item["note"] = _("待核实")
    return item


def history(definition: RegisterDefinition, row: RegisterEntry) -> list[dict[str, Any]]:
    """What changed when: each state against the one after it, newest first."""
    states: list[tuple[Mapping[str, Any], Any]] = [
        (one.values, one) for one in row.revisions.order_by("version")
    ]
    found = []
    for number, (values, revision) in enumerate(states):
        after = states[number + 1][0] if number + 1 < len(states) else row.values
        found.append(
            {
                "at": localtime(revision.at).strftime("%Y-%m-%d %H:%M"),
                "by": revision.by_name + (f"：{revision.reason}" if revision.reason else ""),
                "changes": changes_between(definition, values, after),
            }
        )
    return found[::-1]


def changes_between(
    definition: RegisterDefinition, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[dict[str, str]]:
    """The fields that differ, for the diff component."""
    return [
        {
            "label": localised(entry.label_zh, entry.label_en),
            "before": shown(entry, before.get(entry.name)),
            "after": shown(entry, after.get(entry.name)),
        }
        for entry in definition.fields
        if before.get(entry.name) != after.get(entry.name)
    ]


def story(row: RegisterEntry) -> list[dict[str, str]]:
    """The ledger's entries about this one."""
    events = vocabulary("event_type")
    language = get_language() or "zh"
    return [
        {
            "at": localtime(entry.at).strftime("%Y-%m-%d %H:%M"),
            "label": events.label(entry.event, language),
            "by": entry.agent_name,
            "detail": entry.reason,
            "state": "done",
        }
        for entry in story_of(row.urn)
    ]


def export_heads(definition: RegisterDefinition, form: str) -> list[str]:
    """The headings of an export: names for programs, labels for people."""
    if form == "json":
        return ["_id", "_institution", *(e.name for e in definition.shown)]
    return [
        _("流水号"),
        _("登记机构"),
        *(localised(e.label_zh, e.label_en) for e in definition.shown),
    ]


def export_rows(
    definition: RegisterDefinition, rows: Iterable[RegisterEntry], form: str
) -> Iterable[list[Any]]:
    """The rows of an export; a JSON export keeps the values as they are."""
    for row in rows:
        cells = [
            row.values.get(e.name, "")
            if form == "json"
            else written_value(e, row.values.get(e.name))
            for e in definition.shown
        ]
        place = row.institution.code if form == "json" else row.institution.name
        yield [row.pk, place, *("" if c is None else c for c in cells)]


def sheet_of(definition: RegisterDefinition, row: RegisterEntry) -> list[Block]:
    """An entry as a paper."""
    facts = [
        (localised(e.label_zh, e.label_en), shown(e, row.values.get(e.name)))
        for e in definition.shown
    ]
    files = [(_("附件"), f"{p.name}（SM3 {p.sm3[:16]}…）") for p in attachments_of(row.urn)]
    stamp = localtime(row.updated_at).strftime("%Y-%m-%d")
    foot = [f"{row.institution.name}　{_('流水号')} {row.pk}　{_('更新')} {stamp}"]
    if not definition.verified:
        foot.append(_("本表栏目待与标准原文核实。"))
    return sheet(
        row.title, localised(definition.label_zh, definition.label_en), [*facts, *files], foot=foot
    )


def entry_json(row: RegisterEntry) -> dict[str, Any]:
    """An entry for a program."""
    return {
        "id": row.pk,
        "institution": row.institution.code,
        "title": row.title,
        "values": row.values,
        "version": row.version,
        "definition_version": row.definition_version,
        "public": row.is_public,
        "updated_at": row.updated_at.isoformat(),
    }
