"""Reception 收包: one arrival of a transfer package from outside, whatever became of it."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models

from lantai.foundation.institutions.models import Institution
from lantai.resources.transfers.models import Transfer


class Reception(models.Model):
    """A package as it came by page, API or watched folder; ``place`` is below incoming."""

    WAITING, TAKEN, DUPLICATE, REFUSED = "waiting", "taken", "duplicate", "refused"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    archives = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="receptions")
    unit = models.ForeignKey(
        Institution, null=True, blank=True, on_delete=models.PROTECT, related_name="deliveries"
    )
    transfer = models.ForeignKey(
        Transfer, null=True, blank=True, on_delete=models.PROTECT, related_name="receptions"
    )
    channel = models.CharField(max_length=20)  # page, api, watched
    name = models.CharField(max_length=500)
    place = models.CharField(max_length=600)
    size = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True, db_index=True)  # SM3 of the package
    state = models.CharField(max_length=12, default=WAITING, db_index=True)
    problem_zh = models.TextField(blank=True)
    problem_en = models.TextField(blank=True)
    received_by = models.CharField(max_length=120)
    received_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["archives", "digest"],
                name="package_taken_once",
                condition=models.Q(state="taken") & ~models.Q(digest=""),
            )
        ]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"reception:{self.uid}"

    @property
    def source(self) -> Path:
        """The file or folder as it came."""
        return Path(settings.LANTAI.incoming) / self.place

    @property
    def folder(self) -> Path:
        """Where it is unpacked."""
        return Path(settings.LANTAI.incoming) / "receptions" / str(self.uid) / "package"
