"""OpeningItem 审核条目, ReadingProof 阅看凭证, Publication 公布批次 and its entries."""

from __future__ import annotations

from typing import Any

from django.db import models

from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.models import Component, Record
from lantai.foundation.accounts.models import Person
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.institutions.models import Institution

OPEN, CONTROLLED, DELAYED, CLOSED = "open", "controlled", "delayed", "closed"
CONCLUSIONS = (OPEN, CONTROLLED, DELAYED, CLOSED)


class OpeningItem(models.Model):
    """One record in one review: what the machine, the reviewers and the unit said of it.

    ``active`` while the review runs: a record is in at most one. ``returned_reason`` is set by
    the second reviewer and cleared when the first concludes again.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="opening_items")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="opening_items")
    unit = models.ForeignKey(Institution, null=True, blank=True, on_delete=models.PROTECT)
    position = models.PositiveIntegerField()
    active = models.BooleanField(default=True)
    due_rule = models.CharField(max_length=40, blank=True)
    version = models.PositiveIntegerField(default=0)

    suggestion = models.CharField(max_length=12, blank=True)
    suggestion_ground = models.CharField(max_length=4, blank=True)
    suggestion_reason = models.JSONField(default=dict, blank=True)  # {"zh", "en"}
    suggestion_score = models.PositiveSmallIntegerField(null=True, blank=True)
    suggestion_confidence = models.FloatField(null=True, blank=True)
    hits = models.JSONField(default=list, blank=True)
    screened_at = models.DateTimeField(null=True, blank=True)

    first_conclusion = models.CharField(max_length=12, blank=True)
    first_ground = models.CharField(max_length=4, blank=True)
    first_opinion = models.TextField(blank=True)
    first_next_review = models.DateField(null=True, blank=True)
    first_by = models.CharField(max_length=120, blank=True)
    first_by_name = models.CharField(max_length=120, blank=True)
    first_at = models.DateTimeField(null=True, blank=True)
    first_bulk = models.BooleanField(default=False)
    doubtful = models.BooleanField(default=False)

    second_conclusion = models.CharField(max_length=12, blank=True)
    second_ground = models.CharField(max_length=4, blank=True)
    second_opinion = models.TextField(blank=True)
    second_next_review = models.DateField(null=True, blank=True)
    second_by = models.CharField(max_length=120, blank=True)
    second_by_name = models.CharField(max_length=120, blank=True)
    second_at = models.DateTimeField(null=True, blank=True)
    second_bulk = models.BooleanField(default=False)
    returned_reason = models.TextField(blank=True)

    council_conclusion = models.CharField(max_length=12, blank=True)
    council_ground = models.CharField(max_length=4, blank=True)
    council_opinion = models.TextField(blank=True)
    council_next_review = models.DateField(null=True, blank=True)
    council_by_name = models.CharField(max_length=120, blank=True)
    council_at = models.DateTimeField(null=True, blank=True)

    unit_opinion = models.CharField(max_length=10, blank=True)  # agree, disagree, silent
    unit_note = models.TextField(blank=True)
    unit_by = models.CharField(max_length=120, blank=True)
    unit_by_name = models.CharField(max_length=120, blank=True)
    unit_at = models.DateTimeField(null=True, blank=True)

    authority_answer = models.CharField(max_length=10, blank=True)  # agreed, refused
    final_conclusion = models.CharField(max_length=12, blank=True, db_index=True)
    final_ground = models.CharField(max_length=4, blank=True)
    next_review = models.DateField(null=True, blank=True)
    public_title = models.TextField(blank=True)  # masked 题名脱敏; empty: the title as it is

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "record"], name="opening_item_once"),
            models.UniqueConstraint(
                fields=["record"], condition=models.Q(active=True), name="record_in_one_review"
            ),
        ]
        indexes = [models.Index(fields=["case", "position"], name="opening_item_order")]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"opening-item:{self.pk}"

    @property
    def stand(self) -> dict[str, Any]:
        """The conclusion that counts now: the council's, the second's, the first's."""
        for stage in ("council", "second", "first"):
            if getattr(self, f"{stage}_conclusion"):
                return {
                    "conclusion": getattr(self, f"{stage}_conclusion"),
                    "ground": getattr(self, f"{stage}_ground"),
                    "next_review": getattr(self, f"{stage}_next_review"),
                }
        return {"conclusion": "", "ground": "", "next_review": None}

    @property
    def shown_title(self) -> str:
        """The title the public reads."""
        return self.public_title or self.record.title


class ReadingProof(models.Model):
    """阅看凭证: this person was shown this page of this item, at this time, by the server."""

    TEXT, IMAGE, FILE, DESCRIPTION = "text", "image", "file", "description"

    item = models.ForeignKey(OpeningItem, on_delete=models.CASCADE, related_name="proofs")
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    component = models.ForeignKey(Component, null=True, blank=True, on_delete=models.CASCADE)
    page = models.PositiveIntegerField(default=0)
    shown_as = models.CharField(max_length=12)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "person", "component", "page", "shown_as"],
                name="reading_proof_once",
                nulls_distinct=False,
            )
        ]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"reading-proof:{self.pk}"


class Publication(models.Model):
    """公布批次: a list of opened records made public on a day, kept as an object of its own."""

    holder = models.ForeignKey(Institution, on_delete=models.PROTECT)
    fonds = models.ForeignKey(Fonds, on_delete=models.PROTECT)
    case = models.OneToOneField(  # none on the public side of a carried one
        Case, null=True, on_delete=models.PROTECT, related_name="publication"
    )
    number = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=300)
    date = models.DateField()
    items = models.PositiveIntegerField()
    object_id = models.CharField(max_length=250, blank=True)
    decision_no = models.CharField(max_length=100, blank=True)
    published_by = models.CharField(max_length=120)
    published_by_name = models.CharField(max_length=120)
    published_at = models.DateTimeField()

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"publication:{self.number}"


class PublicationEntry(models.Model):
    """A line of a published list, as the public reads it; withdrawn 撤回 with a reason."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="entries")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="publication_entries")
    position = models.PositiveIntegerField()
    reference_code = models.CharField(max_length=200, blank=True)
    title = models.TextField()
    creator = models.TextField(blank=True)
    date = models.CharField(max_length=60, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by_name = models.CharField(max_length=120, blank=True)
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["publication", "record"], name="published_once")
        ]
        indexes = [models.Index(fields=["publication", "position"], name="publication_order")]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"publication-entry:{self.pk}"
