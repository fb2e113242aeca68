"""RegisterEntry 台账条目 and its earlier states: one table for all registers."""

from __future__ import annotations

from django.db import models

from lantai.foundation.institutions.models import Institution


class RegisterEntry(models.Model):
    """An entry of a register: values in JSON, and in columns what is searched or sorted by."""

    register = models.CharField(max_length=60)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    title = models.CharField(max_length=300)
    identity = models.CharField(max_length=300)  # the key fields, folded
    values = models.JSONField(default=dict)
    key_1 = models.CharField(max_length=120, blank=True)
    key_2 = models.CharField(max_length=120, blank=True)
    key_3 = models.CharField(max_length=120, blank=True)
    day = models.DateField(null=True, blank=True)  # where it stands in the calendar
    search_text = models.TextField(blank=True)
    definition_version = models.CharField(max_length=40)
    is_public = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    created_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    updated_by = models.CharField(max_length=120)
    updated_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=160, blank=True, db_index=True)  # the case that keeps it

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["register", "institution", "identity"],
                condition=models.Q(withdrawn_at=None),
                name="register_entry_once",
            )
        ]
        indexes = [
            models.Index(fields=["register", "institution", "id"], name="register_place"),
            models.Index(fields=["register", "key_1", "id"], name="register_key_1"),
            models.Index(fields=["register", "key_2", "id"], name="register_key_2"),
            models.Index(fields=["register", "key_3", "id"], name="register_key_3"),
            models.Index(fields=["register", "title", "id"], name="register_title"),
            models.Index(fields=["register", "day"], name="register_day"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"register:{self.register}/{self.pk}"


class RegisterRevision(models.Model):
    """What an entry was before a change: kept for good."""

    entry = models.ForeignKey(RegisterEntry, on_delete=models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()
    values = models.JSONField(default=dict)
    by = models.CharField(max_length=120)  # who ended this state
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "version"], name="register_revision_once")
        ]
