"""SchedulePlan 三合一制度: one version of a unit's scheme, scope and retention table."""

from __future__ import annotations

from django.db import models

from lantai.foundation.institutions.models import Institution


class SchedulePlan(models.Model):
    """机关档案分类方案、归档范围、保管期限表 of a unit; ``data`` as core.schedules reads it.

    In force on a day is the approved version with the latest ``effective_from`` up to that day.
    """

    DRAFT, SUBMITTED, APPROVED = "draft", "submitted", "approved"

    unit = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="schedules")
    version = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default=DRAFT, db_index=True)
    opinion = models.TextField(blank=True)  # what the authority said when it gave it back
    opinions = models.JSONField(default=dict)  # clause number → what the authority says of it
    approved_by = models.CharField(max_length=200, blank=True)  # the authority's name
    approval_number = models.CharField(max_length=80, blank=True)  # 文号
    approval_date = models.DateField(null=True, blank=True)
    effective_from = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "version"], name="schedule_version_once"),
            models.UniqueConstraint(
                fields=["unit", "effective_from"],
                name="schedule_in_force_once",
                condition=models.Q(state="approved"),
            ),
            models.CheckConstraint(
                name="schedule_state_known",
                condition=models.Q(state__in=["draft", "submitted", "approved"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"schedule:{self.pk}"
