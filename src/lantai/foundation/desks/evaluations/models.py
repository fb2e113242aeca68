"""EvaluationRound 评价批次, PanelMember 专家, Assessment 被评单位的评价."""

from __future__ import annotations

from django.db import models

from lantai.foundation.accounts.models import Person
from lantai.foundation.institutions.models import Institution


class EvaluationRound(models.Model):
    """One round under one definition (and the version it began under), run by one body."""

    OPEN, CLOSED = "open", "closed"

    number = models.CharField(max_length=60, unique=True)
    definition = models.CharField(max_length=60, db_index=True)
    definition_version = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    organiser = models.ForeignKey(Institution, on_delete=models.PROTECT)
    state = models.CharField(max_length=20, default=OPEN)
    due_date = models.DateField(null=True, blank=True)  # of the self-scores
    review_due = models.DateField(null=True, blank=True)  # of the experts' scores
    opened_by = models.CharField(max_length=120)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"evaluation:{self.number}"


class PanelMember(models.Model):
    """One expert 专家 of a round."""

    round = models.ForeignKey(EvaluationRound, on_delete=models.CASCADE, related_name="panel")
    person = models.ForeignKey(Person, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "person"], name="panel_member_once")
        ]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"panel-member:{self.pk}"


class Assessment(models.Model):
    """How one body stands in a round: what it claims, what the experts say, what was settled."""

    SELF, REVIEW, SETTLED, FED_BACK = "self", "review", "settled", "fed_back"

    round = models.ForeignKey(EvaluationRound, on_delete=models.CASCADE, related_name="assessments")
    subject = models.ForeignKey(Institution, on_delete=models.PROTECT)
    state = models.CharField(max_length=20, default=SELF)
    answers = models.JSONField(default=dict)  # indicator → {claimed, note, live}
    opinions = models.JSONField(default=dict)  # expert's urn → {name, scores: {…}, notes: {…}}
    result = models.JSONField(default=dict)  # settled values by indicator, totals, vetoes
    total = models.FloatField(null=True, blank=True)
    grade = models.CharField(max_length=40, blank=True)
    feedback = models.TextField(blank=True)
    turns = models.JSONField(default=list)  # what became of it, with what was claimed each time
    submitted_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "subject"], name="assessment_once")]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"assessment:{self.pk}"
