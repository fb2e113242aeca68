"""Verbs of migration: a copy enters the record beside its original, or the failure is noted."""

from __future__ import annotations

from typing import Any

from lantai.catalogue.records.models import Component
from lantai.foundation.operation import operation
from lantai.foundation.work import Act, about, keep, note
from lantai.preservation.migrating.queries import FAILED, MADE


@operation(permission="migrations.run", event="migration")
def register_copy(
    act: Act, /, *, component: Component, path: str, name: str, migrated: dict[str, Any]
) -> Component:
    """Enter the copy that lies in storage under ``path``, with its proof, once."""
    record = component.record
    copy = record.components.filter(path=path).first() or Component(record=record, path=path)
    created = copy.pk is None
    copy.role, copy.name = Component.PRESERVATION, name[-500:]
    copy.sequence = component.sequence
    copy.size, copy.sha512, copy.sm3 = migrated["size"], migrated["sha512"], migrated["sm3"]
    copy.puid, copy.mime = migrated["puid"], migrated["mime"][:120]
    copy.format_name = migrated["format_name"][:200]
    copy.details = {"migration": {**migrated, "of": component.path, "at": act.at.isoformat()}}
    copy.save()
    component.details = {
        **{k: v for k, v in component.details.items() if k != FAILED},
        MADE: {"path": path, "target": migrated["target"], "way": migrated["migration"]},
    }
    component.save(update_fields=["details"])
    keep(copy, kind="created" if created else "updated")
    keep(component, kind="updated")
    about(record.urn)
    note(
        of=component.path, sha512_before=component.sha512, sha512_after=migrated["sha512"],
        copy=path, way=migrated["migration"], proofs=migrated["proofs"],
    )  # fmt: skip
    return copy


@operation(permission="migrations.run", event="migration_failure")
def note_failure(
    act: Act, /, *, component: Component, way: str, code: str, message: str
) -> Component:
    """No copy could be made or proven: why, so that a person can decide."""
    component.details = {
        **component.details,
        FAILED: {"way": way, "code": code, "message": message[:500], "at": act.at.isoformat()},
    }
    component.save(update_fields=["details"])
    keep(component, kind="updated")
    about(component.record.urn)
    note(of=component.path, way=way, problem=code, message=message[:500])
    return component


@operation(permission="migrations.run", event="migration")
def try_again(act: Act, /, *, component: Component) -> Component:
    """Forget a failure: the next run tries the file once more."""
    component.details = {k: v for k, v in component.details.items() if k != FAILED}
    component.save(update_fields=["details"])
    keep(component, kind="updated")
    note(of=component.path, again=True)
    return component
