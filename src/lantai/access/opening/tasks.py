"""The job that screens a batch: item by item, a short operation every few."""

from __future__ import annotations

from typing import Any

from lantai.access.opening.models import OpeningItem
from lantai.access.opening.operations import record_screening
from lantai.access.opening.reading import path_of
from lantai.catalogue.records.fields import description_of
from lantai.core.screening.screening import Passage, Suggestion, screen
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.operations import move_case
from lantai.foundation.jobs.tasks_shelf import Running, task

AT_ONCE = 25  # items a commit: a killed worker loses at most so many


@task("opening.screen")
def screen_batch(running: Running) -> dict[str, Any]:
    """Screen what is not screened yet; goes on where it was cut; then moves the case on."""
    case = Case.objects.get(pk=running.arguments["case"])
    todo = list(
        case.opening_items.filter(screened_at=None)
        .order_by("position")
        .values_list("pk", flat=True)
    )
    total = case.opening_items.count()
    done = total - len(todo)
    for at in range(0, len(todo), AT_ONCE):
        if Case.objects.values_list("state", flat=True).get(pk=case.pk) != "screening":
            return {"screened": done, "stopped": "skipped"}
        part = case.opening_items.select_related("record__fonds").filter(
            pk__in=todo[at : at + AT_ONCE]
        )
        results = {item.pk: suggest(item) for item in part}
        record_screening(running.act, case=case, results=results)
        done += len(results)
        running.progress(done, total, f"已预审 {done} 件")
    case.refresh_from_db()
    if case.state == "screening":
        move_case(running.act, case=case, transition="screened")
    return {"screened": done}


def suggest(item: OpeningItem) -> Suggestion:
    """What the rules say of a record: its description and every page of text that is known."""
    record = item.record
    values = description_of(record)
    passages = [
        Passage(name, str(values[name]))
        for name in ("title", "creator", "organ", "abstract", "notes", "persons", "keywords")
        if values.get(name)
    ]
    if record.secrecy:
        passages.append(Passage("secrecy", record.secrecy))
    texts = list(record.texts.select_related("component").order_by("component_id", "page"))
    passages += [Passage(path_of(text), text.text, text.page) for text in texts]
    read = {text.component_id for text in texts if text.text.strip()}
    unread = any(pk not in read for pk in record.components.values_list("pk", flat=True))
    return screen(passages, has_unread_content=unread and None not in read)
