"""FilingItem 归档文件, FilingFile 电子文件, MonthClosing 月结."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models

from lantai.foundation.institutions.models import Institution
from lantai.governance.schedules.models import SchedulePlan


class FilingItem(models.Model):
    """One document at its unit, from draft to its hand-over.

    ``values`` holds the canonical elements; those that are listed or searched are columns too.
    """

    DRAFT, FILED, IN_TRANSFER, TRANSFERRED, RETURNED = (
        "draft", "filed", "in_transfer", "transferred", "returned",
    )  # fmt: skip
    STATES = (DRAFT, FILED, IN_TRANSFER, TRANSFERRED, RETURNED)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="filing_items")
    plan = models.ForeignKey(SchedulePlan, null=True, blank=True, on_delete=models.PROTECT)
    record_type = models.CharField(max_length=40, default="document")
    state = models.CharField(max_length=12, default=DRAFT, db_index=True)
    title = models.TextField(blank=True)
    doc_no = models.CharField(max_length=200, blank=True)
    year = models.SmallIntegerField(null=True, blank=True)
    record_class = models.CharField(max_length=10, blank=True)
    retention = models.CharField(max_length=10, blank=True)
    reference_code = models.CharField(max_length=200, blank=True)
    values = models.JSONField(default=dict)
    process = models.JSONField(default=dict)  # act → {agent, time}: 起草, 签发 (DA/T 46 M80–M84)
    hints = models.JSONField(default=dict)  # what the files suggest, element → value
    clause_no = models.CharField(max_length=20, blank=True)
    clause_version = models.CharField(max_length=80, blank=True)
    proposed_by = models.CharField(max_length=120, blank=True)  # system@version or a person
    confirmed_by = models.CharField(max_length=120, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)  # when the files were last read
    filed_at = models.DateTimeField(null=True, blank=True)
    filed_by = models.CharField(max_length=120, blank=True)
    record_uid = models.UUIDField(null=True, blank=True)  # the Record it became
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "reference_code"],
                name="filing_code_once",
                condition=~models.Q(reference_code=""),
            ),
            models.CheckConstraint(
                name="filing_state_known",
                condition=models.Q(
                    state__in=["draft", "filed", "in_transfer", "transferred", "returned"]
                ),
            ),
        ]
        indexes = [models.Index(fields=["unit", "state", "id"], name="filing_list")]

    def __str__(self) -> str:
        return self.title or str(self.uid)

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"filing:{self.uid}"

    @property
    def folder(self) -> Path:
        """Where its files lie until they are handed over, and five years longer."""
        return Path(settings.LANTAI.data) / "filing" / self.unit.code / str(self.uid)


class FilingFile(models.Model):
    """One digital file of a filing item; ``name`` as it came."""

    item = models.ForeignKey(FilingItem, on_delete=models.CASCADE, related_name="files")
    sequence = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=500)
    stored = models.CharField(max_length=60)  # its name in the item's folder
    size = models.BigIntegerField()
    sm3 = models.CharField(max_length=64, blank=True)
    sha512 = models.CharField(max_length=128, blank=True)
    puid = models.CharField(max_length=40, blank=True)
    format_name = models.CharField(max_length=200, blank=True)
    mime = models.CharField(max_length=120, blank=True)
    warning = models.CharField(max_length=500, blank=True)

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"filing-file:{self.pk}"

    @property
    def path(self) -> Path:
        """Where its bytes lie."""
        return self.item.folder / self.stored


class MonthClosing(models.Model):
    """One fiscal month of a unit's accounts; ``fingerprint`` is of the items as they were judged.

    While it is closed, filing takes no change to the month.
    """

    CHECKED, CLOSED, REOPENED = "checked", "closed", "reopened"

    unit = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="month_closings")
    year = models.SmallIntegerField()
    month = models.SmallIntegerField()
    state = models.CharField(max_length=10, default=CHECKED)
    fingerprint = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)  # vouchers, ledgers, reports, others, invoices, errors…
    findings = models.JSONField(default=list)
    invoices = models.JSONField(default=dict)  # invoice key → reference code of its voucher
    checked_at = models.DateTimeField()
    note = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=120, blank=True)
    reason = models.TextField(blank=True)  # why it was opened again

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "month"], name="month_closed_once")
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"month-closing:{self.unit.code}:{self}"
