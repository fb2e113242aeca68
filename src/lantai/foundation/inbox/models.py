"""InboxItem 待办: one matter that waits for a role at an institution, or for one person."""

from __future__ import annotations

from django.db import models

from lantai.foundation.accounts.models import Person
from lantai.foundation.institutions.models import Institution


class InboxItem(models.Model):
    """A line in somebody's inbox; closed when the matter moves on."""

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE)
    role = models.CharField(max_length=40, blank=True)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE)
    subject = models.CharField(max_length=160, db_index=True)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    url = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    due_date = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, db_index=True)

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"inbox:{self.pk}"
