"""Verbs of the registers desk: enter, change, withdraw, publish, attach, import, remind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from lantai.core.desks.register_definition import RegisterDefinition
from lantai.core.desks.register_values import identity_of, migrate_values, read_entry
from lantai.foundation.bulk_rows import insert_rows, next_keys
from lantai.foundation.desks.attachments.models import Attachment
from lantai.foundation.desks.attachments.storing import StoredFile, attach
from lantai.foundation.desks.places import require_reach
from lantai.foundation.desks.registers.definitions import definition_of
from lantai.foundation.desks.registers.keys import fill
from lantai.foundation.desks.registers.models import RegisterEntry, RegisterRevision
from lantai.foundation.inbox.queue import await_attention
from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Conflict, Refusal
from lantai.foundation.work import Act, keep, keep_all, note


class EntryRefused(Refusal):
    """The values of an entry are wrong; ``problems`` says which field and why."""

    code = "entry-refused"

    def __init__(self, problems: Sequence[Any]) -> None:
        super().__init__(
            "；".join(p.message_zh for p in problems), "; ".join(p.message_en for p in problems)
        )
        self.problems = problems


@operation(permission="registers.write", event="register_entry")
def add_entry(
    act: Act, /, *, register: str, institution: Institution, values: Mapping[str, Any]
) -> RegisterEntry:
    """Enter something in a register kept at an institution. `EntryRefused` names the fields."""
    definition = definition_of(register, institution)
    _require(act, definition, institution)
    clean = _clean(definition, values)
    row = new_entry(act, definition, institution, clean)
    _save_once(row, definition)
    keep(row, kind="created")
    return row


def new_entry(
    act: Act, definition: RegisterDefinition, institution: Institution, values: Mapping[str, Any]
) -> RegisterEntry:
    """An entry not yet saved."""
    row = RegisterEntry(
        register=definition.id,
        institution=institution,
        is_public=definition.publication == "open",
        created_by=act.by.urn,
        created_at=act.at,
        updated_by=act.by.urn,
        updated_at=act.at,
    )
    fill(row, definition, values)
    return row


@operation(permission="registers.write", event="register_change")
def change_entry(
    act: Act, /, *, entry: RegisterEntry, values: Mapping[str, Any], version: int | None = None
) -> RegisterEntry:
    """Change an entry; what it was is kept. ``version``: the one the person had seen."""
    row, definition = _locked(act, entry)
    if version is not None and row.version != version:
        raise Conflict(
            "这条记录刚被别人改过，请刷新后再改。", "Somebody has just changed this; reload."
        )
    clean = _clean(definition, values)
    kept = {k: v for k, v in row.values.items() if k not in definition.by_field}
    if {**kept, **clean} == row.values and row.definition_version == definition.version:
        raise Refusal("没有改动。", "Nothing was changed.", code="unchanged")
    turn_over(act, row)
    fill(row, definition, {**kept, **clean})
    _save_once(row, definition)
    keep(row)
    return row


def turn_over(act: Act, row: RegisterEntry) -> None:
    """Keep the present state of an entry and begin the next."""
    was = RegisterRevision.objects.create(
        entry=row,
        version=row.version,
        values=row.values,
        by=act.by.urn,
        by_name=act.by.name,
        at=act.at,
        reason=act.reason[:300],
    )
    keep(was, kind="created")
    row.version += 1
    row.updated_by, row.updated_at = act.by.urn, act.at


@operation(permission="registers.write", event="register_withdrawal")
def withdraw_entry(act: Act, /, *, entry: RegisterEntry) -> RegisterEntry:
    """Take an entry out of the register, with a reason; it and its history are kept."""
    row, _definition = _locked(act, entry)
    if not act.reason.strip():
        raise Refusal("注销记录须写明原因。", "Say why the entry is withdrawn.")
    turn_over(act, row)
    row.withdrawn_at, row.is_public = act.at, False
    row.save()
    keep(row)
    return row


@operation(permission="registers.publish", event="register_publication")
def publish_entry(act: Act, /, *, entry: RegisterEntry, public: bool) -> RegisterEntry:
    """Show an entry's public fields to everybody, or take it back."""
    row, definition = _locked(act, entry)
    if public and definition.publication == "closed":
        raise Refusal(
            f"“{definition.label_zh}”的定义写明不公布。", "By its definition it is not published."
        )
    row.is_public, row.version = public, row.version + 1
    row.save(update_fields=["is_public", "version"])
    keep(row)
    note(public=public)
    return row


@operation(permission="registers.write", event="register_attachment")
def attach_file(
    act: Act, /, *, entry: RegisterEntry, file: StoredFile, role: str = "original"
) -> Attachment:
    """Register a file that lies under its digest already (`store_file`)."""
    row, _definition = _locked(act, entry)
    part = attach(act, subject=row.urn, role=role, files=[file])[0]
    keep(row)
    note(name=part.name, sha512=part.sha512, sm3=part.sm3)
    return part


@operation(permission="registers.write", event="register_attachment")
def remove_attachment(act: Act, /, *, entry: RegisterEntry, attachment: Attachment) -> Attachment:
    """Take a file off an entry; the file itself stays under its digest."""
    row, _definition = _locked(act, entry)
    if attachment.subject != row.urn or attachment.removed_at:
        raise Refusal("这个附件已经移除。", "The file was removed already.")
    attachment.removed_at = act.at
    attachment.save(update_fields=["removed_at"])
    keep(attachment, row)
    return attachment


@operation(permission="registers.write", event="register_import")
def import_entries(
    act: Act,
    /,
    *,
    register: str,
    institution: Institution,
    rows: Sequence[Mapping[str, Any]],
    dry_run: bool = False,
) -> list[str]:
    """Enter checked rows (values that `read_entry` gave); an entry of the same key is changed.

    Answers for each row: created, updated or unchanged. Run again, it changes nothing.
    """
    definition = definition_of(register, institution)
    _require(act, definition, institution)
    identities = [identity_of(definition, row) for row in rows]
    there = {
        entry.identity: entry
        for entry in RegisterEntry.objects.filter(
            register=register, institution=institution, identity__in=identities, withdrawn_at=None
        )
    }
    outcomes, fresh, changed = [], {}, {}
    for identity, values in zip(identities, rows, strict=True):
        known = there.get(identity) or fresh.get(identity)
        if known is None:
            fresh[identity] = new_entry(act, definition, institution, values)
            outcomes.append("created")
        elif known.values == {**known.values, **values}:
            outcomes.append("unchanged")
        else:
            changed.setdefault(identity, dict(known.values)).update(values)
            outcomes.append("updated")
    if dry_run:
        return outcomes
    for identity, values in changed.items():
        row = there.get(identity) or fresh[identity]
        if row.pk:
            turn_over(act, row)
        fill(row, definition, values)
        if row.pk:
            row.save()
            keep(row)
    made = list(fresh.values())
    if made:
        for row, key in zip(made, next_keys(RegisterEntry, len(made)), strict=True):
            row.pk = key
        insert_rows(RegisterEntry, [vars(row) for row in made])
    keep_all(made, kind="created")
    note(register=register, created=len(made), updated=len(changed))
    return outcomes


@operation(permission="registers.migrate", event="register_change")
def migrate_entry(act: Act, /, *, entry: RegisterEntry) -> RegisterEntry:
    """Bring an entry up to the definition in force: renamed fields, key columns; the rest stays."""
    row = RegisterEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    definition = definition_of(row.register, row.institution)
    if row.definition_version == definition.version or row.withdrawn_at:
        raise Refusal("已经是现行版本，或已注销。", "It is up to date, or withdrawn.")
    before = row.definition_version
    values = migrate_values(definition, row.values)
    if values != row.values:
        turn_over(act, row)
    fill(row, definition, values)
    row.save()
    keep(row)
    note(before=before, after=definition.version)
    return row


@operation(permission="registers.remind", event="register_reminder")
def remind_entry(act: Act, /, *, entry: RegisterEntry, number: int) -> None:
    """Put a line into the inbox of the role a definition's reminder names."""
    definition = definition_of(entry.register, entry.institution)
    due = definition.reminders[number]
    await_attention(
        act,
        institution=entry.institution,
        role=due.role,
        subject=entry.urn,
        kind=f"{definition.id}.{due.field}",
        title=f"{due.label_zh}：{entry.title}（{entry.values.get(due.field, '')}）",
        url=reverse("registers:entry", args=[definition.id, entry.pk]),
    )


def _require(act: Act, definition: RegisterDefinition, institution: Institution) -> None:
    require_reach(act.by, definition.write, institution)
    if institution.kind not in definition.holders:
        raise Refusal(
            f"“{definition.label_zh}”不由{institution.name}这类机构登记。",
            f"{institution.name} does not keep this register.",
            code="not-a-holder",
        )


def _clean(definition: RegisterDefinition, values: Mapping[str, Any]) -> dict[str, Any]:
    clean, problems = read_entry(definition, values)
    if problems:
        raise EntryRefused(problems)
    return clean


def _locked(act: Act, entry: RegisterEntry) -> tuple[RegisterEntry, RegisterDefinition]:
    row = RegisterEntry.objects.select_for_update().get(pk=entry.pk)
    definition = definition_of(row.register, row.institution)
    require_reach(act.by, definition.write, row.institution)
    if row.withdrawn_at:
        raise Conflict("这条记录已经注销。", "The entry was withdrawn.")
    return row, definition


def _save_once(row: RegisterEntry, definition: RegisterDefinition) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        names = "、".join(definition.by_field[name].label_zh for name in definition.key)
        raise Conflict(
            f"已有{names}相同的记录，没有重复登记；请打开那一条修改。",
            "There is an entry with the same key; change that one.",
        ) from None
