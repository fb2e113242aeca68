"""Record 档案 (类别, 案卷, 件), Component 组件, PageText 文本, RecordRevision 著录沿革."""

from __future__ import annotations

import uuid

from django.db import models

from lantai.catalogue.fonds.models import Fonds
from lantai.foundation.institutions.models import Institution
from lantai.foundation.years import YearOf


class Record(models.Model):
    """A described unit below the fonds: level class 类别, file 案卷 or item 件 (DA/T 18-2022).

    What is searched, sorted or decided upon is a column; the rest of the description lies in
    ``description`` by the record type. ``date`` is EDTF, with its earliest and latest day.
    """

    CLASS, FILE, ITEM = "class", "file", "item"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Each index is paid for by every row entered: those below begin with what is asked, and
    # columns that most rows leave empty are indexed only where they are not.
    holder = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="records_held", db_index=False
    )
    fonds = models.ForeignKey(
        Fonds, on_delete=models.PROTECT, related_name="records", db_index=False
    )
    creating_unit = models.ForeignKey(
        Institution, null=True, blank=True, on_delete=models.PROTECT,
        related_name="records_made", db_index=False,
    )  # fmt: skip
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children",
        db_index=False,
    )  # fmt: skip
    level = models.CharField(max_length=10, default=ITEM)
    record_type = models.CharField(max_length=40, default="document")  # core/description/types
    record_class = models.CharField(max_length=10, blank=True)  # 门类代码 WS, ZP …
    reference_code = models.CharField(max_length=200, blank=True)  # 档号
    doc_no = models.CharField(max_length=200, blank=True)  # 文件编号
    title = models.TextField()
    creator = models.TextField(blank=True)  # 责任者
    date = models.CharField(max_length=60, blank=True)
    date_earliest = models.DateField(null=True, blank=True)
    date_latest = models.DateField(null=True, blank=True)
    year = models.SmallIntegerField(null=True, blank=True)
    retention = models.CharField(max_length=10, blank=True)  # Y, D30, D10
    organ = models.CharField(max_length=60, blank=True)  # 机构或问题
    item_no = models.CharField(max_length=20, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True)
    secrecy = models.CharField(max_length=20, blank=True)  # 密级 as found
    secrecy_level = models.PositiveSmallIntegerField(default=0)  # 0 none … 3 绝密
    personal_data = models.BooleanField(default=False)
    description = models.JSONField(default=dict, blank=True)

    # access 利用控制
    access_status = models.CharField(max_length=12, default="not_due")
    access_basis = models.CharField(max_length=300, blank=True)
    access_decided_at = models.DateTimeField(null=True, blank=True)
    opening_due = models.DateField(null=True, blank=True)
    next_review = models.DateField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    publication = models.CharField(max_length=60, blank=True)  # the batch that published it
    public_title = models.TextField(blank=True)  # 公布题名, masked 脱敏; empty: the title as it is

    # where it came from and where it lies
    source_id = models.CharField(max_length=200, blank=True)
    accession = models.CharField(max_length=60, blank=True)
    deposit = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=250, blank=True)  # the OCFL object
    sequence = models.BigIntegerField(default=0)  # order among siblings

    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["holder", "reference_code"],
                name="reference_code_once",
                condition=~models.Q(reference_code=""),
            ),
            models.CheckConstraint(
                name="record_level_known",
                condition=models.Q(level__in=["class", "file", "item"]),
            ),
            models.CheckConstraint(
                name="access_status_known",
                condition=models.Q(
                    access_status__in=[
                        "not_due",
                        "pending",
                        "open",
                        "controlled",
                        "delayed",
                        "closed",
                    ]
                ),
            ),
        ]
        # a condition is told as SQLite knows it to follow from "= ?": NOT (… IS NULL) it does not
        indexes = [
            models.Index(fields=["fonds", "parent", "sequence", "id"], name="record_tree"),
            models.Index(fields=["holder", "source_id"], name="record_source"),
            models.Index(fields=["fonds", "record_class", "year", "id"], name="record_browse"),
            models.Index("holder", "access_status", YearOf("opening_due"), name="record_opening"),
            models.Index(
                fields=["parent"], name="record_children", condition=models.Q(parent__isnull=False)
            ),
            models.Index(
                fields=["creating_unit"],
                name="record_made",
                condition=models.Q(creating_unit__isnull=False),
            ),
            models.Index(
                fields=["deposit"], name="record_deposit", condition=~models.Q(deposit="")
            ),
            models.Index(
                fields=["next_review"],
                name="record_review",
                condition=models.Q(next_review__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"record:{self.uid}"

    @property
    def is_public(self) -> bool:
        """开放且已公布: open, published and not secret."""
        return self.access_status == "open" and bool(self.publication) and not self.secrecy_level

    @property
    def open_title(self) -> str:
        """The title as the public reads it; that of a record that is not public is as it is."""
        return self.public_title or self.title


class Component(models.Model):
    """组件: one digital file of a record, in its role (原件 文稿 脱敏件 利用件 转换件)."""

    ORIGINAL, TEXT, REDACTION, ACCESS = "original", "text", "redaction", "access"
    PRESERVATION = "preservation"  # 转换件: the migrated copy of an original

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="components")
    role = models.CharField(max_length=12, default=ORIGINAL)
    sequence = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=500)  # as it came, byte-exact
    path = models.CharField(max_length=1000)  # logical path in the OCFL object
    size = models.BigIntegerField()
    sha512 = models.CharField(max_length=128)
    sm3 = models.CharField(max_length=64)
    puid = models.CharField(max_length=40, blank=True)
    format_name = models.CharField(max_length=200, blank=True)
    mime = models.CharField(max_length=120, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True)
    details = models.JSONField(default=dict, blank=True)  # technical metadata, warnings

    class Meta:
        indexes = [models.Index(fields=["record", "sequence", "id"], name="component_order")]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"component:{self.pk}"


class PageText(models.Model):
    """文本: the text of one page of a component (or of a catalogue-only record)."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="texts")
    component = models.ForeignKey(Component, null=True, blank=True, on_delete=models.CASCADE)
    page = models.PositiveIntegerField(default=1)
    text = models.TextField()
    source = models.CharField(max_length=20, default="extracted")  # extracted | given | ocr


class RecordRevision(models.Model):
    """著录沿革: what an edit changed, by whom and why."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    by_name = models.CharField(max_length=120)
    reason = models.TextField(blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "number"], name="revision_once")]
