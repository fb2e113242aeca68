"""Long work on the index."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils import timezone

from lantai.access.search.health import REBUILD, ask_for_rebuild, index_fault
from lantai.access.search.models import SavedSearch
from lantai.access.search.operations import rebuild_index
from lantai.access.search.queries import QuestionRefused, SearchDown
from lantai.access.search.saved import new_matches, read_to
from lantai.access.search.saving import tell_of_new_records
from lantai.foundation.jobs.recurring import recurring
from lantai.foundation.jobs.tasks_shelf import Running, task
from lantai.foundation.policy import Operator
from lantai.foundation.refusal import NotFound
from lantai.foundation.work import Act

WATCH = "search.watch_index"
TELL = "search.tell_saved"
recurring(WATCH, every=60, title="检查检索索引")
recurring(TELL, every=600, title="保存的检索：查看有无新档案")


@task(WATCH)
def watch(running: Running) -> dict[str, Any]:
    """See that the index can answer; one that cannot is rebuilt, asked for or not."""
    fault = index_fault()
    if fault is not None:
        ask_for_rebuild()
    return {"fault": fault.message_zh if fault else ""}


@task(REBUILD)
def rebuild(running: Running) -> dict[str, Any]:
    """Rebuild; killed, it starts again from nothing beside the serving index."""
    act = Act(by=running.job.person or Operator(), channel="job")
    return asdict(rebuild_index(act, progress=running.progress))


@task(TELL)
def tell_saved(running: Running) -> dict[str, Any]:
    """Ask each saved search again among what is new. Cut off, a round is begun again."""
    told = asked = 0
    rows = SavedSearch.objects.filter(tell=True, person__is_active=True).select_related("person")
    for saved in rows.order_by("pk").iterator(chunk_size=200):
        upto, now = read_to(saved), timezone.now()
        try:
            found = new_matches(saved, upto) if saved.told_to and upto > saved.told_to else 0
        except (QuestionRefused, SearchDown, NotFound):
            continue  # the index is away, or the branch it looks in: next round
        if found:
            tell_of_new_records(Act(by=Operator(), channel="job"), saved=saved, found=found)
        SavedSearch.objects.filter(pk=saved.pk).update(told_to=upto, told_at=now)
        asked, told = asked + 1, told + bool(found)
    return {"asked": asked, "told": told}
