"""Case 办件 and CaseStep 办理记录: a matter, where it stands, and every move it made."""

from __future__ import annotations

from django.db import models

from lantai.foundation.accounts.models import Person
from lantai.foundation.institutions.models import Institution


class Case(models.Model):
    """A matter under one definition (and the version of it that it began under)."""

    definition = models.CharField(max_length=60, db_index=True)
    definition_version = models.CharField(max_length=40)
    number = models.CharField(max_length=60, unique=True)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    title = models.CharField(max_length=300)
    state = models.CharField(max_length=40, db_index=True)
    data = models.JSONField(default=dict)
    subject = models.CharField(max_length=160, blank=True, db_index=True)
    assignee = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT)
    opened_by = models.CharField(max_length=120)
    opened_at = models.DateTimeField()
    state_since = models.DateTimeField()
    due_date = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)  # two deciders: the second is told
    source = models.CharField(max_length=160, blank=True)  # the row of a table it was begun from

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "source"], condition=~models.Q(source=""),
                name="case_source_once",
            )
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["definition", "institution", "state"], name="case_where"),
        ]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"case:{self.number}"


class CaseStep(models.Model):
    """One move: which transition, by whom, when, with what was said and entered."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="steps")
    transition = models.CharField(max_length=60)
    from_state = models.CharField(max_length=40)
    to_state = models.CharField(max_length=40)
    by = models.CharField(max_length=120)
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    note = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"case-step:{self.pk}"


class CaseParty(models.Model):
    """An institution that a case concerns 当事单位: the applicant, or one named in a field."""

    APPLICANT = "applicant"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="parties")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    role = models.CharField(max_length=60)  # "applicant" or the field's name

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "institution", "role"], name="case_party_once")
        ]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"case-party:{self.pk}"
