"""CarrySource 摆渡来源, CarriedBundle 摆渡包 and CarriedEntry 摆渡条目."""

from __future__ import annotations

from django.db import models

from lantai.catalogue.records.models import Record
from lantai.foundation.institutions.models import Institution


class CarrySource(models.Model):
    """摆渡来源: an installation inside whose bundles are believed here; known by its public key."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    public_key = models.CharField(max_length=130)
    trusted_by = models.CharField(max_length=120)
    trusted_at = models.DateTimeField()

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"carry-source:{self.code}"


class CarriedBundle(models.Model):
    """摆渡包: one bundle sent (``out``) or taken in (``in``), linked to the one before by digest."""

    OUT, IN = "out", "in"

    direction = models.CharField(max_length=3)
    source = models.CharField(max_length=40)  # code of the archives it comes from
    number = models.PositiveIntegerField()
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)  # SM3 of what was signed
    whole = models.BooleanField(default=False)
    records = models.PositiveIntegerField()
    gone = models.PositiveIntegerField()
    files = models.PositiveIntegerField()
    size = models.BigIntegerField()
    made_at = models.DateTimeField()
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["direction", "source", "number"], name="carried_bundle_once"
            )
        ]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"carried-bundle:{self.direction}:{self.source}:{self.number}"


class CarriedEntry(models.Model):
    """摆渡条目: what the public side holds of a record: sent, or taken in as which record here."""

    direction = models.CharField(max_length=3)
    source = models.CharField(max_length=40)
    uid = models.UUIDField()  # of the record inside
    digest = models.CharField(max_length=64)
    files_digest = models.CharField(max_length=64, blank=True)
    record = models.ForeignKey(
        Record, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # on the public side

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["direction", "source", "uid"], name="carried_entry_once"
            )
        ]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"carried-entry:{self.direction}:{self.source}:{self.uid}"


def holder_of(code: str) -> Institution | None:
    """The archives of a code, if it is registered here."""
    return Institution.objects.filter(code=code, kind=Institution.ARCHIVES).first()
