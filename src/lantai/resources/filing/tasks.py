"""Jobs of filing: read the files of an item; sweep what a discarded draft left."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings

from lantai.core.fixity import digest_file
from lantai.core.formats import identify_many, read_text
from lantai.foundation.jobs.tasks_shelf import Running, task
from lantai.resources.filing.hints import hints_of
from lantai.resources.filing.models import FilingFile, FilingItem
from lantai.resources.filing.operations import record_look

PAGES_READ = 20  # a title stands on the first pages


@task("filing.look")
def look(running: Running) -> dict[str, Any]:
    """Digest, identify and read the files of an item, then store what was learnt."""
    item = FilingItem.objects.filter(uid=running.arguments["item"]).first()
    if item is None:
        return {"gone": True}
    rows = list(item.files.order_by("sequence", "pk"))
    known = identify_many([row.path for row in rows])
    found: dict[int, dict[str, Any]] = {}
    hints: dict[str, str] = {}
    for number, (row, what) in enumerate(zip(rows, known, strict=True)):
        running.progress(number, len(rows), row.name)
        digests = digest_file(row.path, ("sm3", "sha512"))
        found[row.pk] = {
            "size": digests.size,
            **digests.values,
            "puid": what.puid,
            "format_name": f"{what.name} {what.version}".strip()[:200],
            "mime": what.mime[:120],
            "warning": (what.warning or "")[:500],
        }
        if not hints:
            hints = hints_of(row.name, _texts(row, what))
    record_look(running.act, item=item, found=found, hints=hints)
    return {"files": len(found), "hints": sorted(hints)}


def _texts(row: FilingFile, what: Any) -> list[str]:
    try:
        return [page.text for page in read_text(row.path, what).pages[:PAGES_READ]]
    except Exception:  # a file that can not be read gives no hint; the checks will say so
        return []


@task("filing.sweep")
def sweep(running: Running) -> dict[str, Any]:
    """Remove the folder of a discarded draft, unless an item owns it after all."""
    unit, _, uid = str(running.arguments["folder"]).partition("/")
    folder = Path(settings.LANTAI.data) / "filing" / unit / uid
    if FilingItem.objects.filter(uid=uid).exists():
        return {"kept": True}
    shutil.rmtree(folder, ignore_errors=True)
    return {"kept": False}
