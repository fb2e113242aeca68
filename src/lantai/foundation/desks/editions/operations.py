"""Verbs on editions: adapt a definition, or go back to the file's own words."""

from __future__ import annotations

from typing import Any

from lantai.core.desks.adapting import with_changes
from lantai.foundation.desks.editions.desks import desk_named, latest_edition
from lantai.foundation.desks.editions.models import DefinitionEdition
from lantai.foundation.operation import operation
from lantai.foundation.refusal import NotFound, Refusal
from lantai.foundation.work import Act, keep, note


@operation(permission="definitions.adapt", event="configuration")
def adapt_definition(
    act: Act, /, *, desk: str, key: str, changes: dict[str, Any], reason: str = ""
) -> DefinitionEdition:
    """Put a new edition in force: ``changes`` are the values that differ from the file's.

    Matters that are open stay under the version they began under until they are migrated.
    """
    place = desk_named(desk)
    base = place.definitions().get(key)
    if base is None:
        raise NotFound("没有这个定义。", "No such definition.")
    last = latest_edition(desk, key)
    if changes == (last.changes if last else {}):
        raise Refusal("没有改动，不必另存版本。", "Nothing was changed.")
    mistakes = place.judge(with_changes(base, changes, place.parts))
    if mistakes:
        raise Refusal(
            "改动后定义不成立：" + "；".join(zh for zh, _ in mistakes[:3]),
            "The definition would not stand: " + "; ".join(en for _, en in mistakes[:3]),
        )
    count = DefinitionEdition.objects.filter(desk=desk, definition=key).count()
    row = DefinitionEdition.objects.create(
        desk=desk, definition=key, version=f"{base.version}+{count + 1}"[:40],
        base_version=base.version, changes=changes, note=reason[:1000],
        by=act.by.urn, by_name=act.by.name, at=act.at,
    )  # fmt: skip
    keep(row, kind="created")
    note(desk=desk, definition=key, version=row.version, changed=sorted(changes)[:50])
    return row
