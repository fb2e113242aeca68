"""Verbs on adaptations: an institution's own version, one for the whole installation, a file kept."""

from __future__ import annotations

from typing import Any

from lantai.core.desks.adapting import with_changes
from lantai.foundation.desks.adapting.editable import EditableDesk, desk_named
from lantai.foundation.desks.adapting.models import Adaptation, KeptDefinition
from lantai.foundation.desks.adapting.queries import in_force
from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.refusal import NotFound, Refusal
from lantai.foundation.work import Act, keep, note


@operation(permission="desks.adapt", event="definition_adaptation")
def adapt_definition(
    act: Act,
    /,
    *,
    desk: str,
    definition: str,
    institution: Institution,
    changes: dict[str, Any],
) -> Adaptation:
    """Lay a new version over a definition; the caller has read it and found no mistake in it."""
    return _lay(act, desk, definition, institution, changes, act.reason)


@operation(permission="definitions.adapt", event="definition_adaptation")
def adapt_for_all(
    act: Act, /, *, desk: str, key: str, changes: dict[str, Any], reason: str = ""
) -> Adaptation:
    """Put a version in force for all: ``changes`` are the values that differ from the file's.

    Matters that are open stay under the version they began under until they are migrated.
    """
    place = desk_named(desk)
    base = place.definitions().get(key)
    if base is None:
        raise NotFound("没有这个定义。", "No such definition.")
    mistakes = place.judge(with_changes(base, changes, place.parts))
    if mistakes:
        raise Refusal(
            "改动后定义不成立：" + "；".join(zh for zh, _ in mistakes[:3]),
            "The definition would not stand: " + "; ".join(en for _, en in mistakes[:3]),
        )
    return _lay(act, desk, key, None, changes, reason or act.reason, base.version)


@operation(permission="definitions.adapt_level", event="definition_adaptation")
def adapt_at_level(
    act: Act, /, *, desk: str, key: str, institution: Institution, changes: dict[str, Any],
    reason: str,
) -> Adaptation:  # fmt: skip
    """Put an institution's own version in force for what lies below it; {} takes it back.

    What a level above has fixed may be made stricter, not looser: the desk's judge sees to it.
    """
    place = desk_named(desk)
    base = place.definitions().get(key)
    if base is None or place.levels is None:
        raise NotFound("没有这个定义。", "No such definition.")
    made = with_changes(place.levels.above(key, institution), changes, place.parts)
    mistakes = place.levels.judge(made, key, institution) if changes else []
    if mistakes:
        raise Refusal(
            "不能启用：" + "；".join(zh for zh, _ in mistakes[:3]),
            "It cannot come into force: " + "; ".join(en for _, en in mistakes[:3]),
            code="not-at-this-level",
        )
    if not (reason or act.reason).strip():
        raise Refusal("请写明为什么改。", "Say why it is changed.")
    return _lay(act, desk, key, institution, changes, reason or act.reason, base.version)


def _lay(
    act: Act, desk: str, definition: str, institution: Institution | None,
    changes: dict[str, Any], reason: str, base_version: str = "",
) -> Adaptation:  # fmt: skip
    last = in_force(desk, definition, institution)
    if changes == (last.changes if last else {}):
        raise Refusal("没有改动，不必保存新版本。", "Nothing was changed.", code="unchanged")
    row = Adaptation.objects.create(
        desk=desk,
        definition=definition,
        institution=institution,
        version=(last.version if last else 0) + 1,
        base_version=base_version,
        changes=changes,
        note=reason[:1000],
        created_by=act.by.urn,
        created_by_name=act.by.name,
        created_at=act.at,
    )
    keep(row, kind="created")
    note(desk=desk, definition=definition, version=row.version)
    return row


def keep_definition(act: Act, desk: EditableDesk, key: str) -> None:
    """Keep the file of a definition under which a matter begins; called inside its operation."""
    base = desk.definitions()[key]
    row, made = KeptDefinition.objects.get_or_create(
        desk=desk.id, definition=key, version=base.version,
        defaults={"text": lambda: desk.text_of(key), "kept_at": act.at},
    )  # fmt: skip
    if made:
        keep(row, kind="created")
