"""Login throttle 登录限制: the sixth failure in a quarter of an hour waits, by name and address."""

from __future__ import annotations

from datetime import datetime, timedelta

from lantai.foundation.accounts.models import LoginAttempt
from lantai.foundation.refusal import Refusal

WINDOW = timedelta(minutes=15)
FAILURES_A_NAME = 5  # GB/T 39784-2021 11.4-2 asks for a lock after N failures
FAILURES_AN_ADDRESS = 50  # a reading room shares one address


class TooManyAttempts(Refusal):
    """登录过于频繁."""

    code = "too-many-attempts"


def check_throttle(username: str, address: str, at: datetime) -> None:
    """Refuse when this name or address has failed too often lately."""
    recent = LoginAttempt.objects.filter(at__gt=at - WINDOW, succeeded=False)
    if (
        recent.filter(username=username).count() >= FAILURES_A_NAME
        or recent.filter(address=address).count() >= FAILURES_AN_ADDRESS
    ):
        raise TooManyAttempts(
            "失败次数太多，为保护账户已暂停登录。请 15 分钟后再试，或请安全保密管理员重置密码。",
            "Too many failures: signing in is paused for 15 minutes. "
            "Try later or ask the security administrator to reset the password.",
        )


def remember_attempt(username: str, address: str, at: datetime, succeeded: bool) -> None:
    """Count this attempt; a success clears the name's failures."""
    LoginAttempt.objects.filter(at__lt=at - timedelta(days=1)).delete()
    if succeeded:
        LoginAttempt.objects.filter(username=username).delete()
    LoginAttempt.objects.create(
        username=username[:60], address=address[:45], at=at, succeeded=succeeded
    )
