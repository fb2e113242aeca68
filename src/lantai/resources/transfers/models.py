"""Transfer 移交批次, TransferLine 移交件, CheckRun 检测记录."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import models

from lantai.catalogue.fonds.models import Fonds
from lantai.foundation.institutions.models import Institution
from lantai.resources.filing.models import FilingItem

YEARS_KEPT_BY_SENDER = 5  # GB/T 18894-2016: the sender keeps its copy at least so long


class Transfer(models.Model):
    """One batch on its way from a unit to its archives: one row for both sides (D07).

    States: draft → building → ready → submitted → checking → returned | awaiting_acceptance →
    accepted → deposited. ``version`` counts the packages made or received.
    """

    DRAFT, BUILDING, READY, SUBMITTED, CHECKING, RETURNED, AWAITING, ACCEPTED, DEPOSITED = (
        "draft", "building", "ready", "submitted", "checking", "returned",
        "awaiting_acceptance", "accepted", "deposited",
    )  # fmt: skip

    number = models.CharField(max_length=30, unique=True)  # T2026-000001
    unit = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="transfers_sent")
    archives = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="transfers_received"
    )
    fonds = models.ForeignKey(Fonds, on_delete=models.PROTECT, related_name="transfers")
    title = models.CharField(max_length=200)  # 交接工作名称
    content = models.TextField(blank=True)  # 内容描述
    state = models.CharField(max_length=20, default=DRAFT, db_index=True)
    external = models.BooleanField(default=False)  # made by another system, no filing items here
    channel = models.CharField(max_length=20, default="system")  # system, page, api, watched
    version = models.PositiveIntegerField(default=0)
    package_id = models.CharField(max_length=200, blank=True)
    package_digest = models.CharField(max_length=64, blank=True)  # SM3 of the manifest
    place = models.CharField(max_length=400, blank=True)  # the package's folder below incoming
    items = models.PositiveIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    bytes = models.BigIntegerField(default=0)
    first_code = models.CharField(max_length=200, blank=True)
    last_code = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)  # why it came back
    prepared_by = models.CharField(max_length=120, blank=True)  # 填表人, names as signed
    sender_signed = models.CharField(max_length=120, blank=True)
    sender_signed_urn = models.CharField(max_length=120, blank=True)
    sender_signed_at = models.DateTimeField(null=True, blank=True)
    receiver_signed = models.CharField(max_length=120, blank=True)
    receiver_signed_urn = models.CharField(max_length=120, blank=True)
    receiver_signed_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    deposited_at = models.DateTimeField(null=True, blank=True)
    deposit = models.CharField(max_length=60, blank=True)
    keep_until = models.DateField(null=True, blank=True)  # the sender's copy, at least
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="transfer_state_known",
                condition=models.Q(
                    state__in=[
                        "draft", "building", "ready", "submitted", "checking", "returned",
                        "awaiting_acceptance", "accepted", "deposited",
                    ]
                ),
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["archives", "state", "id"], name="transfer_desk")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"transfer:{self.number}"

    @property
    def package(self) -> Path:
        """The folder of its present package."""
        return Path(settings.LANTAI.incoming) / self.place

    @property
    def is_signed_by_sender(self) -> bool:
        """The sending unit's leader has signed this version."""
        return bool(self.sender_signed_at)

    def kept_until(self, day: date) -> date:
        """How long the sender keeps its copy when handed over on ``day``."""
        try:
            return day.replace(year=day.year + YEARS_KEPT_BY_SENDER)
        except ValueError:
            return day.replace(year=day.year + YEARS_KEPT_BY_SENDER, day=28)


class TransferLine(models.Model):
    """A filed document in a batch."""

    transfer = models.ForeignKey(Transfer, on_delete=models.CASCADE, related_name="lines")
    item = models.ForeignKey(FilingItem, on_delete=models.PROTECT, related_name="lines")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transfer", "item"], name="transfer_line_once")
        ]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"transfer-line:{self.pk}"


class CheckRun(models.Model):
    """检测记录: one run of the four-property checks; all runs are kept."""

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="runs")
    version = models.PositiveIntegerField()
    stage = models.CharField(max_length=20)  # filing (at the unit), transfer (at the archives)
    verdict = models.CharField(max_length=20)  # pass, fail, unreadable
    plan = models.CharField(max_length=60, blank=True)
    plan_version = models.CharField(max_length=40, blank=True)
    counts = models.JSONField(default=dict)
    findings = models.JSONField(default=list)
    results = models.JSONField(default=list)
    package_digest = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["transfer", "id"], name="check_run_order")]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"check-run:{self.pk}"

    @property
    def passed(self) -> bool:
        """Nothing stands against it."""
        return self.verdict == "pass"
