"""LedgerEntry 台账: one event, chained to the one before it; LedgerHead: the chain's end."""

from __future__ import annotations

from django.db import models


class LedgerEntry(models.Model):
    """A PREMIS event: what was done, by whom, to what, with what outcome (PREMIS 3.0 2.x).

    The same entry, with the images of the rows it changed, stands in the storage's segment
    files: those are the truth, this table is for asking.
    """

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    event = models.CharField(max_length=60, db_index=True)
    operation = models.CharField(max_length=100)
    outcome = models.CharField(max_length=10)  # success | failure
    agent = models.CharField(max_length=120, db_index=True)
    agent_name = models.CharField(max_length=120, blank=True)
    channel = models.CharField(max_length=10)
    institution = models.CharField(max_length=40, blank=True, db_index=True)
    subjects = models.JSONField(default=list)
    detail = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    rows_digest = models.CharField(max_length=64, blank=True)
    work = models.BigIntegerField(default=0)  # the first entry of the same unit of work
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    #: the fields under the hash, in the segment file's words
    CHAINED = (
        "sequence",
        "at",
        "event",
        "operation",
        "outcome",
        "agent",
        "agent_name",
        "channel",
        "institution",
        "subjects",
        "detail",
        "reason",
        "rows_digest",
        "work",
        "previous",
    )


class LedgerSubject(models.Model):
    """Which entries speak of a urn: the record's own story, quickly found."""

    entry = models.ForeignKey(LedgerEntry, on_delete=models.CASCADE)
    urn = models.CharField(max_length=160, db_index=True)


class LedgerHead(models.Model):
    """The last entry's number and hash; its row is the ledger's one lock (always id 1)."""

    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")
    change = models.BigIntegerField(default=0)  # the last change number given
