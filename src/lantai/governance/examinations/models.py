"""Examination 测试 and AnswerSheet 答卷."""

from __future__ import annotations

from django.db import models

from lantai.foundation.accounts.models import Person
from lantai.foundation.institutions.models import Institution


class Examination(models.Model):
    """A test of so many questions of each kind in so many minutes."""

    OWN, UNITS = "own", "units"

    number = models.CharField(max_length=40, unique=True)  # KS-YX-2026-001
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    title = models.CharField(max_length=200)
    wanted = models.JSONField(default=dict)  # kind → how many
    topic = models.CharField(max_length=60, blank=True)  # only of this topic; empty: of all
    minutes = models.PositiveIntegerField()
    pass_score = models.PositiveIntegerField(default=60)
    open_to = models.CharField(max_length=10, default=UNITS)
    seed = models.CharField(max_length=64)
    created_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.title

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"examination:{self.number}"


class AnswerSheet(models.Model):
    """What one person was asked and answered; the time runs from ``started_at`` to ``due_at``."""

    examination = models.ForeignKey(Examination, on_delete=models.PROTECT, related_name="sheets")
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    paper = models.JSONField(default=list)  # ids of the bank's lines, in the order asked
    answers = models.JSONField(default=dict)  # id → letters
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    score = models.FloatField(null=True, blank=True)
    topics = models.JSONField(default=dict)  # topic → [right, asked]
    wrong = models.JSONField(default=list)
    certificate = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["examination", "person"], name="answer_sheet_once")
        ]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"answer-sheet:{self.examination_id}/{self.person_id}"
