"""Public throttle 公众限流: so many forms, so many looks at a status, from one address."""

from __future__ import annotations

from datetime import datetime, timedelta

from lantai.access.requests.identity import sealing_key
from lantai.access.requests.models import PublicAttempt
from lantai.foundation.accounts.throttle import TooManyAttempts

LIMITS = {  # kind: (window, from one address, for one key)
    "request": (timedelta(hours=1), 20, 0),  # a reading room shares one address
    "status": (timedelta(minutes=15), 30, 6),  # failed look-ups only
    "verify": (timedelta(minutes=15), 60, 0),
}


def check_public(kind: str, address: str, at: datetime, key: str = "") -> None:
    """`TooManyAttempts` when this address (or this key) has come too often."""
    window, most, most_of_key = LIMITS[kind]
    recent = PublicAttempt.objects.filter(kind=kind, at__gt=at - window)
    too_many = recent.filter(address=_digest(address)).count() >= most
    if not too_many and key and most_of_key:
        too_many = recent.filter(key=_digest(key)).count() >= most_of_key
    if too_many:
        raise TooManyAttempts(
            "访问过于频繁，为保护个人信息已暂停。请过一刻钟再试，或致电档案馆查阅大厅。",
            "Too many attempts: paused to protect personal data. "
            "Try again in a quarter of an hour, or call the reading room.",
        )


def count_public(kind: str, address: str, at: datetime, key: str = "") -> None:
    """Count one attempt; what is older than a day is dropped."""
    PublicAttempt.objects.filter(at__lt=at - timedelta(days=1)).delete()
    PublicAttempt.objects.create(
        kind=kind, address=_digest(address), key=_digest(key) if key else "", at=at
    )


def _digest(text: str) -> str:
    return sealing_key().blind("address", text)
