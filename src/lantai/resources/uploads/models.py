"""Upload 上传: one file on its way in; its bytes lie in the incoming folder until taken."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models

from lantai.foundation.accounts.models import Person
from lantai.foundation.institutions.models import Institution


class Upload(models.Model):
    """One upload of one person. What was received is what the file on disk holds."""

    begun_anew = (
        "未归档的上传请重新上传",
        "uploads not filed yet must be sent again",
    )

    OPEN, COMPLETE, TAKEN = "open", "complete", "taken"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    institution = models.ForeignKey(Institution, on_delete=models.CASCADE)
    name = models.CharField(max_length=500)  # as sent
    size = models.BigIntegerField()
    digests = models.JSONField(default=dict)  # promised by the sender: sm3, sha256, sha512
    state = models.CharField(max_length=10, default=OPEN, db_index=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    @property
    def path(self) -> Path:
        """Where its bytes lie."""
        return Path(settings.LANTAI.incoming) / "uploads" / f"{self.uid}.bin"

    @property
    def offset(self) -> int:
        """How many bytes have arrived; -1 when the file is gone."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return -1
