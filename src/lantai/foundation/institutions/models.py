"""Institution 机构: whoever keeps, makes, supervises or serves; every row belongs to one."""

from __future__ import annotations

from django.db import models

from lantai.foundation.refusal import localised


class Institution(models.Model):
    """机构: an archives 档案馆, creating unit 立档单位, authority 主管部门 or provider 服务机构.

    ``parent`` is subordination (who supervises whom); ``division`` the administrative
    division code 行政区划代码 (six digits).
    """

    ARCHIVES, UNIT, AUTHORITY, PROVIDER = "archives", "unit", "authority", "provider"

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=20)
    division = models.CharField(max_length=12, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)
    archives = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="units"
    )  # the archives a unit transfers to
    fonds_code = models.CharField(max_length=20, blank=True)  # the unit's fonds 全宗号 there
    details = models.JSONField(default=dict, blank=True)  # address, phone, hours, level, history

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="institution_kind_known",
                condition=models.Q(kind__in=["archives", "unit", "authority", "provider"]),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return localised(self.name, self.name_en)

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"institution:{self.code}"
