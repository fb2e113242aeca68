"""Questions of linking: the platforms that report to an authority, and what came last."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import QuerySet

from lantai.foundation.institutions.models import Institution
from lantai.foundation.refusal import NotFound
from lantai.governance.linking.models import LinkedPlatform, LinkedReport


def platforms_of(owner: Institution) -> QuerySet[LinkedPlatform]:
    """Those in force, in the order of their codes."""
    return LinkedPlatform.objects.filter(owner=owner, ended_at=None).order_by("code")


def platform_of(owner: Institution | None, code: str) -> LinkedPlatform:
    """One of them; else `NotFound`."""
    row = platforms_of(owner).filter(code=code).first() if owner else None
    if row is None:
        raise NotFound(f"没有互联的平台 {code}。", f"No linked platform {code}.")
    return row


def latest(platform: LinkedPlatform) -> LinkedReport | None:
    """What it reported last."""
    return platform.reports.order_by("-made_at").first()


def flags_of(report: LinkedReport) -> Counter[str]:
    """How many readings are red, yellow, green, or have nothing to count."""
    bodies: list[dict[str, Any]] = report.data.get("bodies", [])
    return Counter(r.get("flag", "none") for body in bodies for r in body.get("readings", []))
