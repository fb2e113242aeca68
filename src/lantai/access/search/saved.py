"""Saved searches read and asked again 保存的检索: whose they are, and what is new in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from lantai.access.search.followers import FOLLOWER, changed_uids
from lantai.access.search.models import SavedSearch
from lantai.access.search.narrowing import records_within
from lantai.access.search.queries import search
from lantai.access.search.question import Question
from lantai.catalogue.records.models import Record
from lantai.foundation.changes.models import Change, FollowerCursor
from lantai.foundation.refusal import NotFound

MOST_READ = 20_000  # changes looked at in one round; the rest in the next
CHUNK = 500  # records asked among at once
OVERLAP = timedelta(minutes=10)  # a publication may be committed after it was dated


def searches_of(person: Any) -> QuerySet[SavedSearch]:
    """A person's own, by name."""
    return SavedSearch.objects.filter(person_id=person.pk or 0).order_by("name", "pk")


def saved_search_of(person: Any, key: int) -> SavedSearch:
    """One of them; else `NotFound`."""
    row = searches_of(person).filter(pk=key).first()
    if row is None:
        raise NotFound("没有这个保存的检索。", "You have no such saved search.")
    return row


def question_of(saved: SavedSearch) -> Question:
    """What it asks."""
    return Question.read(QueryDict(saved.address))


def read_to(search_row: SavedSearch) -> int:
    """How far this round may look: what the index has read, a bounded number of changes."""
    row = FollowerCursor.objects.filter(pk=FOLLOWER).values_list("number", flat=True).first() or 0
    return min(row, search_row.told_to + MOST_READ) if search_row.told_to else row


def new_matches(saved: SavedSearch, upto: int) -> int:
    """How many records entered or published since the last look answer it, as its person sees."""
    question = question_of(saved)
    found = 0
    inside = records_within(saved.person, question.under, question.picked)
    for uids in _candidates(saved, upto):
        answer = search(
            saved.person,
            text=question.asked,
            filters=question.filters,
            year_from=question.year_from,
            year_to=question.year_to,
            limit=0,
            highlight=False,
            within=uids if inside is None else inside.intersection(uids),
        )
        found += 0 if answer.near or answer.without_index else answer.total
    return found


def _candidates(saved: SavedSearch, upto: int) -> Iterator[Sequence[str]]:
    """Records that are new to readers: entered in these changes, or published since."""
    changes = Change.objects.filter(
        number__gt=saved.told_to, number__lte=upto, subject__startswith="record"
    ).order_by("number")
    since = (saved.told_at or timezone.now()) - OVERLAP
    entered = changed_uids(changes.filter(kind="created").iterator(chunk_size=2_000))
    touched = changed_uids(changes.exclude(kind="created").iterator(chunk_size=2_000))
    waiting = iter(touched)
    published: list[str] = []
    while batch := list(islice(waiting, CHUNK)):
        rows = Record.objects.filter(Q(published_at__gte=since), uid__in=batch)
        published += [str(uid) for uid in rows.values_list("uid", flat=True)]
    wanted = iter(dict.fromkeys([*entered, *published]))
    while batch := list(islice(wanted, CHUNK)):
        yield batch
