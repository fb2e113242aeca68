"""Change 变更 and FollowerCursor: the numbered line that index, statistics and copies follow.

Numbers are given while the ledger's lock is held, at the end of the transaction, so the order
of numbers is the order of commits and a cursor never steps over a late one.
"""

from __future__ import annotations

from django.db import models

from lantai.foundation.changes.numbers import RowNumber


class Change(models.Model):
    """Something happened to one subject (a urn), of one kind; or to the rows of a run (`runs`)."""

    number = RowNumber(primary_key=True)
    subject = models.CharField(max_length=160)  # read by number only: no index to pay for
    kind = models.CharField(max_length=40)
    entry = models.BigIntegerField()


class FollowerCursor(models.Model):
    """How far a follower has read."""

    begun_anew = (
        "索引等跟随者从头核对变更，会自行跟上",
        "the index and other followers read the changes from the beginning and catch up by themselves",
    )

    follower = models.CharField(max_length=60, primary_key=True)
    number = models.BigIntegerField(default=0)
    updated_at = models.DateTimeField(null=True)
