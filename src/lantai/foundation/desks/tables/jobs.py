"""Imports as jobs: a file that was sent, its job, the answer of the job."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from lantai.core.tables.table import TableUnreadable
from lantai.foundation.desks.tables.reading import Figures, Sent
from lantai.foundation.jobs.models import Job
from lantai.foundation.jobs.queue import enqueue
from lantai.foundation.jobs.tasks_shelf import Running
from lantai.foundation.refusal import Refusal


def put_aside(
    task: str, sent: Any, *, title: str, subject: str, person: Any, institution: Any,
    dry_run: bool, arguments: Mapping[str, Any],
) -> Job:  # fmt: skip
    """Keep the file that was sent, and put the job that will read it."""
    folder = Path(settings.LANTAI.incoming) / task.partition(".")[0]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / uuid.uuid4().hex
    with path.open("wb") as stream:
        for block in sent.chunks():
            stream.write(block)
    given = {"path": str(path), "name": sent.name or "", "dry_run": dry_run, **arguments}
    return enqueue(
        task, title=title, arguments=given, key=f"{task}-{path.name}", person=person,
        institution=institution, subject=subject,
    )  # fmt: skip


def as_job(running: Running, read: Callable[[Sent], Figures]) -> dict[str, Any]:
    """Read the job's file; one that is no table is a `Refusal`. Run again, it goes over it."""
    given = running.arguments
    path = Path(given["path"])
    sent = Sent(
        path, path.with_name(f"{path.name}-report.csv"), given["name"],
        bool(given.get("dry_run")), running.progress,
    )  # fmt: skip
    try:
        return read(sent).document()
    except TableUnreadable as fault:
        raise Refusal(fault.message_zh, fault.message_en) from fault
