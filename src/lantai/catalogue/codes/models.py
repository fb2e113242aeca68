"""CodeCounter 件号计数, FormerCode 曾用档号."""

from __future__ import annotations

from django.db import models

from lantai.catalogue.records.models import Record
from lantai.foundation.institutions.models import Institution


class CodeCounter(models.Model):
    """件号计数: the last number given in one scope of 档号; its row is the lock.

    ``unit`` is the body whose records are numbered: the creating unit, at filing and ever after.
    """

    unit = models.ForeignKey(Institution, on_delete=models.PROTECT)
    scope = models.CharField(max_length=200)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "scope"], name="code_counter_once")]


class FormerCode(models.Model):
    """曾用档号: a code that a record had; nobody else ever gets it."""

    holder = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    code = models.CharField(max_length=200)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="former_codes")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["holder", "code"], name="former_code_once")]
