"""Adaptation 定义修订: one version of what is changed in a definition; KeptDefinition 留存的定义."""

from __future__ import annotations

from django.db import models

from lantai.foundation.institutions.models import Institution


class Adaptation(models.Model):
    """A versioned row over a shipped definition; the newest is in force, the others are kept.

    One store for all desks. ``institution`` says for whom: a register, a return and a check plan
    are each institution's own; a case and an evaluation pass between institutions, so that one
    version rules them in the whole installation and ``institution`` is empty.
    """

    desk = models.CharField(max_length=20)  # registers | returns | check-plans | case | evaluation
    definition = models.CharField(max_length=60)
    institution = models.ForeignKey(Institution, null=True, blank=True, on_delete=models.PROTECT)
    version = models.PositiveIntegerField()
    base_version = models.CharField(max_length=40, blank=True)  # of the file it was made from
    changes = models.JSONField(default=dict)  # in the desk's own words: `overlaying` or `adapting`
    note = models.TextField(blank=True)
    created_by = models.CharField(max_length=120)
    created_by_name = models.CharField(max_length=120)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "definition", "institution", "version"], name="adaptation_version"
            ),
            models.UniqueConstraint(
                fields=["desk", "definition", "version"],
                condition=models.Q(institution=None),
                name="adaptation_version_for_all",
            ),
        ]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"definition:{self.desk}/{self.definition}@{self.institution_id or 'all'}"

    @property
    def label(self) -> str:
        """The version as matters keep it: of the file, then the adaptation's number."""
        return f"{self.base_version}+{self.version}"


class KeptDefinition(models.Model):
    """A definition's file as matters began under it: a later file does not change their rules."""

    desk = models.CharField(max_length=20)  # case | evaluation
    definition = models.CharField(max_length=60)
    version = models.CharField(max_length=40)  # of the file
    text = models.TextField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "definition", "version"], name="kept_definition_once"
            )
        ]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"kept-definition:{self.desk}/{self.definition}@{self.version}"
