"""Certificate 档案证明, CertificateLine 所据档案, CertificatePrint 打印记录."""

from __future__ import annotations

from django.db import models

from lantai.access.requests.models import AttachedRecord, ServiceRequest
from lantai.foundation.institutions.models import Institution


class Certificate(models.Model):
    """档案证明: drafted by one, approved by another, issued as a signed PDF that storage keeps."""

    DRAFT, VALID, VOID, DROPPED = "draft", "valid", "void", "dropped"

    number = models.CharField(max_length=60, unique=True)  # year-archive-serial
    archives = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="certificates")
    request = models.ForeignKey(
        ServiceRequest, on_delete=models.PROTECT, related_name="certificates"
    )
    kind = models.CharField(max_length=12)  # found | not_found | copy
    state = models.CharField(max_length=10, default=DRAFT, db_index=True)
    question = models.TextField()
    scope = models.TextField(blank=True)
    verify_code = models.CharField(max_length=20, unique=True)
    proposed_by = models.CharField(max_length=120)
    proposed_name = models.CharField(max_length=120)
    proposed_at = models.DateTimeField()
    approved_by = models.CharField(max_length=120, blank=True)
    approved_name = models.CharField(max_length=120, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    object_id = models.CharField(max_length=250, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    size = models.BigIntegerField(default=0)
    sha512 = models.CharField(max_length=128, blank=True, db_index=True)
    sm3 = models.CharField(max_length=64, blank=True)
    page_count = models.PositiveIntegerField(default=0)
    copy_pages = models.JSONField(default=list, blank=True)
    printed_count = models.PositiveIntegerField(default=0)
    void_reason = models.TextField(blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.CharField(max_length=120, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["archives", "-proposed_at"], name="certificate_list")]
        constraints = [
            models.CheckConstraint(
                name="certificate_state_known",
                condition=models.Q(state__in=["draft", "valid", "void", "dropped"]),
            ),
            models.CheckConstraint(
                name="certificate_two_people",
                condition=models.Q(approved_by="") | ~models.Q(approved_by=models.F("proposed_by")),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"certificate:{self.number}"


class CertificateLine(models.Model):
    """所据档案: a record as it was when the certificate was drafted."""

    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE, related_name="lines")
    attached = models.ForeignKey(
        AttachedRecord, on_delete=models.PROTECT, related_name="certificate_lines"
    )
    sequence = models.PositiveIntegerField()
    reference_code = models.CharField(max_length=200, blank=True)
    title = models.TextField()
    date = models.CharField(max_length=60, blank=True)
    creator = models.TextField(blank=True)
    pages = models.CharField(max_length=60, blank=True)
    quote = models.TextField(blank=True)

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"certificate-line:{self.pk}"


class CertificatePrint(models.Model):
    """打印记录: when, by whom and where a copy was printed or handed out."""

    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE, related_name="prints")
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    place = models.CharField(max_length=60)

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"certificate-print:{self.pk}"
