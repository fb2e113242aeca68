"""DuplicatePair 疑似重复: two records that may be one, and what was judged."""

from __future__ import annotations

from django.db import models

from lantai.catalogue.records.models import Record


class DuplicatePair(models.Model):
    """A likely pair; ``first`` has the smaller key. Judged once, a pair is not asked again.

    The two may lie in one fonds, in two, or in two archives.
    """

    OPEN, SAME, DIFFERENT = "open", "same", "different"
    IN_FIRST, IN_SECOND = "in_first", "in_second"  # the other is a part of this one
    PARTS = (IN_FIRST, IN_SECOND)

    first = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="duplicates_after")
    second = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="duplicates_before")
    kind = models.CharField(max_length=12)  # exact | normalised | title | near
    likeness = models.FloatField(default=1.0)
    verdict = models.CharField(max_length=10, default=OPEN)
    judged_by = models.CharField(max_length=120, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    found_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once")
        ]
        indexes = [models.Index(fields=["verdict", "kind", "id"], name="duplicate_waiting")]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"duplicate:{self.pk}"
