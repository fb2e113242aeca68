"""Attachment 附件: one file of a matter, stored once under its digest."""

from __future__ import annotations

from django.db import models


class Attachment(models.Model):
    """A file put to a matter of a desk: where it belongs, what it is, its digests."""

    subject = models.CharField(max_length=160, db_index=True)  # the matter's urn
    role = models.CharField(
        max_length=60, blank=True
    )  # the field, the indicator it proves, component_role
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    sm3 = models.CharField(max_length=64)
    sha512 = models.CharField(max_length=128)
    by = models.CharField(max_length=120)
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)  # taken off; the bytes stay

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"attachment:{self.pk}"
