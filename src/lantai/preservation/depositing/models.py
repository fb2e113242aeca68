"""Deposit 入库批: what came in together, and lies in storage as one object a record."""

from __future__ import annotations

from django.db import models

from lantai.catalogue.fonds.models import Fonds
from lantai.foundation.institutions.models import Institution


class Deposit(models.Model):
    """入库批: an accession as it was stored; grows while it is taken in, then is complete."""

    number = models.CharField(max_length=30, unique=True)  # D2026-000001
    accession = models.CharField(max_length=60)
    holder = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="deposits")
    fonds = models.ForeignKey(Fonds, on_delete=models.PROTECT, related_name="deposits")
    creating_unit = models.ForeignKey(
        Institution,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="deposits_made",
    )
    items = models.PositiveIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    bytes = models.BigIntegerField(default=0)
    complete = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["holder", "accession"], name="accession_deposited_once")
        ]
        indexes = [models.Index(fields=["holder", "created_at"], name="deposit_newest")]

    def __str__(self) -> str:
        return self.number

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"deposit:{self.number}"
