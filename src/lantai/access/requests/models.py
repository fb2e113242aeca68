"""ServiceRequest 查档申请, AttachedRecord 所附档案, AccessNote 个人信息查看记录, PublicAttempt 公众访问计数."""

from __future__ import annotations

from typing import Any

from django.db import models

from lantai.catalogue.records.models import Record
from lantai.foundation.accounts.models import Person
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.institutions.models import Institution


class ServiceRequest(models.Model):
    """查档申请: who asks is sealed (SM4); lists and the ledger hold only the masked forms.

    Use is free (档案法 art. 28): there is no price here, and none is to be added.
    """

    number = models.CharField(max_length=60, unique=True)  # the case's number
    archives = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="requests")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="service_request")
    category = models.CharField(max_length=20)  # request_category
    purpose = models.CharField(max_length=30)  # request_purpose
    relation = models.CharField(max_length=30)  # relation
    id_type = models.CharField(max_length=30)  # id_document
    wanted = models.CharField(max_length=20)  # use_mode
    delivery = models.CharField(max_length=20)  # delivery_mode
    years = models.CharField(max_length=60, blank=True)
    place = models.CharField(max_length=120, blank=True)
    asked_record = models.ForeignKey(
        Record, null=True, blank=True, on_delete=models.PROTECT, related_name="asked_for"
    )
    name_masked = models.CharField(max_length=40)
    id_masked = models.CharField(max_length=40, blank=True)
    phone_masked = models.CharField(max_length=20)
    sealed_identity = models.TextField()  # name, id_number, phone, address, email
    sealed_clues = models.TextField()  # clues, person_concerned
    lookup = models.CharField(max_length=64)  # blind digest of number and phone
    channel = models.CharField(max_length=10, default="web")  # web | window
    consented_at = models.DateTimeField()  # 个人信息处理同意
    submitted_at = models.DateTimeField()
    proposed_reply = models.TextField(blank=True)
    proposed_by = models.CharField(max_length=120, blank=True)
    reply = models.TextField(blank=True)
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    comment = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["archives", "-submitted_at"], name="request_list"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"request:{self.number}"


class AttachedRecord(models.Model):
    """所附档案: a record found for a request, which pages, and the unit's word when unopened."""

    NOT_NEEDED, NEEDED, ASKED, AGREED, DECLINED = (
        "not_needed",
        "needed",
        "asked",
        "agreed",
        "declined",
    )

    request = models.ForeignKey(ServiceRequest, on_delete=models.CASCADE, related_name="attached")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="used_in")
    pages = models.CharField(max_length=60, blank=True)  # 1-3,5
    quote = models.TextField(blank=True)  # what the record says, word by word
    attached_by = models.CharField(max_length=120)
    attached_at = models.DateTimeField()
    consent = models.CharField(max_length=12, default=NOT_NEEDED)
    consent_by = models.CharField(max_length=120, blank=True)
    consent_at = models.DateTimeField(null=True, blank=True)
    opinion = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "record"], name="attached_once")]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"attached:{self.pk}"

    @property
    def unit(self) -> Any:
        """Whose consent counts: the unit that made the record (条例 art. 34)."""
        return self.record.creating_unit


class AccessNote(models.Model):
    """个人信息查看记录: who looked at a requester's data, when, and why (个人信息保护法 art. 54)."""

    request = models.ForeignKey(ServiceRequest, on_delete=models.CASCADE, related_name="looks")
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    what = models.CharField(max_length=20)  # clues | identity
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"access-note:{self.pk}"


class PublicAttempt(models.Model):
    """公众访问计数: what the public throttle counts; emptied after a day."""

    begun_anew = (
        "公众访问次数从零记起",
        "requests of the public are counted from nothing",
    )

    kind = models.CharField(max_length=20)
    address = models.CharField(max_length=64)  # digest of the network address
    key = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "address", "at"], name="public_attempts")]
