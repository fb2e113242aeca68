"""Verbs on saved searches: keep, rename, tell or not, let go, and the telling itself."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.urls import reverse

from lantai.access.search.models import SavedSearch
from lantai.access.search.question import Question
from lantai.foundation.inbox.queue import attended, await_attention
from lantai.foundation.operation import operation
from lantai.foundation.policy import standings
from lantai.foundation.refusal import Conflict, Refusal
from lantai.foundation.work import Act, keep, keep_gone, note

PERMISSION, EVENT = "searches.save", "saved_search"
MOST = 100  # of one person


@operation(permission=PERMISSION, event=EVENT)
def save_search(act: Act, /, *, name: str, address: str, tell: bool = False) -> SavedSearch:
    """Keep a question (the search page's query string) under a name of one's own."""
    if not getattr(act.by, "pk", None):
        raise Refusal("请先登录再保存检索。", "Sign in to save a search.")
    question = Question.read(QueryDict(address.removeprefix("?")))
    wanted = question.address(explain="").removeprefix("?")
    if not wanted or len(wanted) > 2_000:
        raise Refusal(
            "没有可以保存的检索：请先输入检索词或选择条件。",
            "There is nothing to save: enter words or choose a filter first.",
        )
    if SavedSearch.objects.filter(person=act.by).count() >= MOST:
        raise Refusal(
            f"最多保存 {MOST} 个检索，请先删除不用的。", f"At most {MOST} are kept: delete some."
        )
    row = SavedSearch(
        person=act.by, name=_named(name), address=wanted, tell=tell, created_at=act.at
    )
    _write(row)
    keep(row, kind="created")
    return row


@operation(permission=PERMISSION, event=EVENT)
def change_saved_search(act: Act, /, *, saved: SavedSearch, name: str, tell: bool) -> SavedSearch:
    """Rename it, or be told of what is new, or no longer."""
    row = _own(act, saved)
    if tell and not row.tell:
        row.told_to, row.told_at = 0, None  # from now on, not of what was missed meanwhile
    row.name, row.tell = _named(name), tell
    _write(row)
    keep(row)
    return row


@operation(permission=PERMISSION, event=EVENT)
def delete_saved_search(act: Act, /, *, saved: SavedSearch) -> None:
    """Let it go, with its line in the inbox."""
    row, key = _own(act, saved), saved.pk
    attended(act, subject=row.urn)
    note(name=row.name)
    row.delete()
    row.pk = key
    keep_gone(row, key)


@operation(permission=PERMISSION, event=EVENT)
def look_at_saved_search(act: Act, /, *, saved: SavedSearch) -> SavedSearch:
    """It was run: what its line in the inbox told is seen."""
    row = _own(act, saved)
    attended(act, subject=row.urn)
    return row


@operation(permission="searches.tell", event=EVENT)
def tell_of_new_records(act: Act, /, *, saved: SavedSearch, found: int) -> None:
    """Put a line into its person's inbox: so many new records answer it."""
    place = next((place for _role, place in standings(saved.person)), None)
    if place is None:
        return
    await_attention(
        act,
        institution=place,
        person=saved.person,
        subject=saved.urn,
        kind=EVENT,
        title=f"保存的检索“{saved.name}”有新档案（{found} 件）",
        url=reverse("search:run", args=[saved.pk]),
    )
    note(found=found)


def _own(act: Act, saved: SavedSearch) -> SavedSearch:
    row = SavedSearch.objects.select_for_update().filter(pk=saved.pk, person_id=act.by.pk).first()
    if row is None:
        raise Refusal("没有这个保存的检索。", "You have no such saved search.")
    return row


def _named(name: str) -> str:
    found = " ".join(name.split())[:60]
    if not found:
        raise Refusal("请给检索起个名字。", "Give the search a name.")
    return found


def _write(row: SavedSearch) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as problem:
        raise Conflict(
            f"您已有名为“{row.name}”的检索，请换个名字。",
            f"You have a search called {row.name} already; choose another name.",
        ) from problem
