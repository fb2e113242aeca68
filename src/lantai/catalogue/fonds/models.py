"""Fonds 全宗 (ISAD(G) 3.1.4): the records of one creating body, kept by one archives."""

from __future__ import annotations

from django.db import models

from lantai.foundation.institutions.models import Institution


class Fonds(models.Model):
    """全宗: ``code`` is the 全宗号, unique in its archives; ``names`` holds earlier names 沿革."""

    holder = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="fonds_held")
    creator = models.ForeignKey(
        Institution, null=True, blank=True, on_delete=models.PROTECT, related_name="fonds_made"
    )
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    start_year = models.SmallIntegerField(null=True, blank=True)
    end_year = models.SmallIntegerField(null=True, blank=True)
    description = models.JSONField(default=dict, blank=True)  # history, scope, arrangement
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["holder", "code"], name="fonds_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"fonds:{self.holder.code}:{self.code}"
