"""ReturnRound 填报任务, its forms 报表, every state they were in, and the totals."""

from __future__ import annotations

from django.db import models

from lantai.foundation.institutions.models import Institution


class ReturnRound(models.Model):
    """One collecting of a return: who asks, for which period, by the definition as it then was."""

    OPEN, LOCKED = "open", "locked"

    number = models.CharField(max_length=40, unique=True)
    definition = models.CharField(max_length=60, db_index=True)
    definition_data = models.JSONField(
        default=dict
    )  # kept with the round: figures never change sense
    earlier = models.JSONField(default=list)  # the definitions it ran under before, in order
    title = models.CharField(max_length=200)
    period = models.CharField(max_length=20, db_index=True)  # 2025, 2025-Q1
    owner = models.ForeignKey(Institution, on_delete=models.PROTECT)
    state = models.CharField(max_length=10, default=OPEN)
    due_date = models.DateField(null=True, blank=True)
    review_days = models.PositiveSmallIntegerField(default=0)  # working days for each level
    opened_by = models.CharField(max_length=120)
    opened_at = models.DateTimeField()
    locked_at = models.DateTimeField(null=True, blank=True)

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"return-round:{self.number}"


class ReturnForm(models.Model):
    """One body's form. Its figures are packed in one row (return_totals.pack)."""

    FILLING, REVIEWING, ACCEPTED = "filling", "reviewing", "accepted"

    round = models.ForeignKey(ReturnRound, on_delete=models.PROTECT, related_name="forms")
    body = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="return_forms")
    at = models.ForeignKey(
        Institution, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # whose turn it is to review
    state = models.CharField(max_length=10, default=FILLING)
    cells = models.TextField(blank=True)
    texts = models.JSONField(default=dict)
    note = models.TextField(blank=True)  # the body's own explanation of what is odd
    returned_reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)  # states it has been through
    edit = models.PositiveIntegerField(default=0)  # two writers: the second is told
    updated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "body"], name="return_form_once"),
        ]
        indexes = [models.Index(fields=["round", "at", "state"], name="return_form_where")]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"return:{self.round_id}/{self.body_id}"

    @property
    def counts(self) -> bool:
        """Do its figures stand in the totals? From sending until it is given back."""
        return self.state != self.FILLING


class ReturnState(models.Model):
    """A form as it was sent, passed on, given back or accepted: every version is kept."""

    form = models.ForeignKey(ReturnForm, on_delete=models.PROTECT, related_name="states")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)  # submitted | passed | returned | accepted | migrated
    cells = models.TextField(blank=True)
    texts = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    digest = models.CharField(max_length=64)  # SM3 over the figures and texts
    definition_version = models.CharField(max_length=40, blank=True)  # "": the round's first
    place = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=120)
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "version"], name="return_state_once")
        ]


class ReturnTotal(models.Model):
    """What stands below an institution in a round; kept up to date with every form."""

    round = models.ForeignKey(ReturnRound, on_delete=models.CASCADE, related_name="totals")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    figures = models.TextField()
    counts = models.TextField()
    forms = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "institution"], name="return_total_once")
        ]
