"""Draw 双随机抽取 and SiteCheck 现场检查."""

from __future__ import annotations

from django.db import models

from lantai.foundation.desks.cases.models import Case
from lantai.foundation.institutions.models import Institution


class Draw(models.Model):
    """A draw: the lists and the rule, the commitment, and afterwards the seed and the result."""

    number = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    authority = models.ForeignKey(Institution, on_delete=models.PROTECT)
    lists = models.JSONField(default=dict)  # rule, targets, inspectors, recusals, items
    list_digest = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64)
    seed = models.CharField(max_length=128)  # told only after the draw
    beacon = models.CharField(max_length=200, blank=True)
    committed_at = models.DateTimeField()
    drawn_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=list)

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"draw:{self.number}"


class SiteCheck(models.Model):
    """What was seen on site, item by item; a form filled off line comes back as one of these."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="site_checks")
    checklist = models.CharField(max_length=60)
    items = models.JSONField(default=dict)  # item → {verdict, note}
    by = models.CharField(max_length=120)
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    offline = models.BooleanField(default=False)

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"site-check:{self.pk}"
