"""BackupRun 备份记录 and RestoreDrill 恢复演练记录: what was copied, and whether it came back."""

from __future__ import annotations

from django.db import models


class BackupRun(models.Model):
    """备份记录: one backup, its target and its figures."""

    name = models.CharField(max_length=40)
    target = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    ok = models.BooleanField()
    objects_kept = models.BigIntegerField(default=0)
    bytes_copied = models.BigIntegerField(default=0)
    seconds = models.FloatField(default=0)
    figures = models.JSONField(default=dict)

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"backup:{self.pk}"


class RestoreDrill(models.Model):
    """恢复演练记录: RPO and RTO as they were measured on restored objects."""

    source = models.CharField(max_length=300)
    backup = models.CharField(max_length=40, blank=True)
    restored_at = models.DateTimeField()
    ok = models.BooleanField()
    objects_restored = models.BigIntegerField(default=0)
    bytes_restored = models.BigIntegerField(default=0)
    rpo_seconds = models.FloatField(null=True, blank=True)
    rto_seconds = models.FloatField()
    figures = models.JSONField(default=dict)

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"restore-drill:{self.pk}"
