"""Pressed 催办与提醒 and Handed 委派: what was done so that somebody does what is owed."""

from __future__ import annotations

from django.db import models

from lantai.foundation.accounts.models import Person


class Pressed(models.Model):
    """Those who owe a step were called upon once more: by a person 催办, or by the clock 提醒."""

    URGED, SOON, LATE = "urged", "soon", "late"

    subject = models.CharField(max_length=160)  # the matter's urn
    stage = models.CharField(max_length=40)  # the step that is owed
    kind = models.CharField(max_length=10)
    day = models.DateField()  # of the urging; of a reminder the due date that it tells of
    by = models.CharField(max_length=120)
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "stage", "kind", "day"], name="pressed_once")
        ]
        indexes = [models.Index(fields=["kind", "day"], name="pressed_day")]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"pressed:{self.pk}"


class Handed(models.Model):
    """A step of a matter that one person handed to a colleague, until it is taken back."""

    subject = models.CharField(max_length=160, db_index=True)
    stage = models.CharField(max_length=40)
    giver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="handed")
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"handed:{self.pk}"
