"""Questions about certificates: the register, one of them, and what the public may be told."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from django.db.models import QuerySet

from lantai.access.certificates.models import Certificate
from lantai.foundation.policy import institutions_of
from lantai.foundation.refusal import NotFound

STAFF = ("reading_room", "archivist", "archives_director")


def certificates_for(actor: Any) -> QuerySet[Certificate]:
    """出证登记簿: the certificates of the person's archives, newest first."""
    rows = Certificate.objects.select_related("archives", "request__case")
    return rows.filter(archives__in=institutions_of(actor, STAFF)).order_by("-proposed_at", "-pk")


def certificate_for(actor: Any, number: str) -> Certificate:
    """One of them; else `NotFound`."""
    row = certificates_for(actor).filter(number=number).first()
    if row is None:
        raise NotFound("没有找到这份档案证明。", "No such certificate.")
    return row


def tidy_code(text: str) -> str:
    """A code as people type it: K7QM 3XWD 9RTA → K7QM-3XWD-9RTA, O and I as 0 and 1."""
    plain = re.sub(r"[^0-9A-Z]", "", text.upper()).replace("O", "0").replace("I", "1")
    plain = plain.replace("L", "1")[:12]
    return "-".join(plain[n : n + 4] for n in range(0, len(plain), 4))


def by_code(text: str) -> Certificate | None:
    """The issued certificate of a code; drafts are nobody's."""
    rows = Certificate.objects.select_related("archives")
    return rows.filter(
        verify_code=tidy_code(text), state__in=[Certificate.VALID, Certificate.VOID]
    ).first()


def by_file(document: bytes) -> Certificate | None:
    """The issued certificate whose file has exactly these bytes."""
    digest = hashlib.sha512(document).hexdigest()
    rows = Certificate.objects.select_related("archives").filter(sha512=digest)
    return rows.filter(state__in=[Certificate.VALID, Certificate.VOID]).first()
