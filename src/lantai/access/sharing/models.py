"""SharedSet 共享数据集, SharingGrant 共享授权, SharingUse 使用登记."""

from __future__ import annotations

from django.db import models

from lantai.foundation.institutions.models import Institution


class SharedSet(models.Model):
    """A data set that an archives offers: its kind says how it is shared and what is in it."""

    number = models.CharField(max_length=60, unique=True)
    holder = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="shared_sets")
    kind = models.CharField(max_length=40)  # sharing/chart.toml
    title = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    fonds = models.CharField(max_length=20, blank=True)  # only this fonds; "" all
    offered_by = models.CharField(max_length=120)
    offered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"shared-set:{self.number}"


class SharingGrant(models.Model):
    """A body may use a set that needs approval: by which case, and until when."""

    shared_set = models.ForeignKey(SharedSet, on_delete=models.PROTECT, related_name="grants")
    body = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    case = models.CharField(max_length=60)
    until = models.DateField()
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"sharing-grant:{self.pk}"


class SharingUse(models.Model):
    """One use of a set: who, for which body, what was asked, how many rows were given."""

    shared_set = models.ForeignKey(SharedSet, on_delete=models.PROTECT, related_name="uses")
    body = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=120)
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    channel = models.CharField(max_length=10)  # page, api or file
    question = models.CharField(max_length=200, blank=True)
    rows = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["shared_set", "-id"], name="sharing_use_order")]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"sharing-use:{self.pk}"
