"""Making one copy: out of storage, through the sandbox, into a new version of the object."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from lantai.catalogue.records.models import Component
from lantai.core.fixity import Digests
from lantai.core.formats.migration import Migrated, Migration, MigrationFailed, migrate_file
from lantai.core.ocfl.inventory import User
from lantai.core.ocfl.staging import NewFile
from lantai.foundation.work import Act
from lantai.preservation.depositing.place import storage_root
from lantai.preservation.depositing.queries import open_component
from lantai.preservation.migrating.operations import note_failure, register_copy
from lantai.preservation.migrating.queries import identified


def make_copy(act: Act, component: Component, way: type[Migration]) -> dict[str, Any]:
    """Make, prove, store and register the copy of one file; {"made": bool, …}.

    The object's new version is written before the row: cut off in between, the next run makes
    the version's file anew and registers it.
    """
    with tempfile.TemporaryDirectory(prefix="lantai-migration-") as place:
        folder = Path(place)
        source = folder / f"source{Path(component.name).suffix[:16]}"
        with open_component(component) as stream, source.open("xb") as out:
            shutil.copyfileobj(stream, out, 1 << 20)
        made_in = folder / "made"
        made_in.mkdir()
        try:
            migrated = migrate_file(source, made_in, way, identified(component))
        except MigrationFailed as failure:
            note_failure(
                act, component=component, way=way.id, code=failure.code,
                message=f"{failure.message_zh} / {failure.message_en}",
            )  # fmt: skip
            return {"made": False, "component": component.pk, "code": failure.code}
        path = _store(act, component, migrated)
    name = f"{Path(component.name).stem}.{way.extension}"
    register_copy(act, component=component, path=path, name=name, migrated=migrated.to_json())
    return {"made": True, "component": component.pk, "path": path}


def _store(act: Act, component: Component, migrated: Migrated) -> str:
    """A version of the object with the copy in it; its logical path."""
    path = f"preservation/{component.sequence:05d}-{migrated.migration}.{migrated.path.suffix[1:]}"
    digests = Digests(migrated.size, {"sha512": migrated.sha512, "sm3": migrated.sm3})
    storage_root().update(
        component.record.object_id,
        [NewFile(path, migrated.path, digests)],
        message=f"格式转换 migration: {component.path} → {migrated.target}",
        user=User(act.by.name, f"urn:lantai:{act.by.urn}"),
        created=act.at,
    )
    return path
