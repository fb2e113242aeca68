"""Followers 跟随者: functions that read the changes after their cursor, found by their place.

A follower lives in a feature's ``followers.py`` as a subclass of `Follower`.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence

from django.db import transaction
from django.utils import timezone

from lantai.core.registry import Shelf
from lantai.foundation.changes.models import Change, FollowerCursor

log = logging.getLogger("lantai.followers")
BATCH = 1_000  # changes read at once: one index commit covers many


class Follower(ABC):
    """Keeps something in step with what happened: the index, statistics, copies."""

    id: str = ""

    @abstractmethod
    def follow(self, changes: Sequence[Change]) -> None:
        """Take these changes in; must be harmless when given twice."""


_shelf: Shelf[Follower] = Shelf(
    Follower,  # type: ignore[type-abstract]
    "lantai.foundation",
    "lantai.governance",
    "lantai.catalogue",
    "lantai.preservation",
    "lantai.resources",
    "lantai.access",
)


def followers() -> dict[str, type[Follower]]:
    """Every follower by id."""
    return _shelf.all()


def follow_all() -> int:
    """Give each follower what it has not read; returns how many changes were taken in."""
    return sum(follow_one(name) for name in followers())


def follow_one(name: str, batch: int = BATCH) -> int:
    """Let one follower read until it has seen everything (at most one batch a call)."""
    return follow_with(followers()[name](), batch)


def follow_with(follower: Follower, batch: int = BATCH) -> int:
    """The same with the follower at hand: a command need not look for all there are."""

    def once(number: int) -> Iterator[list[Change]]:
        if changes := changes_after(number, batch):
            yield changes

    def take(parts: Iterable[Sequence[Change]]) -> None:
        for changes in parts:
            follower.follow(changes)

    return follow_coming(follower.id, once, take)


def changes_after(number: int, most: int) -> list[Change]:
    """The changes after this one, in their order: of ``most`` numbers, or one run of more."""
    ahead = Change.objects.filter(number__gt=number).order_by("number")
    told = ahead.values_list("number", "subject", "kind", "entry", named=True)
    return list(told.filter(number__lte=number + most)) or list(told[:1])


def changes_between(after: int, upto: int, most: int = BATCH) -> Iterator[list[Change]]:
    """All after one and up to another in parts, so that they need not all be held; the last part
    may go beyond."""
    while after < upto and (changes := changes_after(after, most)):
        yield changes
        after = changes[-1].number


def last_change() -> int:
    """The number of the newest change; 0 when there is none."""
    return Change.objects.order_by("-number").values_list("number", flat=True).first() or 0


def follow_coming(
    name: str,
    coming: Callable[[int], Iterator[Sequence[Change]]],
    take: Callable[[Iterable[Sequence[Change]]], None],
) -> int:
    """Let a follower take in the parts that come after its cursor, then move the cursor once.

    Returns how many changes; 0 also when it failed, with the cursor where it was.
    """
    cursor, _ = FollowerCursor.objects.get_or_create(follower=name)
    number, count = cursor.number, 0

    def noticed() -> Iterator[Sequence[Change]]:
        nonlocal number, count
        for changes in coming(cursor.number):
            count += changes[-1].number - number  # a run has as many numbers as rows
            number = changes[-1].number
            yield changes

    try:
        take(noticed())
    except Exception:
        log.exception("follower %s stopped at change %s", name, cursor.number)
        return 0
    if not count:
        return 0
    untouched = FollowerCursor.objects.filter(
        pk=name, number=cursor.number, updated_at=cursor.updated_at
    )  # sent back meanwhile (`follow_again`), it reads these once more
    untouched.update(number=number, updated_at=timezone.now())
    return count


def follow_again(name: str, after: int) -> None:
    """Send a follower back to what came after this change, whatever it is reading just now."""
    with transaction.atomic():
        cursor = FollowerCursor.objects.select_for_update().filter(pk=name).first()
        if cursor is not None:
            cursor.number, cursor.updated_at = min(cursor.number, after), timezone.now()
            cursor.save()


def backlog() -> dict[str, int]:
    """How many changes each follower has not read yet."""
    last = last_change()
    read = dict(FollowerCursor.objects.values_list("follower", "number"))
    return {name: max(0, last - read.get(name, 0)) for name in followers()}
